"""
What is true of a learner: one function a condition, (condition, view) -> Verdict.

Three answers, and each says why. Which attempt a leaf means (best, latest, first) and what
is still unmarked decide between no and unknown; that part is in engine/scores.py.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from engine.award_state import credential_answer
from engine.calendar import Micros
from engine.due import is_excused
from engine.events import Word
from engine.fact_answers import fact_answer
from engine.happened import in_time
from engine.mastery import rank, standing
from engine.membership import membership
from engine.persons import (
    dates_answer,
    enrolled_for_answer,
    profile_answer,
    role_answer,
    weekday_answer,
)
from engine.progress import enough, progress_answer
from engine.record import COHORT, GROUP, SUSPENDED, Trace
from engine.repeated import repeated_events
from engine.ruleset import Pathway
from engine.scores import score_answer
from engine.states import opening_of, since_when
from engine.terms import (
    ACTIVITY_NOUNS,
    UNANSWERED,
    BetweenDates,
    Condition,
    EnrolledFor,
    Enrolments,
    Group,
    HasFact,
    HasProfile,
    HasRole,
    Leaf,
    Noun,
    OnWeekdays,
    Quantifier,
)
from engine.threads import unanswered
from engine.verdict import Answer, Verdict, all_of, any_of, at_least_of, none_of
from engine.view import View

ATTEMPT_STATES = frozenset({Word.SUBMITTED, Word.GRADED, Word.PASSED, Word.FAILED})
"""Words that are true of an attempt, perhaps by implication, and so may be unknown."""


def answer(condition: Condition, view: View) -> Verdict:
    """Answer a condition for one learner at one instant."""
    if view.plan.observer is not None:
        verdict = _answer(condition, view)
        view.plan.observer.answered(condition, verdict.answer)
        return verdict
    return _answer(condition, view)


def _answer(condition: Condition, view: View) -> Verdict:
    match condition:
        case Leaf():
            return leaf_answer(condition, view)
        case Group():
            return group_answer(condition, view)
        case HasRole():
            return role_answer(condition, view)
        case HasProfile():
            return profile_answer(condition, view)
        case EnrolledFor():
            return enrolled_for_answer(condition, view)
        case BetweenDates():
            return dates_answer(condition, view)
        case OnWeekdays():
            return weekday_answer(condition, view)
        case HasFact():
            return fact_answer(condition, view)
    assert_never(condition)


def group_answer(group: Group, view: View) -> Verdict:
    """Answer a list by its quantifier; a list of one that must all hold is that one."""
    if group.quantifier is Quantifier.ALL and len(group.parts) == 1:
        return answer(group.parts[0], view)
    if group.quantifier is Quantifier.ALL and not view.telling:
        return _all_quickly(group, view)
    asks = view.ask(group)
    parts = tuple(answer(part, view) for part in group.parts)
    match group.quantifier:
        case Quantifier.ALL:
            return all_of(asks, group.span, parts)
        case Quantifier.ANY:
            return any_of(asks, group.span, parts)
        case Quantifier.NONE:
            return none_of(asks, group.span, parts)
        case Quantifier.AT_LEAST:
            return at_least_of(group.number, asks, group.span, parts)


def _all_quickly(group: Group, view: View) -> Verdict:
    """Answer *all of* without words: the first no decides, and nothing after it is asked."""
    parts: list[Verdict] = []
    for number, part in enumerate(group.parts, 1):
        verdict = answer(part, view)
        if verdict.answer is Answer.NO:
            if view.plan.observer is not None:
                # Asked aside, so that it is seen and decides nothing.
                aside = replace(view, later=[])
                for rest in group.parts[number:]:
                    answer(rest, aside)
            return Verdict(Answer.NO, "", "", group.span)
        parts.append(verdict)
    return all_of("", group.span, parts)


def leaf_answer(leaf: Leaf, view: View) -> Verdict:
    """Answer a leaf: that it is so, or that it happened and was not undone."""
    view = view.within(leaf.enrolments)
    if leaf.lasting is not None:
        return _lasting(leaf, view)
    if view.plan.members(leaf) is not None:
        return progress_answer(leaf, view)
    if leaf.noun in ACTIVITY_NOUNS or leaf.noun in (Noun.EVENT, Noun.LEARNER):
        return _thing(leaf, view)
    return STATES[leaf.noun](leaf, view)


def said(
    leaf: Leaf, view: View, *, holds: bool, because: str, evidence: tuple[str, ...] = ()
) -> Verdict:
    """Give a plain yes or no about a leaf."""
    return Verdict(
        Answer.YES if holds else Answer.NO, view.ask(leaf), because, leaf.span, (), evidence
    )


# --- activities, events, the learner's own doings ----------------------------------------


def _thing(leaf: Leaf, view: View) -> Verdict:
    word = leaf.word
    if leaf.noun is Noun.LEARNER and word == Word.SUSPENDED:
        since = view.record.since(SUSPENDED, view.now)
        because = "not suspended" if since is None else f"since {view.when(since)}"
        return said(leaf, view, holds=since is not None, because=because)
    if word in ("open", "locked"):
        return _opening(leaf, view)
    if word == UNANSWERED:
        return _unanswered(leaf, view)
    if word.startswith("not "):
        return _negated(leaf, view)
    if leaf.score or leaf.attempts or leaf.criterion or word in ATTEMPT_STATES:
        return score_answer(leaf, view)
    return _happened(leaf, view)


def _unanswered(leaf: Leaf, view: View) -> Verdict:
    threads = unanswered(leaf, view)
    because = "no thread waits for an answer"
    if threads:
        number = f"{len(threads)} threads wait" if len(threads) > 1 else "a thread waits"
        because = f"{number} for an answer, since {view.when(threads[0])}"
    return said(leaf, view, holds=bool(threads), because=because)


def _negated(leaf: Leaf, view: View) -> Verdict:
    if any(is_excused(key, view) for key, _ in view.traces(leaf)):
        return said(leaf, view, holds=False, because="excused")
    verdict = _thing(replace(leaf, word=leaf.word.removeprefix("not ")), view)
    turned = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}
    return Verdict(turned[verdict.answer], view.ask(leaf), verdict.because, leaf.span, (), ())


def _happened(leaf: Leaf, view: View) -> Verdict:
    """Answer a leaf about something that happened, by counting."""
    if leaf.times.in_a_row:
        return repeated_events(leaf, view)
    number, ids, last = 0, list[str](), 0
    for key, trace in view.traces(leaf):
        words = [leaf.word] if leaf.word else sorted(trace.tallies)
        for word in words:
            if leaf.happened is None and leaf.times.within is None and not leaf.where:
                count, _, latest, found = view.occurrences(trace, word)
            else:
                count, latest, found = _matching(leaf, view, (key, trace), word)
            number += count
            ids += found
            last = max(last, latest)
    times = f"{number} times" if number != 1 else "once"
    because = f"{times}, last on {view.when(last)}" if number else "has not happened"
    return said(leaf, view, holds=leaf.times.holds(number), because=because, evidence=tuple(ids))


def _matching(
    leaf: Leaf, view: View, found_in: tuple[str, Trace], word: str
) -> tuple[int, Micros, tuple[str, ...]]:
    key, trace = found_in
    since = view.from_when(trace)
    taken_back = [e.at for e in trace.entries if e.word == word and e.undone and view.knows(e)]
    undone = max(taken_back, default=-1)
    window = leaf.times.within
    opens = -1 if window is None else window.before(view.now, view.zone)
    found = [
        e
        for e in trace.entries
        if e.word == word
        and not e.undone
        and e.at > undone
        and view.knows(e)
        and e.at >= opens
        and (since is None or e.at >= since)
        and all(pair in e.fields for pair in leaf.where)
        and (leaf.happened is None or in_time(leaf.happened, e.at, leaf, view, key))
    ]
    if window is not None:
        for entry in found:
            view.look_again(window.after(entry.at, view.zone) + 1)
    attempts = {e.attempt or e.id for e in found}
    return len(attempts), max((e.at for e in found), default=0), tuple(e.id for e in found)


def _opening(leaf: Leaf, view: View) -> Verdict:
    is_open, since = opening_of(view.key(leaf), view)
    state = "open" if is_open else "locked"
    if since is None:
        because = "open: no rule has locked it" if is_open else "locked: not released yet"
    else:
        because = f"{state} since {view.when(since)}"
    return said(leaf, view, holds=state == leaf.word, because=because)


# --- courses -----------------------------------------------------------------------------


def _course(leaf: Leaf, view: View) -> Verdict:
    keys = list(view.plan.course_keys[leaf.name]) if leaf.name else sorted(view.plan.courses_at)
    match leaf.word:
        case "enrolled" | "not enrolled" | "unenrolled":
            return _enrolment(leaf, keys, view)
        case "open" | "ended":
            keys = [view.run_of(leaf.name)] if leaf.name else keys
            verdicts = [_course_state(leaf, key, view) for key in keys]
            return next((v for v in verdicts if v.holds), verdicts[0])
        case _:
            return _thing(leaf, view)


def _enrolment(leaf: Leaf, keys: list[str], view: View) -> Verdict:
    """Answer whether the learner is in one of some courses, or has left, and when that was."""
    found = [s for key in keys if (s := view.enrolled_since(key)) is not None]
    because = f"enrolled on {view.when(found[0])}" if found else "not enrolled"
    if leaf.word == "enrolled":
        holds, dates = bool(found), found
    else:
        offs = [
            [c.at for c in view.record.enrolments(key, view.leave_out) if c.at <= view.now]
            for key in keys
        ]
        dates = [changes[-1] for changes in offs if changes]
        holds = not found and (leaf.word == "not enrolled" or bool(dates))
        if holds and dates:
            because = f"left on {view.when(max(dates))}"
    if holds and leaf.happened is not None:
        holds = any(in_time(leaf.happened, at, leaf, view, keys[0]) for at in dates)
    return said(leaf, view, holds=holds, because=because)


def _course_state(leaf: Leaf, key: str, view: View) -> Verdict:
    starts = view.plan.clocks.course_start(key, view.pack)
    ends = view.plan.clocks.course_end(key, view.pack)
    for edge in (starts, ends):
        if edge is not None:
            view.look_again(edge)
    ended = ends is not None and view.now >= ends
    begun = starts is None or view.now >= starts
    if ended:
        because = f"ended on {view.when(ends or 0)}"
    elif begun:
        because = f"open until {view.when(ends)}" if ends is not None else "open, with no end"
    else:
        because = f"starts on {view.when(starts or 0)}"
    return said(
        leaf, view, holds=ended if leaf.word == "ended" else begun and not ended, because=because
    )


# --- credentials, skills, groups ---------------------------------------------------------


def _skill(leaf: Leaf, view: View) -> Verdict:
    view = view.within(leaf.enrolments or Enrolments.ALL)
    names = [leaf.name] if leaf.name else sorted(view.plan.ruleset.skills)
    best = Verdict(Answer.NO, view.ask(leaf), "no skill", leaf.span)
    for name in names:
        skill = view.plan.ruleset.skills[name]
        stands = standing(skill, view)
        wanted = rank(skill, leaf.level) if leaf.level else 0
        reached = rank(skill, stands.level) >= wanted
        short_of_it = Answer.UNKNOWN if stands.unmarked else Answer.NO
        found = Answer.YES if reached else short_of_it
        evidence = stands.evidence
        best = Verdict(found, view.ask(leaf), stands.sum, leaf.span, (), evidence, stands.score)
        if reached:
            break
    return best


def _pathway(leaf: Leaf, view: View) -> Verdict:
    """Answer whether a pathway's required steps are done, or enough of them."""
    known = view.plan.ruleset.pathways
    verdicts = [_walked(leaf, known[name], view) for name in ([leaf.name] if leaf.name else known)]
    return next((verdict for verdict in verdicts if verdict.holds), verdicts[0])


