"""
Phrases of marks and attempts: crossings, counts within a time or in a row, which attempt.

They are put together of the plain ones in rules/phrases/phrases.py and of periods.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from engine.terms import Choice, Decaying, Which
from engine.values import Comparison, Count, LongPeriod, Unit
from rules.phrases.phrases import (
    AMOUNT_PATTERN,
    COMPARISON,
    COUNT,
    DIGITS_PATTERN,
    Misread,
    Phrase,
    read_amount,
    read_comparison,
    read_count,
    wrong,
)
from rules.phrases.time import LONGEST_DAYS, PERIOD_PATTERN, read_period


@dataclass(frozen=True, slots=True)
class Crossing:
    """A range that a score must have come into by an event: `falls below 60%`."""

    into: Comparison


_CROSSING = re.compile(r"(falls below|rises to) (.+)")
_NEARLY_CROSSING = re.compile(
    r"(?:(falls|drops|sinks)|rises|climbs|grows)(?: (?:to|below|under|above|over))? (.+)"
)


def read_score(text: str) -> Comparison | Crossing | Misread:
    """Read a range of scores, or a crossing into one: `falls below 60%`, `rises to 70%`."""
    found = _CROSSING.fullmatch(text)
    if found:
        amount = read_amount(found.group(2))
        if isinstance(amount, Misread):
            return amount
        value, unit = amount
        if found.group(1) == "rises to":
            return Crossing(
                Comparison(value, low_included=True, high=None, high_included=False, unit=unit)
            )
        return Crossing(
            Comparison(None, low_included=False, high=value, high_included=False, unit=unit)
        )
    near = _NEARLY_CROSSING.fullmatch(text)
    if near:
        verb = "falls below" if near.group(1) else "rises to"
        amount = read_amount(near.group(2))
        shown = near.group(2) if not isinstance(amount, Misread) else "60%"
        return wrong(text, "a score", f"{verb} {shown}")
    return read_comparison(text)


SCORE: Phrase[Comparison | Crossing] = Phrase(
    "a score",
    rf"({COMPARISON.pattern}|(falls below|rises to) {AMOUNT_PATTERN})",
    COMPARISON.example,
    read_score,
)


def read_progress(text: str) -> Comparison | Misread:
    """Read what share must be done: `at least 80%`, `below 50%`."""
    found = read_comparison(text)
    if isinstance(found, Misread):
        return found
    if found.unit is Unit.POINTS:
        return Misread(f"`{text}` is not a share", "write it like: at least 80%")
    return found


PROGRESS: Phrase[Comparison] = Phrase("a share", COMPARISON.pattern, "at least 80%", read_progress)


# --- which attempt -----------------------------------------------------------------------

LEAST_LATEST, MOST_LATEST = Fraction(1, 2), Fraction(99, 100)
"""What the latest attempt may count: below a half, more evidence of 100% could lower a mean."""

_DECAYING = re.compile(r"decaying(?: (.+))?")
_WHICH = "an attempt"
_CHOICES = tuple(choice.value for choice in Choice)


def read_which(text: str) -> Which | Misread:
    """Read which attempt is meant: `best`, `latest`, `first`, `average`, `decaying 65%`."""
    if text in _CHOICES:
        return Choice(text)
    decaying = _DECAYING.fullmatch(text)
    if decaying:
        amount = read_amount(decaying.group(1) or "")
        if isinstance(amount, Misread) or amount[1] is not Unit.PERCENT:
            return wrong(text, _WHICH, "decaying 65%")
        if not LEAST_LATEST <= amount[0] <= MOST_LATEST:
            return Misread(
                f"`{text}`: the latest attempt counts from 50% to 99%",
                "write it like: decaying 65%",
            )
        return Decaying(amount[0])
    meant = {"mean": "average", "last": "latest", "highest": "best"}.get(text.lower(), text.lower())
    if meant in _CHOICES:
        return wrong(text, _WHICH, meant)
    return Misread(
        f"`{text[:60]}` is not {_WHICH}", f"write one of: {', '.join(_CHOICES)}, decaying 65%"
    )


WHICH: Phrase[Which] = Phrase(
    _WHICH, rf"({'|'.join(_CHOICES)}|decaying {DIGITS_PATTERN} ?%)", "latest", read_which
)


# --- how often ---------------------------------------------------------------------------

_ROW = re.compile(r"([0-9]{1,6}) in a row(?: within (.+))?")
_WITHIN = re.compile(r"(.+?) within (.+)")
FIRST_OF_DAY = "first of the day"
_NEARLY_FIRST = re.compile(
    r"(the )?(first|once)( time)? (in|of|on|per|each|every|a)( the| a| each)? ?day"
)
_A_WINDOW = "at least 2 within 24 hours"


def read_times(text: str) -> Count | Misread:
    """Read how often: `at least 3`, `at least 2 within 24 hours`, `2 in a row within 24 hours`."""
    if text == FIRST_OF_DAY:
        return Count(1, daily=True)
    if _NEARLY_FIRST.fullmatch(text.lower()):
        return Misread(f"`{text}` is not a count", f"write it like: {FIRST_OF_DAY}")
    row = _ROW.fullmatch(text)
    if row:
        number = int(row.group(1))
        if number < 2:  # noqa: PLR2004 - a row is of two
            return Misread(f"`{text}` is no row", "write it like: 2 in a row")
        period = read_period(row.group(2)) if row.group(2) else None
        return period if isinstance(period, Misread) else Count(number, None, period, in_a_row=True)
    if re.fullmatch(r"(?:at least|exactly|at most) [0-9]{1,6} in a row.*", text):
        number_said = re.search("[0-9]+", text)
        said = number_said.group() if number_said else "2"
        return wrong(text, "a count", f"{said} in a row")
    window = _WITHIN.fullmatch(text)
    if window:
        count = read_count(window.group(1))
        period = read_period(window.group(2))
        if isinstance(count, Misread):
            return count
        return period if isinstance(period, Misread) else Count(count.low, count.high, period)
    return read_count(text)


TIMES = Phrase(
    "a count",
    rf"(({COUNT.pattern}|[0-9]{{1,6}} in a row)( within ({PERIOD_PATTERN}))?|{FIRST_OF_DAY})",
    COUNT.example,
    read_times,
)


# --- half after so long ------------------------------------------------------------------

_HALF = re.compile(r"half after ([0-9]{1,4}) (month|year)s?")
_A_HALF = "half after 18 months"


def read_half(text: str) -> LongPeriod | Misread:
    """Read after how many calendar months evidence counts half: `half after 18 months`."""
    found = _HALF.fullmatch(text)
    if found and int(found.group(1)):
        months = int(found.group(1)) * (12 if found.group(2) == "year" else 1)
        if months <= LONGEST_DAYS // 365 * 12:
            return LongPeriod(months)
    bare = re.fullmatch(r"(?:half )?(?:after|in|every)? ?([1-9][0-9]{0,2} (?:month|year)s?)", text)
    return wrong(text, "how evidence decays", f"half after {bare.group(1)}" if bare else _A_HALF)


HALF_AFTER = Phrase(
    "how evidence decays", r"half after [0-9]{1,4} (month|year)s?", _A_HALF, read_half
)
