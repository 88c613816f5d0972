"""
Marks and attempts in a condition: which attempt is meant, and what is still unmarked.

A best mark already over the bar says yes, whatever is unmarked; below the bar an unmarked
attempt leaves it unknown, for it may yet be the best. No attempt says no.
"""

from collections.abc import Sequence
from fractions import Fraction

from engine.attempts import Attempt
from engine.calendar import Micros
from engine.events import IMPLY_SUBMITTED, Word
from engine.happened import in_time
from engine.terms import Choice, Leaf
from engine.values import ONCE, Comparison, Unit, show_number, show_percent
from engine.verdict import Answer, Verdict
from engine.view import View


def value_of(attempt: Attempt, leaf: Leaf) -> Fraction | None:
    """Give what a leaf compares of an attempt: its fraction or its raw points."""
    if leaf.score is not None and leaf.score.unit is Unit.POINTS and not leaf.criterion:
        return attempt.points()
    return attempt.mark(leaf.criterion)


def asked_of(attempt: Attempt, leaf: Leaf) -> Answer:
    """Answer what a leaf asks of one attempt: its word, and its score."""
    answers = []
    if leaf.word:
        has = attempt.has(leaf.word)
        answers.append(Answer.UNKNOWN if has is None else Answer.YES if has else Answer.NO)
    if leaf.score is not None:
        value = value_of(attempt, leaf)
        if value is None:
            answers.append(Answer.UNKNOWN)
        else:
            answers.append(Answer.YES if leaf.score.holds(value) else Answer.NO)
    elif leaf.criterion:
        answers.append(Answer.UNKNOWN if attempt.mark(leaf.criterion) is None else Answer.YES)
    return next((a for a in (Answer.NO, Answer.UNKNOWN) if a in answers), Answer.YES)


def time_of(attempt: Attempt, word: str) -> Micros:
    """Give when an attempt did what a word says; its last event where the word says nothing."""
    if word == Word.SUBMITTED:
        handed_in = [
            e.at for e in attempt.standing() if e.word in IMPLY_SUBMITTED or e.mark is not None
        ]
        return min(handed_in, default=attempt.at)
    return max((e.at for e in attempt.standing() if e.word == word), default=attempt.at)


def score_answer(leaf: Leaf, view: View) -> Verdict:
    """Answer a leaf about attempts: how many there are, and what is asked of the one meant."""
    attempts = view.attempts(leaf)
    if leaf.happened is not None:
        key = view.plan.leaf_key(leaf)
        attempts = [
            a for a in attempts if in_time(leaf.happened, time_of(a, leaf.word), leaf, view, key)
        ]
    asks = view.ask(leaf)
    if leaf.attempts is not None and not leaf.attempts.holds(len(attempts)):
        return Verdict(Answer.NO, asks, f"{_attempts(len(attempts))}", leaf.span)
    if not attempts:
        holds = leaf.times.low == 0 or (leaf.attempts is not None and not _asks_more(leaf))
        return Verdict(Answer.YES if holds else Answer.NO, asks, "no attempt", leaf.span)
    if not _asks_more(leaf):
        evidence = tuple(i for a in attempts for i in a.evidence)
        return Verdict(Answer.YES, asks, _attempts(len(attempts)), leaf.span, (), evidence)
    if leaf.times != ONCE:
        return _counted(leaf, view, attempts)
    return _chosen(leaf, view, attempts)


def _asks_more(leaf: Leaf) -> bool:
    return bool(leaf.word or leaf.score or leaf.criterion)


def _attempts(number: int) -> str:
    return f"{number} attempt{'s' if number != 1 else ''}"


