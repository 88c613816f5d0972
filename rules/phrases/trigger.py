"""Phrases of triggers and of tests: occurrences, offsets, and the instants of a scenario."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from engine.naming import Due
from engine.values import WEEKDAYS, Period, PeriodUnit
from rules.phrases.phrases import Misread, Phrase, wrong
from rules.phrases.time import (
    DUE,
    PERIOD_PATTERN,
    read_date,
    read_due,
    read_moment,
    read_period,
)

_CLOCK = r"[0-9]{2}:[0-9]{2}"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_AN_OCCURRENCE = "monday at 09:00"


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if re.fullmatch(_CLOCK, text) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Occurrences:
    """
    When `every` comes: on a weekday, or every so many days or weeks from a day on.

    Attributes:
        weekday: Monday is 0; None where `period` says how often.
        period: Days or weeks, None for a weekday.
        starts: The first day, for `period`.
        at: The local time.
    """

    weekday: int | None
    period: Period | None
    starts: date | None
    at: time


def read_every(text: str) -> Occurrences | Misread:
    """Read `monday at 09:00` or `2 weeks from 2025-03-03 at 09:00`."""
    found = re.fullmatch(r"(.+?) at (\S+)", text)
    clock = _clock(found.group(2)) if found else None
    if found is None or clock is None:
        if text.lower() in WEEKDAYS:
            return Misread(f"`{text}` says no time", f"write it like: {text.lower()} at 09:00")
        return wrong(text, "an occurrence", _AN_OCCURRENCE)
    said = found.group(1)
    if said in WEEKDAYS:
        return Occurrences(WEEKDAYS.index(said), None, None, clock)
    if said.lower() in WEEKDAYS:
        return wrong(text, "an occurrence", f"{said.lower()} at {found.group(2)}")
    spaced = re.fullmatch(r"(.+) from (\S+)", said)
    if not spaced:
        period = read_period(said)
        if isinstance(period, Period):
            return Misread(
                f"`{text}` says not from which day on",
                f"write it like: {said} from 2025-03-03 at {found.group(2)}",
            )
        return wrong(text, "an occurrence", _AN_OCCURRENCE)
    period, day = read_period(spaced.group(1)), read_date(spaced.group(2))
    if isinstance(period, Misread):
        return period
    if isinstance(day, Misread):
        return day
    if period.days is None:
        return wrong(text, "an occurrence", f"2 weeks from 2025-03-03 at {found.group(2)}")
    return Occurrences(None, period, day, clock)


_DAY_NAMES = "|".join(WEEKDAYS)
EVERY = Phrase(
    "an occurrence",
    rf"(({_DAY_NAMES}) at {_CLOCK}|{PERIOD_PATTERN} from {_DATE} at {_CLOCK})",
    _AN_OCCURRENCE,
    read_every,
)


def read_ago(text: str) -> Period | Misread:
    """Read how long ago: `14 days ago`."""
    if not text.endswith(" ago"):
        period = read_period(text)
        right = text if isinstance(period, Period) else "14 days"
        return wrong(text, "a time ago", f"{right} ago")
    return read_period(text.removesuffix(" ago"))


AGO = Phrase("a time ago", rf"{PERIOD_PATTERN} ago", "14 days ago", read_ago)


def read_enrolled_for(text: str) -> Period | Misread:
    """Read for how long somebody has been enrolled: `at least 14 days`."""
    if not text.startswith("at least "):
        period = read_period(text)
        right = text if isinstance(period, Period) else "14 days"
        return wrong(text, "a length of enrolment", f"at least {right}")
    return read_period(text.removeprefix("at least "))


ENROLLED_FOR = Phrase(
    "a length of enrolment", rf"at least {PERIOD_PATTERN}", "at least 14 days", read_enrolled_for
)


def read_repeat(text: str) -> Period | Misread:
    """Read how often a trigger asks again: `every 7 days`."""
    if not text.startswith("every "):
        period = read_period(text)
        right = text if isinstance(period, Period) else "7 days"
        return wrong(text, "a repetition", f"every {right}")
    return read_period(text.removeprefix("every "))


REPEAT = Phrase("a repetition", rf"every {PERIOD_PATTERN}", "every 7 days", read_repeat)


@dataclass(frozen=True, slots=True)
class Offset:
    """So long after or before a course's start or end."""

    period: Period
    before: bool


def read_offset(text: str) -> Offset | Misread:
    """Read `3 days after` or `1 week before`; `0 days after` is the day itself."""
    found = re.fullmatch(r"(.+) (after|before)", text)
    if not found:
        return wrong(text, "a time before or after", "3 days after")
    if found.group(1) in {"0 days", "0 day"}:
        return Offset(Period(0, PeriodUnit.DAYS), found.group(2) == "before")
    period = read_period(found.group(1))
    if isinstance(period, Misread):
        return period
    return Offset(period, found.group(2) == "before")


OFFSET = Phrase(
    "a time before or after", rf"{PERIOD_PATTERN} (after|before)", "3 days after", read_offset
)

# --- tests -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class At:
    """
    An instant of a scenario, on the learner's clock.

    Attributes:
        day: A number counted from `starts` (which is day 1), or a date.
        clock: The local time.
    """

    day: int | date
    clock: time


_AN_INSTANT = "day 8 22:30"


def read_at(text: str) -> At | Misread:
    """Read an instant of a scenario: `day 8 22:30`, `day 8` (00:00) or `2025-03-10 22:30`."""
    found = re.fullmatch(rf"day ([0-9]{{1,5}})(?:(?: at)? ({_CLOCK}(?::[0-9]{{2}})?))?", text)
    if found:
        try:
            clock = time.fromisoformat(found.group(2) or "00:00")
        except ValueError:
            return wrong(text, "an instant", _AN_INSTANT)
        return At(int(found.group(1)), clock)
    moment = read_moment(text)
    if isinstance(moment, datetime):
        return At(moment.date(), moment.time())
    return wrong(text, "an instant", _AN_INSTANT)


AT = Phrase(
    "an instant",
    rf"(day [0-9]{{1,5}}(( at)? {_CLOCK}(:[0-9]{{2}})?)?|{_DATE}( at)? {_CLOCK})",
    _AN_INSTANT,
    read_at,
)


def read_step_due(text: str) -> Due | Misread | None:
    """Read a due day of a scenario, `none` for a date that is taken away."""
    return None if text == "none" else read_due(text)


STEP_DUE: Phrase[Due | None] = Phrase(
    "a due day or none", rf"({DUE.pattern}|none)", DUE.example, read_step_due
)


def read_starts(text: str) -> date | Misread:
    """Read day 1 of a test: `2025-03-03 Monday`; the weekday must be the calendar's."""
    said, _, name = text.partition(" ")
    day = read_date(said)
    if isinstance(day, Misread):
        return wrong(text, "a first day", "2025-03-03 Monday")
    right = WEEKDAYS[day.weekday()].capitalize()
    if not name:
        return Misread(f"`{text}` says no weekday", f"write it like: {said} {right}")
    if name.lower() not in WEEKDAYS:
        return wrong(text, "a first day", f"{said} {right}")
    if name.lower() != right.lower():
        return Misread(f"{said} is a {right}, not a {name}", f"write it like: {said} {right}")
    return day


STARTS = Phrase("a first day", rf"{_DATE} [A-Za-z]+", "2025-03-03 Monday", read_starts)
