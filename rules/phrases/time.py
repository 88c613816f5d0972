"""
Phrases of time: periods, hours, days, occurrences and limits.

Minutes and hours elapse; days and weeks are days on somebody's clock; months only where
calendar months are meant. Dates are written as 2025-03-03 and nothing else, since 3/4/2025
is two days.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time

from engine.actions import Cap, CapWindow, DigestRhythm
from engine.calendar import zone_named
from engine.naming import DayNumber, Due
from engine.terms import Happened, HappenedKind
from engine.values import WEEKDAYS, WEEKEND, Hours, LongPeriod, Period, PeriodUnit
from rules.phrases.phrases import Misread, Phrase, one_of, wrong

LONGEST_DAYS = 36_500
"""A hundred years: what is longer is a slip."""

_PERIOD = re.compile(r"([0-9]{1,7}) (minute|hour|day|week)s?")
_ISO_PERIOD = re.compile(r"P([0-9]{1,7})([DW])|PT([0-9]{1,7})([HM])")
_NEARLY = re.compile(r"([0-9]{1,7})\s*-?\s*([a-zA-Z]+)")
_UNITS = {
    "m": "minutes",
    "min": "minutes",
    "mins": "minutes",
    "minute": "minutes",
    "h": "hours",
    "hr": "hours",
    "hrs": "hours",
    "hour": "hours",
    "d": "days",
    "day": "days",
    "w": "weeks",
    "wk": "weeks",
    "wks": "weeks",
    "week": "weeks",
}
_ISO_UNITS = {"D": "days", "W": "weeks", "H": "hours", "M": "minutes"}
_A_PERIOD = "7 days"
PERIOD_PATTERN = r"([0-9]{1,7} (minute|hour|day|week)s?|P[0-9]{1,7}[DW]|PT[0-9]{1,7}[HM])"


def _period(text: str, amount: int, unit: PeriodUnit) -> Period | Misread:
    period = Period(amount, unit)
    if amount < 1:
        return Misread(f"`{text}` is no time at all", f"write it like: {_A_PERIOD}")
    if period.elapsed > Period(LONGEST_DAYS, PeriodUnit.DAYS).elapsed:
        return Misread(f"`{text}` is longer than a hundred years", f"write it like: {_A_PERIOD}")
    return period


def read_period(text: str) -> Period | Misread:
    """Read a period: `90 minutes`, `12 hours`, `7 days`, `2 weeks`, `P7D`, `PT12H`."""
    plain = _PERIOD.fullmatch(text)
    if plain:
        return _period(text, int(plain.group(1)), PeriodUnit(f"{plain.group(2)}s"))
    iso = _ISO_PERIOD.fullmatch(text)
    if iso:
        amount, letter = iso.group(1) or iso.group(3), iso.group(2) or iso.group(4)
        return _period(text, int(amount), PeriodUnit(_ISO_UNITS[letter]))
    nearly = _NEARLY.fullmatch(text)
    if nearly:
        unit = nearly.group(2).lower()
        unit = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s")) or ""
        amount = int(nearly.group(1))
        if unit and amount:
            unit = unit if amount != 1 else unit.removesuffix("s")
            return wrong(text, "a period", f"{amount} {unit}")
        if nearly.group(2).lower().startswith(("month", "year")) and amount:
            days = amount * (30 if nearly.group(2).lower().startswith("m") else 365)
            return wrong(text, "a period", f"{days} days")
    half = re.fullmatch(r"([0-9]{1,3})\.5 (days?|hours?)", text)
    if half:
        each, smaller = (24, "hours") if half.group(2).startswith("day") else (60, "minutes")
        amount = int(half.group(1)) * each + each // 2
        return wrong(text, "a period", f"{amount} {smaller}")
    if re.fullmatch("[0-9]+", text):
        return Misread(f"`{text[:60]}` has no unit", f"write it like: {text[:6]} days")
    return wrong(text, "a period", _A_PERIOD)


PERIOD = Phrase("a period", PERIOD_PATTERN, _A_PERIOD, read_period)

_LONG = re.compile(r"after ([0-9]{1,4}) (month|year)s?")
_A_LONG = "after 3 years"


def read_long_period(text: str) -> LongPeriod | Misread:
    """Read calendar months: `after 3 years`, `after 18 months`."""
    found = _LONG.fullmatch(text)
    if found and int(found.group(1)):
        months = int(found.group(1)) * (12 if found.group(2) == "year" else 1)
        if months <= LONGEST_DAYS // 365 * 12:
            return LongPeriod(months)
        return Misread(f"`{text}` is longer than a hundred years", f"write it like: {_A_LONG}")
    bare = re.fullmatch(r"(?:in )?([0-9]{1,4} (?:month|year)s?)", text)
    if bare:
        return wrong(text, "a time after which it expires", f"after {bare.group(1)}")
    return wrong(text, "a time after which it expires", _A_LONG)


LONG_PERIOD = Phrase(
    "a time after which it expires",
    r"after [0-9]{1,4} (month|year)s?",
    _A_LONG,
    read_long_period,
)

_BEFORE = re.compile(r"([0-9]{1,4}) (month|year)s? before")
_A_WINDOW = "3 months before"


def read_renewal(text: str) -> LongPeriod | Misread:
    """Read how long before the end something can be renewed: `3 months before`."""
    found = _BEFORE.fullmatch(text)
    if found and int(found.group(1)):
        months = int(found.group(1)) * (12 if found.group(2) == "year" else 1)
        if months <= LONGEST_DAYS // 365 * 12:
            return LongPeriod(months)
        return Misread(f"`{text}` is longer than a hundred years", f"write it like: {_A_WINDOW}")
    bare = re.fullmatch(
        r"(?:within |in |after )?(?:the last )?([1-9][0-9]{0,2} (?:month|year)s?)", text
    )
    right = f"{bare.group(1)} before" if bare else _A_WINDOW
    return wrong(text, "when a renewal opens", right)


RENEWAL = Phrase(
    "when a renewal opens", r"[0-9]{1,4} (month|year)s? before", _A_WINDOW, read_renewal
)

# --- days and times ----------------------------------------------------------------------

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}"
_MOMENT = re.compile(rf"({_DATE})(?: at)? ({_CLOCK})")
EARLIEST, LATEST = 1900, 9000


def _date(text: str) -> date | None:
    if not re.fullmatch(_DATE, text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day.year <= LATEST else None


def _clock(text: str) -> time | None:
    if not re.fullmatch(_CLOCK, text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _meant_date(text: str) -> str:
    """Give the day that was meant where no doubt is left, "" elsewhere."""
    numbers = [int(part) for part in re.findall(r"[0-9]+", text)[:3]]
    if len(numbers) != 3:  # noqa: PLR2004 - day, month and year
        return ""
    first, second, third = numbers
    day = ""
    if re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}", text) or first > 12 >= second:  # noqa: PLR2004 - months
        day = f"{third:04}-{second:02}-{first:02}"
    if re.fullmatch(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}", text):
        last = calendar.monthrange(first, second)[1] if 0 < second < 13 and first else third  # noqa: PLR2004 - months
        day = f"{first:04}-{second:02}-{min(third, last):02}"
    return day if _date(day) else ""


def read_date(text: str) -> date | Misread:
    """Read a day: `2025-03-03`."""
    return _date(text) or wrong(text, "a date", _meant_date(text) or "2025-03-03")


def _moment(text: str) -> datetime | None:
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    day, clock = _date(found.group(1)), _clock(found.group(2))
    return datetime.combine(day, clock) if day and clock is not None else None


def read_moment(text: str) -> datetime | Misread:
    """Read a local date and time: `2025-03-01 at 09:00`; the result is naive."""
    return _moment(text) or wrong(text, "a date and time", "2025-03-01 at 09:00")


DATE = Phrase("a date", _DATE, "2025-03-03", read_date)
MOMENT = Phrase("a date and time", rf"{_DATE}( at)? {_CLOCK}", "2025-03-01 at 09:00", read_moment)

_DAY_NUMBER = re.compile(r"day ([0-9]{1,5})( of enrolment)?")


def read_due(text: str) -> Due | Misread:
    """Read when something is due: `day 40`, `day 40 of enrolment`, a date, a date and time."""
    found = _DAY_NUMBER.fullmatch(text)
    if found:
        number = int(found.group(1))
        if number < 1:
            return Misread(f"`{text}` is before the start", "the first day is day 1")
        return DayNumber(number, found.group(2) is not None)
    return _moment(text) or _date(text) or wrong(text, "a due day", "day 40, or 2025-04-11")


DUE: Phrase[Due] = Phrase(
    "a due day",
    rf"(day [0-9]{{1,5}}( of enrolment)?|{_DATE}|{_DATE}( at)? {_CLOCK})",
    "day 40",
    read_due,
)


@dataclass(frozen=True, slots=True)
class Between:
    """Two days, both included."""

    first: date
    last: date


def read_between(text: str) -> Between | Misread:
    """Read a range of days: `between 2025-03-03 and 2025-06-30`."""
    found = re.fullmatch(r"between (\S+) and (\S+)", text)
    first, last = (_date(found.group(1)), _date(found.group(2))) if found else (None, None)
    if first is None or last is None:
        return wrong(text, "a range of days", "between 2025-03-03 and 2025-06-30")
    if last < first:
        return Misread(f"`{text}` holds no day", "write the earlier day first")
    return Between(first, last)


BETWEEN = Phrase(
    "a range of days",
    rf"between {_DATE} and {_DATE}",
    "between 2025-03-03 and 2025-06-30",
    read_between,
)


def read_weekdays(text: str) -> frozenset[int] | Misread:
    """Read weekdays: `monday, tuesday` or `weekend`; Monday is 0."""
    if text == "weekend":
        return WEEKEND
    days = re.split(r", ?", text)
    if all(day in WEEKDAYS for day in days):
        return frozenset(WEEKDAYS.index(day) for day in days)
    lower = [day for day in re.split(r"[, ]+(?:and )?", text.lower()) if day]
    if lower and all(day in WEEKDAYS for day in lower):
        return wrong(text, "a weekday", ", ".join(lower))
    return wrong(text, "a weekday", "monday, tuesday, or weekend")


_A_DAY = f"({'|'.join(WEEKDAYS)})"
WEEKDAYS_PHRASE = Phrase(
    "a weekday", rf"(weekend|{_A_DAY}(, ?{_A_DAY})*)", "monday, tuesday", read_weekdays
)


def read_zone(text: str) -> str | Misread:
    """Read a zone by its name in the zone data of the world: `Europe/Madrid`."""
    if zone_named(text) is None:
        return wrong(text, "a time zone", "Europe/Madrid")
    return text


ZONE = Phrase("a time zone", r"[A-Za-z][A-Za-z0-9_+/-]*", "Europe/Madrid", read_zone)

# --- happened ----------------------------------------------------------------------------

_PLAIN_HAPPENED = {
    kind.value: kind
    for kind in (HappenedKind.BEFORE_DUE, HappenedKind.AFTER_DUE, HappenedKind.AFTER_TRIGGER)
}
_A_HAPPENED = "in the last 7 days"


def read_happened(text: str) -> Happened | Misread:
    """Read when something happened: `in the last 7 days`, `before 2025-03-03`, `before due`."""
    if text in _PLAIN_HAPPENED:
        return Happened(_PLAIN_HAPPENED[text])
    ago = re.fullmatch(r"(in the last|at least) (.+?)( ago)?", text)
    if ago and (ago.group(3) is not None) == (ago.group(1) == "at least"):
        period = read_period(ago.group(2))
        if isinstance(period, Misread):
            return period
        kind = HappenedKind.AT_LEAST_AGO if ago.group(3) else HappenedKind.IN_THE_LAST
        return Happened(kind, period=period)
    side = re.fullmatch(r"(before|after) (.+)", text)
    if side:
        day = _moment(side.group(2)) or _date(side.group(2))
        if day is not None:
            return Happened(HappenedKind(side.group(1)), day=day)
        return wrong(text, "a time when it happened", f"{side.group(1)} 2025-03-03")
    return wrong(text, "a time when it happened", _A_HAPPENED)


HAPPENED = Phrase(
    "a time when it happened",
    rf"(in the last {PERIOD_PATTERN}|at least {PERIOD_PATTERN} ago"
    rf"|(before|after) {_DATE}(( at)? {_CLOCK})?|before due|after due|after the trigger)",
    _A_HAPPENED,
    read_happened,
)

# --- limits ------------------------------------------------------------------------------

_SOME_HOURS = "21:00 to 08:00 and weekends"


def read_hours(text: str) -> Hours | Misread:
    """Read quiet hours: `21:00 to 08:00 and weekends`; from included, to excluded."""
    stretches: list[tuple[time, time]] = []
    days: frozenset[int] = frozenset()
    for part in re.split(r" and |, ?", text):
        if part in {"weekends", "weekend"}:
            days |= WEEKEND
            continue
        found = re.fullmatch(r"(\S+) to (\S+)", part)
        start, end = (_clock(found.group(1)), _clock(found.group(2))) if found else (None, None)
        if start is None or end is None:
            return wrong(text, "quiet hours", _hours_meant(part) or _SOME_HOURS)
        if start == end:
            return Misread(f"`{part}` begins and ends at once", f"write it like: {_SOME_HOURS}")
        stretches.append((start, end))
    return Hours(tuple(stretches), days, text)


NOON = 12
"""Hours in half a day."""
_HALF_DAY = re.compile(r"([0-9]{1,2})(?:[:.]?([0-5][0-9]))? ?(am|pm|h)?")


def _hours_meant(part: str) -> str:
    """Give a stretch of hours as it is written here, "" where it can't be told what is meant."""
    ends = re.split(r" ?(?:to|until|till|-|\u2013) ?", part.lower())
    found = [_HALF_DAY.fullmatch(end) for end in ends]
    shown: list[str] = []
    for end in found:
        if end is None:
            return ""
        hour, half = int(end.group(1)), end.group(3)
        if half in ("am", "pm") and 1 <= hour <= NOON:
            hour = hour % NOON + (NOON if half == "pm" else 0)
        if hour >= 2 * NOON:
            return ""
        shown.append(f"{hour:02}:{end.group(2) or '00'}")
    return " to ".join(shown) if len(shown) == 2 and shown[0] != shown[1] else ""  # noqa: PLR2004 - from and to


