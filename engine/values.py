"""
Small values with their arithmetic: percentages, comparisons, periods, quiet hours, counts.

All numbers are exact (fractions.Fraction): 69.996% is below 70%, and is shown as 69.996%.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from fractions import Fraction

from engine.calendar import DAY, HOUR, MINUTE, Micros, at_wall, plus_months, wall

SHOWN_DIGITS = 6
"""Decimals up to which a finite percentage is shown whole."""


def show_number(value: Fraction) -> str:
    """Write a number exactly where it is short, else cut (never rounded) and marked with …."""
    scaled = value * 10**SHOWN_DIGITS
    cut = int(scaled) if scaled >= 0 else -int(-scaled)
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(cut), 10**SHOWN_DIGITS)
    digits = f"{rest:0{SHOWN_DIGITS}d}"
    if scaled.denominator == 1:
        digits = digits.rstrip("0")
        return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
    return f"{sign}{whole}.{digits[:3]}…"


def show_percent(value: Fraction) -> str:
    """Write a fraction of one as a percentage: 0.69996 is 69.996%."""
    return f"{show_number(value * 100)}%"


class Unit(StrEnum):
    """What a comparison is in."""

    PERCENT = "percent"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    A range of scores: `at least 70%`, `from 50% to below 70%`, `at least 14 points`.

    Attributes:
        low: The lower end, None where there is none. Percentages are fractions of one.
        low_included: Whether the lower end itself is in (*at least*, *from*).
        high: The upper end, None where there is none.
        high_included: Whether the upper end itself is in (*at most*).
        unit: Percent of the range, or raw points.
    """

    low: Fraction | None
    low_included: bool
    high: Fraction | None
    high_included: bool
    unit: Unit = Unit.PERCENT

    def holds(self, value: Fraction) -> bool:
        """Say whether a value lies in the range."""
        return not self.is_below(value) and not self.is_above(value)

    def is_below(self, value: Fraction) -> bool:
        """Say whether a value falls short of the range."""
        low = self.low
        if low is None:
            return False
        # Fraction's own operators check kinds first, at three times the cost; both are Fractions.
        difference = value.numerator * low.denominator - low.numerator * value.denominator
        return difference < 0 or (difference == 0 and not self.low_included)

    def is_above(self, value: Fraction) -> bool:
        """Say whether a value lies beyond the range."""
        high = self.high
        if high is None:
            return False
        difference = value.numerator * high.denominator - high.numerator * value.denominator
        return difference > 0 or (difference == 0 and not self.high_included)

    def _show(self, value: Fraction) -> str:
        return show_percent(value) if self.unit is Unit.PERCENT else f"{show_number(value)} points"

    def __str__(self) -> str:
        """Write it as an author would."""
        match self.low, self.high:
            case None, None:
                return "any score"
            case low, None if low is not None:
                return f"{'at least' if self.low_included else 'more than'} {self._show(low)}"
            case None, high if high is not None:
                return f"{'at most' if self.high_included else 'below'} {self._show(high)}"
            case low, high if low is not None and high is not None:
                start = f"{'from' if self.low_included else 'more than'} {self._show(low)}"
                end = f"{'at most' if self.high_included else 'below'} {self._show(high)}"
                return f"{start} to {end}"
        return "any score"


