"""
When two conditions speak of the same thing, and whether both can be so.

Only what is certain is said: where units differ, a name is *any* or a time is asked for, two
conditions are taken to be able to hold together.
"""

from engine.ruleset import (
    ACTIVITY_NOUNS,
    BetweenDates,
    Condition,
    HasProfile,
    Leaf,
    Noun,
    OnEvent,
    OnWeekdays,
    Rule,
)
from engine.values import ONCE, Comparison, Count, Unit, show_percent

OPPOSITES = {
    ("completed", "not completed"),
    ("submitted", "not submitted"),
    ("open", "locked"),
    ("open", "ended"),
    ("held", "not held"),
    ("held", "expired"),
    ("member", "not member"),
    ("enrolled", "not enrolled"),
}
"""Words after `is` that are never so at once of one thing."""

FROM_MARK = frozenset({"", "graded", "submitted", "passed", "failed"})
"""Words that one event of a marked attempt may say together; "" is a score without a word."""


def short(name: str) -> str:
    """Give a thing's name without its pack."""
    return name.partition("/")[2] or name


def overlap(one: Comparison, other: Comparison) -> bool:
    """Say whether some score lies in both ranges; of different units it may."""
    if one.unit is not other.unit:
        return True
    return not (_ends_before(one, other) or _ends_before(other, one))


def _ends_before(first: Comparison, second: Comparison) -> bool:
    if first.high is None or second.low is None:
        return False
    touching = first.high_included and second.low_included
    return first.high < second.low or (first.high == second.low and not touching)


def within(inner: Comparison, outer: Comparison) -> bool:
    """Say whether every score of one range lies in the other."""
    if inner.unit is not outer.unit:
        return False
    below = outer.low is None or (
        inner.low is not None
        and (
            inner.low > outer.low
            or (inner.low == outer.low and (outer.low_included or not inner.low_included))
        )
    )
    above = outer.high is None or (
        inner.high is not None
        and (
            inner.high < outer.high
            or (inner.high == outer.high and (outer.high_included or not inner.high_included))
        )
    )
    return below and above


WHOLE = Comparison(show_percent and 0, True, 1, True) if False else None  # placeholder
