"""
Crossings: a score that falls below a mark, or rises to one, by the event that came.

They speak of the learner's present score of a thing, not of one attempt: by the latest mark
(or as `attempt` says) before and after the event. Without a mark before it, it was not so.
"""

from fractions import Fraction

from engine.scores import marked_in, present_by
from engine.several import Combined, combine
from engine.terms import Leaf
from engine.values import Comparison, show_number, show_percent
from engine.verdict import Answer, Verdict
from engine.view import View


def crossed(leaf: Leaf, wanted: Comparison, view: View, event: str, *, again: bool) -> Verdict:
    """
    Answer whether an event brought the learner's score into a range.

    Args:
        leaf: A leaf that crosses.
        wanted: The range.
        view: The learner, the event taken in.
        event: The event's id.
        again: Whether it is only asked if the score still lies there.
    """
    asks = view.ask(leaf)
    after = _present(leaf, view, "")
    if after is None:
        return Verdict(Answer.UNKNOWN, asks, "no mark is known", leaf.span)
    before = None if again else _present(leaf, view, event)
    shown = show_percent if wanted.unit.value == "percent" else _points
    told = f"{shown(after.value)} now" if view.telling else ""
    if view.telling and not again:
        told += f", {'no mark' if before is None else shown(before.value)} before"
    holds = wanted.holds(after.value) and (before is None or not wanted.holds(before.value))
    evidence = tuple(i for a in after.attempts for i in a.evidence)
    return Verdict(Answer.YES if holds else Answer.NO, asks, told, leaf.span, (), evidence)


def _points(value: Fraction) -> str:
    return f"{show_number(value)} points"


def _present(leaf: Leaf, view: View, leave_out: str) -> Combined | None:
    return combine(marked_in(view.attempts(leaf, leave_out), leaf), present_by(leaf, view))