class PeriodUnit(StrEnum):
    """The units of a period; days and weeks are calendar ones."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Period:
    """
    A stretch of time: minutes and hours elapse, days and weeks are days on a person's clock.

    Attributes:
        amount: How many, at least 1 (0 in `course start: 0 days after`).
        unit: Of what.
    """

    amount: int
    unit: PeriodUnit

    @property
    def days(self) -> int | None:
        """Give the number of calendar days, None for minutes and hours."""
        match self.unit:
            case PeriodUnit.DAYS:
                return self.amount
            case PeriodUnit.WEEKS:
                return self.amount * 7
            case PeriodUnit.MINUTES | PeriodUnit.HOURS:
                return None

    @property
    def elapsed(self) -> Micros:
        """Give the length in microseconds, a day being 24 hours."""
        days = self.days
        if days is not None:
            return days * DAY
        return self.amount * (MINUTE if self.unit is PeriodUnit.MINUTES else HOUR)

    def after(self, start: Micros, zone: tzinfo, times: int = 1) -> Micros:
        """Give the instant that lies this period (so many times) after another."""
        days = self.days
        if days is None:
            return start + self.elapsed * times
        try:
            return at_wall(wall(start, zone) + timedelta(days=days * times), zone)
        except OverflowError:
            return start + self.elapsed * times

    def before(self, end: Micros, zone: tzinfo) -> Micros:
        """Give the instant that lies this period before another."""
        return self.after(end, zone, -1)

    def has_passed(self, start: Micros, now: Micros, zone: tzinfo) -> bool:
        """
        Say whether two messages lie at least this far apart.

        In days the dates on the clock are compared, so a message that quiet hours moved to
        the morning does not push the next one a day further.
        """
        days = self.days
        if days is None:
            return now - start >= self.elapsed
        return (wall(now, zone).date() - wall(start, zone).date()).days >= days

    def __str__(self) -> str:
        """Write it as an author would."""
        unit = self.unit.value.removesuffix("s") if self.amount == 1 else self.unit.value
        return f"{self.amount} {unit}"


@dataclass(frozen=True, slots=True)
class Count:
    """
    How many: `at least 3`, `exactly 2 within 24 hours`, `2 in a row`.

    Attributes:
        low: The least, included.
        high: The most, included; None where there is no upper end.
        within: Only what happened so long before the triggering event, or before now, counts.
        in_a_row: Whether nothing that says the opposite may come between.
        daily: Whether it is the first of a day on the learner's clock that is meant.
    """

    low: int
    high: int | None = None
    within: Period | None = None
    in_a_row: bool = False
    daily: bool = False

    @property
    def is_plain(self) -> bool:
        """Say whether it counts all there is, in whatever order."""
        return self.within is None and not self.in_a_row and not self.daily

    def holds(self, number: int) -> bool:
        """Say whether a number is in the range."""
        return self.low <= number and (self.high is None or number <= self.high)

    def __str__(self) -> str:
        """Write it as an author would."""
        if self.daily:
            return "first of the day"
        window = f" within {self.within}" if self.within else ""
        if self.in_a_row:
            return f"{self.low} in a row{window}"
        if self.high is None:
            return f"at least {self.low}{window}"
        if self.low == self.high:
            return f"exactly {self.low}{window}"
        if self.low == 0:
            return f"at most {self.high}{window}"
        return f"from {self.low} to {self.high}{window}"


ONCE = Count(1)
"""What a leaf without `times` asks: at least once."""


@dataclass(frozen=True, slots=True)
class LongPeriod:
    """Calendar months, as in `after 3 years`; to the end of the day, 29 February becomes 28."""

    months: int

    def after(self, day: date) -> date:
        """Give the day that lies so many months later."""
        return plus_months(day, self.months)

    def __str__(self) -> str:
        """Write it as an author would."""
        years, months = divmod(self.months, 12)
        if months == 0:
            return f"{years} year{'s' if years != 1 else ''}"
        return f"{self.months} month{'s' if self.months != 1 else ''}"


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKEND = frozenset({5, 6})
LONGEST_QUIET = 40
"""Jumps after which hours that never end are given up; a fortnight needs fewer."""


@dataclass(frozen=True, slots=True)
class Hours:
    """
    Quiet hours: a union of daily stretches and whole days, on a person's own clock.

    Attributes:
        stretches: Pairs of local times, from included, to excluded; may cross midnight.
        days: Whole weekdays, Monday being 0.
        words: The author's words.
    """

    stretches: tuple[tuple[time, time], ...]
    days: frozenset[int]
    words: str

    def _end_of(self, local: datetime) -> datetime | None:
        """Give the end of the stretch that a local time lies in, None outside all."""
        midnight = datetime.combine(local.date(), time())
        if local.weekday() in self.days:
            return midnight + timedelta(days=1)
        for start, end in self.stretches:
            clock = local.time()
            if start < end:
                if start <= clock < end:
                    return datetime.combine(local.date(), end)
            elif clock >= start:
                return datetime.combine(local.date() + timedelta(days=1), end)
            elif clock < end:
                return datetime.combine(local.date(), end)
        return None

    def contains(self, now: Micros, zone: tzinfo) -> bool:
        """Say whether an instant is quiet."""
        return self._end_of(wall(now, zone)) is not None

    def end_after(self, now: Micros, zone: tzinfo) -> Micros:
        """Give the first instant from now on that is not quiet; now itself if it is not."""
        for _ in range(LONGEST_QUIET):
            end = self._end_of(wall(now, zone))
            if end is None:
                return now
            after = at_wall(end, zone)
            now = after if after > now else now + MINUTE
        return now

    def __str__(self) -> str:
        """Write them as the author did."""
        return self.words
