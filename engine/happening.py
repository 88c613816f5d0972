"""
What may trigger a rule: an event that came in, or what followed from one (an award, a level).

An event speaks for its own attempt: a mark says that the attempt was handed in and marked,
and perhaps passed. Only what the event changed counts, so a regrade triggers a rule only if
it turns the rule's leaf from not-yes to yes.
"""

from dataclasses import replace
from fractions import Fraction

import msgspec

from engine.asked import asked_of
from engine.attempts import ATTEMPT_WORDS, IMPLIED, Attempt
from engine.calendar import Micros, micros
from engine.conditions import answer
from engine.crossing import crossed
from engine.daily import is_first_of_day
from engine.events import Event, Word
from engine.happened import in_time
from engine.mastery import rank, standing
from engine.matching import Fact
from engine.progress import progress_triggered
from engine.record import Placed
from engine.scores import by_date, score_answer
from engine.terms import Enrolments, Leaf, Noun
from engine.values import ONCE, Comparison, show_percent
from engine.verdict import Answer, Verdict, all_of
from engine.view import View

NOTHING: frozenset[str] = frozenset()
GRADED: frozenset[str] = frozenset({Word.GRADED})


class Happening(msgspec.Struct, frozen=True):
    """
    One thing that happened to one learner.

    Attributes:
        keys: Under what rules may listen to it.
        id: The event's id, or a name for what followed.
        at: When it happened.
        cause: When the event that caused it all happened; decides whether it is late.
        course: The canonical course, "" if none.
        object: The canonical object or derived key.
        words: What it says, and what follows from it for its attempt.
        own: The event's own attempt, as known now.
        before: The same attempt without this event, None if the event began it.
        fields: Further facts.
        backfill: True where a change of rules caused it, not the learner.
        chain: The rules and credentials that led to it, for the loop guard.
        again: Whether it is only asked again whether it still stands.
        corrects: Whether it takes back or marks anew what was known before.
    """

    keys: tuple[str, ...]
    id: str
    at: Micros
    cause: Micros
    course: str = ""
    object: str = ""
    words: frozenset[str] = frozenset()
    own: Attempt | None = None
    before: Attempt | None = None
    fields: tuple[tuple[str, str], ...] = ()
    backfill: bool = False
    chain: tuple[str, ...] = ()
    again: bool = False
    corrects: bool = False

    @property
    def attempt(self) -> str:
        """Give the LMS's name of the attempt, "" if it has none."""
        return self.own.name if self.own else ""

    @property
    def score(self) -> Fraction | None:
        """Give the own attempt's mark."""
        return self.own.mark() if self.own else None

    def fact(self) -> Fact:
        """Give the flat fact that a matcher sees."""
        points = self.own.points() if self.own else None
        return Fact(self.keys, self.course, self.words, self.score, points)


def happening_of(event: Event, placed: Placed, view: View) -> Happening:
    """Give an event that has been folded as something that may trigger rules."""
    own, before, words = _attempt_of(event, placed, view)
    at = micros(event.time)
    return Happening(
        placed.keys,
        event.id,
        at,
        at,
        placed.course,
        placed.object,
        words | {event.word},
        own,
        before,
        event.fields,
        corrects=event.undone or before is not None,
    )


def _attempt_of(
    event: Event, placed: Placed, view: View
) -> tuple[Attempt | None, Attempt | None, frozenset[str]]:
    """Give an event's own attempt with and without it, and the words that follow from it."""
    trace = view.record.traces.get(placed.object)
    if event.word not in ATTEMPT_WORDS or trace is None:
        marked = event.score is not None and event.score.fraction is not None
        return None, None, GRADED if marked else NOTHING
    known = view.plan.activities_at.get(placed.object)
    activity = known[0] if known else None
    own = _holding(view.attempts_in(placed.object, trace, activity), event.id)
    if own is None:
        return None, None, NOTHING
    ids = {entry.id for entry in own.entries} - {event.id}
    before: Attempt | None = None
    if ids:
        others = view.attempts_in(placed.object, trace, activity, leave_out=event.id)
        before = next((a for a in others if any(e.id in ids for e in a.entries)), None)
    implied = own.implied
    return own, before, implied if before is None else implied - before.implied


def _holding(attempts: list[Attempt], event: str) -> Attempt | None:
    for attempt in attempts:
        for entry in attempt.entries:
            if entry.id == event:
                return attempt
    return None


