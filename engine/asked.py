"""What a leaf asks of one attempt: its word, and its score by what was wanted on its day."""

from fractions import Fraction

from engine.attempts import Attempt
from engine.dated import unit_of
from engine.terms import Leaf
from engine.values import Unit
from engine.verdict import Answer
from engine.view import View


def value_of(attempt: Attempt, leaf: Leaf) -> Fraction | None:
    """Give what a leaf compares of an attempt: its fraction or its raw points."""
    if leaf.score is not None and unit_of(leaf.score) is Unit.POINTS and not leaf.criterion:
        return attempt.points()
    return attempt.mark(leaf.criterion)


def asked_of(attempt: Attempt, leaf: Leaf, view: View) -> Answer:
    """Answer what a leaf asks of one attempt; before the first of several dates it is no."""
    answers = []
    if leaf.word:
        has = attempt.has(leaf.word)
        answers.append(Answer.UNKNOWN if has is None else Answer.YES if has else Answer.NO)
    if leaf.score is not None:
        value = value_of(attempt, leaf)
        if value is None:
            answers.append(Answer.UNKNOWN)
        else:
            comparison = view.asked_at(leaf.score, attempt.handed_in)
            holds = comparison is not None and comparison.holds(value)
            answers.append(Answer.YES if holds else Answer.NO)
    elif leaf.criterion:
        answers.append(Answer.UNKNOWN if attempt.mark(leaf.criterion) is None else Answer.YES)
    return next((a for a in (Answer.NO, Answer.UNKNOWN) if a in answers), Answer.YES)
