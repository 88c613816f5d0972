"""
Progress: what share of a course's or a unit's activities the learner has done.

An activity is done when the LMS says *completed*; also when an attempt at it is passed, or,
where nobody says what passes, handed in; a session also when it is attended. So nothing has
to be set up for completion alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.calendar import Micros
from engine.events import Word
from engine.happened import in_time
from engine.naming import Activity
from engine.terms import Leaf, Noun
from engine.values import show_percent
from engine.verdict import Answer, Verdict
from engine.view import View

HANDED_IN = frozenset({Noun.QUIZ, Noun.ASSIGNMENT})
"""What is done by handing it in, where no mark of it passes or fails."""


@dataclass(frozen=True, slots=True)
class Done:
    """Whether an activity is done, since when, and the ids of the events that say so."""

    answer: Answer
    at: Micros = 0
    evidence: tuple[str, ...] = ()


NOT_DONE = Done(Answer.NO)


def done(name: str, view: View, leave_out: str = "") -> Done:
    """Say whether an activity is done, as known now; the event of id `leave_out` left out."""
    found = [_done(name, key, view, leave_out) for key in view.keys_of(name)]
    yes = [one for one in found if one.answer is Answer.YES]
    if yes:
        return min(yes, key=lambda one: one.at)
    return next((one for one in found if one.answer is Answer.UNKNOWN), NOT_DONE)


def _done(name: str, key: str, view: View, leave_out: str) -> Done:
    activity = view.plan.ruleset.activities[name]
    trace = view.record.traces.get(key)
    if trace is None:
        return NOT_DONE
    since = view.from_when(trace)
    words = {Word.COMPLETED, Word.ATTENDED} if activity.kind is Noun.SESSION else {Word.COMPLETED}
    said: list[Done] = []
    for word in words:
        entries = [
            e for e in trace.entries if e.word == word and e.id != leave_out and view.knows(e)
        ]
        undone = max((e.at for e in entries if e.undone), default=-1)
        said += [
            Done(Answer.YES, e.at, (e.id,))
            for e in entries
            if not e.undone and e.at > undone and (since is None or e.at >= since)
        ]
    if said:
        return min(said, key=lambda one: one.at)
    return _by_attempts(key, activity, view, leave_out)


def _by_attempts(key: str, activity: Activity, view: View, leave_out: str) -> Done:
    trace = view.record.traces[key]
    attempts = [a for a in view.attempts_in(key, trace, activity, leave_out) if a.submitted]
    passed = [a for a in attempts if a.passed]
    if not passed and activity.pass_mark is None and activity.kind in HANDED_IN:
        passed = [a for a in attempts if a.passed is None]
    if passed:
        first = min(passed, key=lambda a: a.at)
        return Done(Answer.YES, first.at, first.evidence)
    waiting = activity.pass_mark is not None and any(a.passed is None for a in attempts)
    return Done(Answer.UNKNOWN) if waiting else NOT_DONE


def progress_answer(leaf: Leaf, view: View, leave_out: str = "") -> Verdict:
    """Answer a leaf about a unit made of activities, or with `progress`."""
    asks = view.ask(leaf)
    members = view.plan.members(leaf)
    if not members:
        return Verdict(Answer.UNKNOWN, asks, "it has no activities", leaf.span)
    found = [done(name, view, leave_out) for name in members]
    yes = [one for one in found if one.answer is Answer.YES]
    waiting = sum(one.answer is Answer.UNKNOWN for one in found)
    answers = {
        enough(leaf, number, len(members)) for number in range(len(yes), len(yes) + waiting + 1)
    }
    answer = Answer.UNKNOWN if len(answers) > 1 else Answer.YES if True in answers else Answer.NO
    if answer is Answer.YES and leaf.happened is not None:
        last = max((one.at for one in yes), default=0)
        if not in_time(leaf.happened, last, leaf, view, ""):
            answer = Answer.NO
    evidence = tuple(i for one in yes for i in one.evidence)
    return Verdict(answer, asks, _told(members, found, view), leaf.span, (), evidence)


def enough(leaf: Leaf, number: int, total: int) -> bool:
    """Say whether so many done, of so many, are what a leaf asks."""
    if leaf.progress is not None:
        return leaf.progress.holds(Fraction(number, total))
    return (number == total) is not leaf.word.startswith("not ")


def _told(members: Sequence[str], found: Sequence[Done], view: View) -> str:
    if not view.telling:
        return ""
    yes = sum(one.answer is Answer.YES for one in found)
    lacking = [
        view.short(name)
        for name, one in zip(members, found, strict=True)
        if one.answer is not Answer.YES
    ]
    told = f"{yes} of {len(members)} done ({show_percent(Fraction(yes, len(members)))})"
    shown = ", ".join(lacking[:MOST_SHOWN])
    if len(lacking) > MOST_SHOWN:
        shown += f" and {len(lacking) - MOST_SHOWN} more"
    return f"{told}, not {shown}" if lacking else told


MOST_SHOWN = 3


def completed_since(leaf: Leaf, view: View) -> Micros | None:
    """Say since when a unit made of activities has been completed, None where it is not."""
    found = [done(name, view) for name in view.plan.members(leaf) or ()]
    if not found or any(one.answer is not Answer.YES for one in found):
        return None
    return max(one.at for one in found)


def progress_triggered(leaf: Leaf, view: View, event: str, *, again: bool) -> Verdict:
    """Answer whether an event made it so that a leaf about progress holds."""
    verdict = progress_answer(leaf, view)
    if not verdict.holds or again:
        return verdict
    if progress_answer(leaf, view, event).holds:
        return Verdict(Answer.NO, verdict.asks, "it was so before this event", leaf.span)
    return verdict
