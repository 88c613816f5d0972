"""
Marks and attempts in a condition: which attempt is meant, and what is still unmarked.

A best mark already over the bar says yes, whatever is unmarked; below the bar an unmarked
attempt leaves it unknown, for it may yet be the best. No attempt says no.
"""

from collections.abc import Sequence
from fractions import Fraction

from engine.asked import asked_of, value_of
from engine.attempts import Attempt
from engine.calendar import Micros
from engine.dated import ByDate, has_no_top, unit_of
from engine.events import Word
from engine.happened import in_time
from engine.repeated import repeated
from engine.several import Marked, combine, is_mean
from engine.terms import Choice, Leaf, Which
from engine.values import ONCE, Unit, show_number, show_percent
from engine.verdict import Answer, Verdict
from engine.view import View
from engine.wording import day_shown


def time_of(attempt: Attempt, word: str) -> Micros:
    """Give when an attempt did what a word says; its last event where the word says nothing."""
    if word == Word.SUBMITTED:
        return attempt.handed_in
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
    if not leaf.times.is_plain:
        return repeated(leaf, view, attempts)
    if leaf.times != ONCE:
        return _counted(leaf, view, attempts)
    return _chosen(leaf, view, attempts)


def _asks_more(leaf: Leaf) -> bool:
    return bool(leaf.word or leaf.score or leaf.criterion)


def _attempts(number: int) -> str:
    return f"{number} attempt{'s' if number != 1 else ''}"


def _counted(leaf: Leaf, view: View, attempts: Sequence[Attempt]) -> Verdict:
    answers = [(asked_of(a, leaf, view), a) for a in attempts]
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
    which = present_by(leaf, view)
    if is_mean(which) and leaf.score is not None and not leaf.word:
        return _of_mean(leaf, view, attempts, which)
    match which:
        case Choice.LATEST:
            return _of_one(leaf, view, attempts[-1], "latest")
        case Choice.FIRST:
            return _of_one(leaf, view, attempts[0], "first")
        case _:
            # What `is` says is true of one attempt, so a mean leaves it to the best.
            return _of_best(leaf, view, attempts)


def present_by(leaf: Leaf, view: View) -> Which:
    """Give which attempt speaks for the learner's score now; of a crossing it is the latest."""
    return leaf.attempt or (Choice.LATEST if leaf.crosses else view.choice)


def marked_in(attempts: Sequence[Attempt], leaf: Leaf) -> Marked:
    """Give the attempts that are marked, each with what a leaf compares of it."""
    values = ((attempt, value_of(attempt, leaf)) for attempt in attempts)
    return [(attempt, value) for attempt, value in values if value is not None]


def _of_one(leaf: Leaf, view: View, attempt: Attempt, which: str) -> Verdict:
    because = f"{which} {_shown(attempt, leaf, view)}, on {view.when(attempt.at)}"
    because += by_date(leaf, view, attempt)
    found = asked_of(attempt, leaf, view)
    value = value_of(attempt, leaf)
    return Verdict(found, view.ask(leaf), because, leaf.span, (), attempt.evidence, value)


def _of_mean(leaf: Leaf, view: View, attempts: Sequence[Attempt], which: Which) -> Verdict:
    """Answer about the mean of all attempts; an unmarked one leaves it unknown."""
    asks = view.ask(leaf)
    marked = marked_in(attempts, leaf)
    show = _points if leaf.score is not None and unit_of(leaf.score) is Unit.POINTS else None
    combined = combine(marked, which, show or show_percent)
    if combined is None or leaf.score is None:
        return Verdict(Answer.UNKNOWN, asks, "handed in, not marked yet", leaf.span)
    evidence = tuple(i for a in combined.attempts for i in a.evidence)
    comparison = view.asked_at(leaf.score, attempts[-1].handed_in)
    holds = comparison is not None and comparison.holds(combined.value)
    found = Answer.YES if holds else Answer.NO
    because = (show or show_percent)(combined.value)
    if combined.sum:
        because = f"{combined.sum} = {because}"
    because += by_date(leaf, view, attempts[-1])
    if len(marked) < len(attempts):
        found = Answer.UNKNOWN
        because += "; another is not marked yet"
    return Verdict(found, asks, because, leaf.span, (), evidence, combined.value)


def _of_best(leaf: Leaf, view: View, attempts: Sequence[Attempt]) -> Verdict:
    answers = [(asked_of(a, leaf, view), a) for a in attempts]
    wanted = leaf.score
    if wanted is None:
        return _any_passes(leaf, view, answers)
    marked = marked_in(attempts, leaf)
    waiting = len(marked) < len(attempts)
    asks = view.ask(leaf)
    if not marked:
        return Verdict(Answer.UNKNOWN, asks, "handed in, not marked yet", leaf.span)
    best, value = max(marked, key=lambda pair: pair[1])
    no_top = has_no_top(wanted)
    if no_top:
        best = next((a for found, a in answers if found is Answer.YES), best)
    found = asked_of(best, leaf, view)
    # A better mark could still change it, unless it only has to be good, or is too good already.
    settled = no_top and found is Answer.YES
    settled |= not isinstance(wanted, ByDate) and wanted.is_above(value)
    if waiting and not settled:
        found = Answer.UNKNOWN
    number = attempts.index(best) + 1
    because = f"best {_shown(best, leaf, view)}, on {view.when(best.at)}, attempt {number}"
    because += by_date(leaf, view, best)
    if waiting:
        because += "; another is not marked yet"
    return Verdict(found, asks, because, leaf.span, (), best.evidence, value)


def by_date(leaf: Leaf, view: View, attempt: Attempt) -> str:
    """Say which of several values by date was asked of an attempt."""
    if not view.telling or not isinstance(leaf.score, ByDate):
        return ""
    asked = view.asked_at(leaf.score, attempt.handed_in)
    day = day_shown(view.evidence_day(attempt.handed_in))
    if asked is None:
        return f"; handed in on {day}, before {day_shown(leaf.score.first)}, the first date"
    return f"; handed in on {day}, when {asked} was asked"


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


def _points(value: Fraction) -> str:
    return f"{show_number(value)} points"


def _shown(attempt: Attempt, leaf: Leaf, view: View) -> str:
    if not view.telling:
        return ""
    value = value_of(attempt, leaf)
    if leaf.score is not None and unit_of(leaf.score) is Unit.POINTS:
        return "not marked yet" if value is None else _points(value)
    if value is not None:
        return show_percent(value)
    passed = attempt.passed
    if passed is None:
        return "not marked yet" if attempt.submitted else "begun"
    return "passed" if passed else "failed"
