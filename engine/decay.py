"""
How old evidence counts less: half after each period of calendar months, by the pack's clock.

Age is counted in whole periods from the day of a source's latest evidence, each to the end of
its last day, so that everything stays exact. Beside newer sources an old one loses weight; and
what all the evidence is too old for is taken off the score. docs/decisions/old-evidence.md
says why both.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from engine.calendar import Micros, day_end
from engine.values import LongPeriod, show_number
from engine.view import View

HALF = Fraction(1, 2)
WHOLE = Fraction(1)
MOST_PERIODS = 64
"""Periods after which nothing is left that could matter."""


def edges(period: LongPeriod, at: Micros, view: View) -> Iterator[Micros]:
    """Yield the instants at which evidence of an instant comes to count half of what it did."""
    day = view.evidence_day(at)
    zone = view.plan.clocks.course_zone("", view.pack)
    for number in range(1, MOST_PERIODS + 1):
        try:
            last = LongPeriod(period.months * number).after(day)
            yield day_end(last, zone)
        except (OverflowError, ValueError):
            return


def left_of(period: LongPeriod, at: Micros, view: View) -> Fraction:
    """Give what evidence of an instant still counts: 1, 1/2, 1/4 …; notes when it counts less."""
    left = WHOLE
    for edge in edges(period, at, view):
        if edge > view.now:
            view.look_again(edge)
            break
        left *= HALF
    return left


def freshest(lefts: Sequence[Fraction], number: int) -> Fraction:
    """Give what the evidence of so many sources still counts: what the oldest of them does."""
    return sorted(lefts, reverse=True)[number - 1] if 1 <= number <= len(lefts) else Fraction(0)


def left_shown(left: Fraction) -> str:
    """Write what is left: ½ as 1/2."""
    return show_number(left) if left.denominator == 1 else f"{left.numerator}/{left.denominator}"
