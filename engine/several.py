"""
Several attempts as one mark: the best, the latest, the first, their mean or a decaying one.

Attempts are ordered by when they began, never by when they were graded: a mark that comes
late for an early try changes the past, not the present. Means are exact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from engine.attempts import Attempt
from engine.terms import Choice, Decaying, Which
from engine.values import show_percent

TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Combined:
    """
    What several attempts come to.

    Attributes:
        value: The mark: a fraction of one, or points.
        attempts: Those that it rests on, in order of beginning.
        sum: The arithmetic, "" where one attempt's mark is taken as it is.
    """

    value: Fraction
    attempts: tuple[Attempt, ...]
    sum: str = ""


Marked = Sequence[tuple[Attempt, Fraction]]
"""Attempts with their marks, in order of beginning."""


def is_mean(which: Which) -> bool:
    """Say whether it is made of several attempts, so that no one attempt speaks for it."""
    return which is Choice.AVERAGE or isinstance(which, Decaying)


Show = Callable[[Fraction], str]


def combine(marked: Marked, which: Which, show: Show = show_percent) -> Combined | None:
    """Give the one mark that attempts come to; None where nothing is marked."""
    if not marked:
        return None
    if isinstance(which, Decaying):
        return _decaying(marked, which.latest, show)
    match which:
        case Choice.FIRST:
            attempt, value = marked[0]
        case Choice.LATEST:
            attempt, value = marked[-1]
        case Choice.BEST:
            attempt, value = max(marked, key=lambda pair: pair[1])
        case Choice.AVERAGE:
            return Combined(_mean(marked), _attempts(marked), _told(marked, show))
        case _:
            assert_never(which)
    return Combined(value, (attempt,))


def _attempts(marked: Marked) -> tuple[Attempt, ...]:
    return tuple(attempt for attempt, _ in marked)


def _mean(marked: Marked) -> Fraction:
    return sum((value for _, value in marked), Fraction(0)) / len(marked)


def _told(marked: Marked, show: Show) -> str:
    if len(marked) == 1:
        return ""
    return f"mean of {', '.join(show(value) for _, value in marked)}"


def _decaying(marked: Marked, latest: Fraction, show: Show) -> Combined:
    *earlier, (attempt, value) = marked
    if not earlier:
        return Combined(value, (attempt,))
    rest = 1 - latest
    decayed = latest * value + rest * _mean(earlier)
    before = _told(earlier, show) or show(earlier[0][1])
    told = f"{show_percent(latest)} {TIMES} {show(value)} + {show_percent(rest)} {TIMES} {before}"
    return Combined(decayed, _attempts(marked), told)