def leaf_triggered(leaf: Leaf, happening: Happening, view: View) -> Verdict:
    """Answer whether a happening is what a leaf in `when` waits for."""
    asks = view.ask(leaf)
    view = view.within(leaf.enrolments)
    if view.plan.members(leaf) is not None:
        return _of_members(leaf, happening, view)
    if not any(key in happening.keys for key in view.plan.leaf_keys(leaf)):
        return Verdict(Answer.NO, asks, "of something else", leaf.span)
    if leaf.course and happening.course not in view.plan.course_keys[leaf.course]:
        return Verdict(Answer.NO, asks, "in another course", leaf.span)
    if leaf.word and leaf.noun is not Noun.EVENT and leaf.word not in happening.words:
        return Verdict(Answer.NO, asks, "another word", leaf.span)
    if not all(pair in happening.fields for pair in leaf.where):
        return Verdict(Answer.NO, asks, "with other fields", leaf.span)
    if leaf.happened is not None:
        inside = in_time(leaf.happened, happening.at, leaf, view, happening.object)
        if not inside:
            return Verdict(Answer.NO, asks, "at another time", leaf.span)
    parts = [_own(leaf, happening, view)]
    own_attempt = leaf.attempt is None and not leaf.crosses
    if happening.before is not None and parts[0].holds and own_attempt:
        earlier = _was_so(leaf, happening.before, happening, view)
        if earlier is Answer.YES:
            return Verdict(Answer.NO, asks, "it was so before this event", leaf.span)
    if leaf.attempts is not None:
        parts.append(score_answer(_bare(leaf, attempts=True), view))
    if leaf.times.daily:
        first = is_first_of_day(leaf, happening.id, happening.at, view)
        because = "the first of the day" if first else "not the first of the day"
        parts.append(Verdict(Answer.YES if first else Answer.NO, asks, because, leaf.span))
    elif leaf.times != ONCE:
        # A window of time, and a row, end at this event.
        counted = view if leaf.times.is_plain else view.at(happening.at)
        parts.append(answer(replace(leaf, attempts=None, attempt=None), counted))
    if leaf.level:
        parts.append(_level(leaf, view))
    if len(parts) == 1:
        return parts[0]
    return all_of(asks, leaf.span, parts)


def _of_members(leaf: Leaf, happening: Happening, view: View) -> Verdict:
    """Answer a leaf about what is made of activities, one of which something happened to."""
    if not any(key in happening.keys for key in view.plan.keys_of(leaf)):
        return Verdict(Answer.NO, view.ask(leaf), "of something else", leaf.span)
    return progress_triggered(leaf, view, happening.id, again=happening.again)


WAS, IS_NOW = "was", "is now"
"""The fields that say what share of a pathway was done, and is done now."""


def _walked(leaf: Leaf, wanted: Comparison, happening: Happening, view: View) -> Verdict:
    """Answer whether a step brought the learner to a share of a pathway."""
    shares = dict(happening.fields)
    was, now = Fraction(shares.get(WAS, "0")), Fraction(shares.get(IS_NOW, "0"))
    holds = wanted.holds(now) and not wanted.holds(was)
    because = f"{show_percent(now)} now, {show_percent(was)} before" if view.telling else ""
    answered = Answer.YES if holds else Answer.NO
    return Verdict(answered, view.ask(leaf), because, leaf.span, (), (happening.id,))


def _bare(leaf: Leaf, *, attempts: bool) -> Leaf:
    return replace(
        leaf,
        word="",
        score=None,
        criterion="",
        times=ONCE,
        attempts=leaf.attempts if attempts else None,
        attempt=None,
    )


def _was_so(leaf: Leaf, before: Attempt, happening: Happening, view: View) -> Answer:
    """Answer a leaf for the attempt without its event; a course is graded at each change."""
    any_change = leaf.noun is Noun.COURSE and leaf.word == Word.GRADED and leaf.score is None
    if not any_change or happening.own is None:
        return _asked(leaf, before, view)
    own = happening.own
    same = own.mark() == before.mark() and own.points() == before.points()
    return Answer.YES if same else Answer.NO


def _asked(leaf: Leaf, attempt: Attempt, view: View) -> Answer:
    if leaf.word in IMPLIED or leaf.score is not None or leaf.criterion:
        own = replace(leaf, word="") if leaf.word and leaf.word not in IMPLIED else leaf
        if leaf.word and leaf.word not in IMPLIED and leaf.word not in attempt.words:
            return Answer.NO
        return asked_of(attempt, own, view)
    return Answer.YES if not leaf.word or leaf.word in attempt.words else Answer.NO


def _own(leaf: Leaf, happening: Happening, view: View) -> Verdict:
    """Answer for the event's own attempt, or for the attempt that the leaf names."""
    asks = view.ask(leaf)
    own = happening.own
    if leaf.noun is Noun.PATHWAY and leaf.progress is not None:
        return _walked(leaf, leaf.progress, happening, view)
    if leaf.crosses and isinstance(leaf.score, Comparison):
        return crossed(leaf, leaf.score, view, happening.id, again=happening.again)
    if leaf.attempt is not None and own is not None:
        return score_answer(replace(leaf, attempts=None, times=ONCE), view)
    if leaf.score is None and not leaf.criterion:
        return Verdict(Answer.YES, asks, "it happened", leaf.span, (), (happening.id,))
    if own is None:
        return Verdict(Answer.UNKNOWN, asks, "no mark is known", leaf.span)
    plain = replace(leaf, word="") if leaf.word and leaf.word not in IMPLIED else leaf
    found = asked_of(own, plain, view)
    mark = own.mark(leaf.criterion)
    because = ""
    if view.telling:
        because = "not marked yet" if mark is None else f"this attempt: {show_percent(mark)}"
        because += by_date(plain, view, own)
    return Verdict(found, asks, because, leaf.span, (), own.evidence)


def _level(leaf: Leaf, view: View) -> Verdict:
    asks = view.ask(leaf)
    if not leaf.name:
        return Verdict(Answer.NO, asks, "a level needs a skill", leaf.span)
    view = view.within(leaf.enrolments or Enrolments.ALL)
    skill = view.plan.ruleset.skills[leaf.name]
    stands = standing(skill, view)
    holds = rank(skill, stands.level) >= rank(skill, leaf.level)
    found = Answer.YES if holds else Answer.NO
    return Verdict(found, asks, stands.sum, leaf.span, (), stands.evidence)