def _counted(leaf: Leaf, view: View, attempts: Sequence[Attempt]) -> Verdict:
    answers = [(asked_of(a, leaf), a) for a in attempts]
    yes = [a for found, a in answers if found is Answer.YES]
    unknown = sum(found is Answer.UNKNOWN for found, _ in answers)
    low, high = len(yes), len(yes) + unknown
    if leaf.times.holds(low) and leaf.times.holds(high):
        found = Answer.YES
    elif any(leaf.times.holds(number) for number in range(low, high + 1)):
        found = Answer.UNKNOWN
    else:
        found = Answer.NO
    evidence = tuple(i for a in yes for i in a.evidence)
    because = f"{len(yes)} of {_attempts(len(attempts))}"
    return Verdict(found, view.ask(leaf), because, leaf.span, (), evidence)


def _chosen(leaf: Leaf, view: View, attempts: Sequence[Attempt]) -> Verdict:
    choice = leaf.attempt or view.choice
    match choice:
        case Choice.LATEST:
            return _of_one(leaf, view, attempts[-1], "latest")
        case Choice.FIRST:
            return _of_one(leaf, view, attempts[0], "first")
        case Choice.BEST | Choice.AVERAGE:
            return _of_best(leaf, view, attempts)


def _of_one(leaf: Leaf, view: View, attempt: Attempt, which: str) -> Verdict:
    because = f"{which} {_shown(attempt, leaf, view)}, on {view.when(attempt.at)}"
    found = asked_of(attempt, leaf)
    value = value_of(attempt, leaf)
    return Verdict(found, view.ask(leaf), because, leaf.span, (), attempt.evidence, value)


def _of_best(leaf: Leaf, view: View, attempts: Sequence[Attempt]) -> Verdict:
    answers = [(asked_of(a, leaf), a) for a in attempts]
    comparison = leaf.score
    if comparison is None:
        return _any_passes(leaf, view, answers)
    marked = [a for a in attempts if value_of(a, leaf) is not None]
    waiting = len(marked) < len(attempts)
    asks = view.ask(leaf)
    if not marked:
        return Verdict(Answer.UNKNOWN, asks, "handed in, not marked yet", leaf.span)
    best = max(marked, key=lambda a: value_of(a, leaf) or Fraction(0))
    if comparison.high is None:
        best = next((a for found, a in answers if found is Answer.YES), best)
    found = asked_of(best, leaf)
    value = value_of(best, leaf)
    if waiting and value is not None and not _settled(comparison, value, found):
        found = Answer.UNKNOWN
    number = attempts.index(best) + 1
    because = f"best {_shown(best, leaf, view)}, on {view.when(best.at)}, attempt {number}"
    if waiting:
        because += "; another is not marked yet"
    return Verdict(found, asks, because, leaf.span, (), best.evidence, value)


def _settled(comparison: Comparison, value: Fraction, found: Answer) -> bool:
    """Say whether a better mark could not change the answer."""
    if comparison.is_above(value):
        return True
    return comparison.high is None and found is Answer.YES


def _any_passes(leaf: Leaf, view: View, answers: Sequence[tuple[Answer, Attempt]]) -> Verdict:
    """Answer a word without a score; the best attempt has failed only if none has passed."""
    found = [answer for answer, _ in answers]
    if leaf.word == Word.FAILED:
        order = (Answer.NO, Answer.UNKNOWN, Answer.YES)
    else:
        order = (Answer.YES, Answer.UNKNOWN, Answer.NO)
    decided = next(a for a in order if a in found)
    attempt = next(a for answer, a in answers if answer is decided)
    because = f"{_shown(attempt, leaf, view)}, on {view.when(attempt.at)}"
    return Verdict(decided, view.ask(leaf), because, leaf.span, (), attempt.evidence)


def _shown(attempt: Attempt, leaf: Leaf, view: View) -> str:
    if not view.telling:
        return ""
    value = value_of(attempt, leaf)
    if leaf.score is not None and leaf.score.unit is Unit.POINTS:
        return "not marked yet" if value is None else f"{show_number(value)} points"
    if value is not None:
        return show_percent(value)
    passed = attempt.passed
    if passed is None:
        return "not marked yet" if attempt.submitted else "begun"
    return "passed" if passed else "failed"
