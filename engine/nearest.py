"""
The nearest way to a yes: the fewest conditions that would have to turn.

A list that wants all of its parts wants all that lack; one that wants any wants the part that is
nearest. What must *not* be so is named as it stands: the learner can do nothing more for it.
"""

from typing import assert_never

from engine.terms import Condition, Group, Quantifier
from engine.verdict import Verdict

Way = tuple[Verdict, ...]
"""Innermost conditions that lack, in the order they were written."""


def nearest(condition: Condition, verdict: Verdict) -> Way:
    """
    Give the fewest conditions that keep a verdict from a yes; none where it is one.

    Args:
        condition: What was asked.
        verdict: The answer, told in words: a quick answer leaves parts out.
    """
    if verdict.holds:
        return ()
    if not isinstance(condition, Group):
        return (verdict,)
    if condition.quantifier is Quantifier.ALL and len(condition.parts) == 1:
        return nearest(condition.parts[0], verdict)
    if len(condition.parts) != len(verdict.under):
        return (verdict,)
    ways = [
        nearest(part, answered)
        for part, answered in zip(condition.parts, verdict.under, strict=True)
    ]
    match condition.quantifier:
        case Quantifier.ALL:
            return tuple(each for way in ways for each in way)
        case Quantifier.ANY:
            return _fewest(ways, 1)
        case Quantifier.AT_LEAST:
            return _fewest(ways, condition.number)
        case Quantifier.NONE:
            return (verdict,)
    assert_never(condition.quantifier)


def _fewest(ways: list[Way], number: int) -> Way:
    """Give the nearest so many ways together, in the order they were written."""
    chosen = sorted(sorted(range(len(ways)), key=lambda place: len(ways[place]))[:number])
    return tuple(each for place in chosen for each in ways[place])