def _walked(leaf: Leaf, pathway: Pathway, view: View) -> Verdict:
    own = replace(view.of_pack(pathway.id.partition("/")[0]), current=False)
    required = [step.condition for step in pathway.steps if step.required]
    verdicts = [answer(condition, own) for condition in required]
    done = sum(verdict.holds for verdict in verdicts)
    waiting = sum(verdict.answer is Answer.UNKNOWN for verdict in verdicts)
    total = len(required)
    each = {enough(leaf, number, total) for number in range(done, done + waiting + 1)}
    found = Answer.UNKNOWN if len(each) > 1 else Answer.YES if True in each else Answer.NO
    evidence = tuple(i for verdict in verdicts for i in verdict.all_evidence())
    because = f"{done} of {total} required steps done"
    return Verdict(found, view.ask(leaf), because, leaf.span, (), evidence)


def _group(leaf: Leaf, view: View) -> Verdict:
    keys = [view.plan.leaf_key(leaf)]
    if not leaf.name:
        opening = GROUP if leaf.noun is Noun.GROUP else COHORT
        ledger = view.record.ledger
        decided = ledger.groups if leaf.noun is Noun.GROUP else ledger.cohorts
        told = {k for k in view.record.changes if k.startswith(opening)}
        keys = sorted(told.union(opening + name for name in decided))
    found = [membership(key, view) for key in keys]
    since = next((at for on, at in found if on), None)
    because = "not a member" if since is None else f"member since {view.when(since)}"
    wants = leaf.word not in ("not member", Word.LEFT)
    holds = (since is not None) is wants
    if leaf.word == Word.LEFT:
        holds = holds and any(at is not None for _, at in found)
    if holds and leaf.happened is not None:
        dates = [at for on, at in found if on is wants and at is not None]
        holds = any(in_time(leaf.happened, at, leaf, view, "") for at in dates)
        if not wants and dates:
            because = f"left on {view.when(dates[-1])}"
    return said(leaf, view, holds=holds, because=because)


STATES: dict[Noun, Callable[[Leaf, View], Verdict]] = {
    Noun.COURSE: _course,
    Noun.CREDENTIAL: credential_answer,
    Noun.SKILL: _skill,
    Noun.PATHWAY: _pathway,
    Noun.GROUP: _group,
    Noun.COHORT: _group,
}


# --- how long ----------------------------------------------------------------------------


def _lasting(leaf: Leaf, view: View) -> Verdict:
    """Answer a state with `for`: it is so, and has been for so long."""
    bare = replace(leaf, lasting=None)
    verdict = leaf_answer(bare, view)
    asks = view.ask(leaf)
    if not verdict.holds or leaf.lasting is None:
        return Verdict(verdict.answer, asks, verdict.because, leaf.span)
    since = since_when(bare, view)
    if since is None:
        return Verdict(Answer.UNKNOWN, asks, "nobody knows since when", leaf.span)
    until = leaf.lasting.after(since, view.zone)
    view.look_again(until)
    return Verdict(
        Answer.YES if until <= view.now else Answer.NO,
        asks,
        f"since {view.when(since)}",
        leaf.span,
        (),
        verdict.evidence,
    )