HOURS = Phrase(
    "quiet hours",
    rf"({_CLOCK} to {_CLOCK}|weekends?)((, ?| and )({_CLOCK} to {_CLOCK}|weekends?))*",
    _SOME_HOURS,
    read_hours,
)

_CAP = re.compile(
    r"([0-9]{1,6}) (?:per (course|day|week|month|year)|in ([0-9]{1,5}) days?|in (all))"
)
_A_CAP = "3 per course"
_IN_WORDS = {"once": "1", "one": "1", "twice": "2", "two": "2", "three": "3"}


def read_cap(text: str) -> Cap | Misread:
    """Read a cap: `3 per course`, `1 per day`, `5 in 30 days`, `10 in all`."""
    found = _CAP.fullmatch(text)
    if not found:
        near = re.fullmatch(
            r"([0-9]{1,6}|once|twice|one|two|three)(?: (?:message|mail|e-mail|time)s?)?"
            r" ?(?:/|a|an|per|each|every) ?(course|day|week|month|year)",
            text.lower(),
        )
        if near is None:
            return wrong(text, "a cap", _A_CAP)
        said = _IN_WORDS.get(near.group(1), near.group(1))
        return wrong(text, "a cap", f"{said} per {near.group(2)}")
    number = int(found.group(1))
    if number < 1:
        return Misread(f"`{text}` lets no message through", f"write it like: {_A_CAP}")
    if found.group(2):
        return Cap(number, CapWindow(found.group(2)))
    if found.group(3):
        days = int(found.group(3))
        if not 1 <= days <= LONGEST_DAYS:
            return wrong(text, "a cap", "5 in 30 days")
        return Cap(number, CapWindow.DAYS, days)
    return Cap(number, CapWindow.ALL)


CAP = Phrase(
    "a cap",
    r"[0-9]{1,6} (per (course|day|week|month|year)|in [0-9]{1,5} days?|in all)",
    _A_CAP,
    read_cap,
)


def read_clock(text: str) -> time | Misread:
    """Read a time of day: `08:00`."""
    found = _clock(text)
    if found is not None:
        return found
    padded = re.fullmatch(r"([0-9]):([0-9]{2})", text)
    return wrong(text, "a time of day", f"0{text}" if padded else "08:00")


CLOCK = Phrase("a time of day", _CLOCK, "08:00", read_clock)

RHYTHM = one_of(
    "how often a digest goes",
    {"daily": DigestRhythm.DAILY, "weekly": DigestRhythm.WEEKLY},
    instead={"every day": "daily", "every week": "weekly", "yes": "daily"},
)
