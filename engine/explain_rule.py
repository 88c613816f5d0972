"""
Why a rule acted for a learner, or why not: its trigger, its `if`, and its limits.

One that acted is explained by the proof of then, one that did not by what is so now; the limits
are told as of the last decision, which is the one that is asked about.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.calendar import Micros, wall
from engine.conditions import group_answer, leaf_answer
from engine.decide import timer_key
from engine.explained import Explanation, decision_told, missing
from engine.limit_reasons import limit_verdicts
from engine.limits import quiet_zone
from engine.outcome import Decision, Did
from engine.record import CREDENTIAL
from engine.reviewing import review_told
from engine.ruleset import Rule
from engine.terms import Leaf
from engine.timers import time_asks, turn
from engine.triggers import ANY_COURSE, OnEvent, OnExpiring
from engine.verdict import Answer, Verdict, all_of, any_of
from engine.view import View
from engine.ways import ways
from engine.withholding import reaches_learner
from engine.wording import ask, moment_shown, when_shown


def explain_rule(
    rule: Rule, view: View, about: Sequence[Decision], history: tuple[str, ...]
) -> Explanation:
    """Explain a rule, as known at the view's instant; `about` is what it decided, in order."""
    last = about[-1] if about else None
    fired = next((d for d in reversed(about) if d.did is Did.FIRED), None)
    now = _as_of_now(rule, view)
    waits = review_told(rule.id, view)
    if fired is not None and fired.verdict is not None and not waits:
        headline = f"FIRED on {when_shown(fired.at, view.zone)}"
        if last is not None and last is not fired:
            headline += f"; since then {decision_told(last, view.zone)}"
        return Explanation(
            view.record.learner,
            rule.id,
            "rule",
            rule.title,
            Answer.YES,
            headline,
            fired.verdict,
            () if last is None or last.did in (Did.FIRED, Did.UNDONE) else _refused(last),
            history,
            # An undo is a person's: no limit was asked then.
            limits=_limits(rule, view, fired if last is None or last.did is Did.UNDONE else last),
        )
    verdict = last.verdict if last is not None and last.verdict is not None else now
    headline = (
        f"DID NOT ACT: {decision_told(last, view.zone)}"
        if last
        else "DID NOT ACT: it was not triggered"
    )
    headline = waits or headline
    upcoming = _next_time(rule, view)
    if upcoming:
        headline += f"; {upcoming}"
    answer = Answer.UNKNOWN if verdict.answer is Answer.UNKNOWN else Answer.NO
    lacking = tuple(missing(verdict)) if last is None else _refused(last, verdict)
    return Explanation(
        view.record.learner,
        rule.id,
        "rule",
        rule.title,
        answer,
        headline,
        verdict,
        lacking,
        history,
        ways=_ways(rule, view, last, upcoming),
        limits=_limits(rule, view, last),
    )


def _ways(rule: Rule, view: View, last: Decision | None, upcoming: str) -> tuple[str, ...]:
    """Say what would make a rule act: its trigger, then what its `if` lacks."""
    if last is not None and last.did is Did.DEFERRED and last.until is not None:
        return (f"it is asked again on {view.when(last.until)}",)
    lacking: tuple[str, ...] = ()
    if rule.condition is not None:
        condition = group_answer(rule.condition, view)
        lacking = ways(rule.condition, condition, view.short)
    if isinstance(rule.when, OnEvent):
        triggers = " or ".join(ask(leaf, view.short) for leaf in rule.when.leaves)
        return (f"a new event: {triggers}", *lacking)
    return (upcoming, *lacking) if upcoming else lacking


def _refused(decision: Decision, verdict: Verdict | None = None) -> tuple[str, ...]:
    """Say what kept a decision from acting: the limit, and what its proof lacked."""
    proof = decision.verdict or verdict
    lacking = () if proof is None else tuple(missing(proof))
    if not decision.because:
        return lacking
    return (f"{decision.did.value}: {decision.because}", *lacking)


def _limits(rule: Rule, view: View, last: Decision | None) -> tuple[Verdict, ...]:
    """Say how a rule's limits stood when it was last decided; as they stand, if it never was."""
    if not rule.writes:
        return ()
    if last is not None:
        view = replace(view, now=last.at, course=last.course)
    elif rule.courses and rule.courses[0] != ANY_COURSE:
        view = replace(view, course=view.plan.courses_of_rule(rule)[0])
    sent = view.record.ledger.sent
    names = view.plan.together[rule.limits.together] if rule.limits.together else (rule.id,)
    slots = [slot for name in names for slot in sent.get(name, ())]
    firing = "" if last is None or last.did is not Did.FIRED else last.firing
    return tuple(limit_verdicts(rule, slots, view, firing))


def _as_of_now(rule: Rule, view: View) -> Verdict:
    """Answer a rule's trigger and `if` as they are now, whether or not it was triggered."""
    when: Verdict
    if isinstance(rule.when, OnEvent):
        parts = [_event_so_far(rule, leaf, view) for leaf in rule.when.leaves]
        when = any_of("when", rule.when.span, parts) if len(parts) > 1 else parts[0]
    else:
        when = _time_now(rule, view)
    if rule.condition is None:
        return when
    return all_of("when and if", rule.span, (when, group_answer(rule.condition, view)))


def _event_so_far(rule: Rule, leaf: Leaf, view: View) -> Verdict:
    """Say whether what a leaf waits for has happened, and if so why it triggered nothing."""
    verdict = leaf_answer(replace(leaf, lasting=None), view)
    if not verdict.holds:
        because = verdict.because or "no such event has come"
        return Verdict(verdict.answer, verdict.asks, because, leaf.span)
    live, _, _ = view.plan.in_force(rule)
    because = f"{verdict.because}; the rule is in force since {view.when(max(live, 0))}"
    return Verdict(Answer.NO, verdict.asks, because, leaf.span)


def _time_now(rule: Rule, view: View) -> Verdict:
    asks = time_asks(rule, view)
    span = rule.when.span
    for course in view.plan.courses_of_rule(rule) or ("",):
        view.course = course
        present = turn(rule, view, None)
        if present is None:
            continue
        if present.begins <= view.now:
            began = when_shown(present.begins, view.zone)
            return Verdict(Answer.YES, asks, f"since {began}", span)
        due = when_shown(present.begins, view.zone)
        return Verdict(Answer.NO, asks, f"not before {due}", span)
    return Verdict(Answer.NO, asks, _why_no_turn(rule, view), span)


def _why_no_turn(rule: Rule, view: View) -> str:
    """Say why a time trigger does not apply: mostly the learner is not in the course."""
    for course in view.plan.courses_of_rule(rule):
        if course == ANY_COURSE or view.record.enrolled_since(course, view.now) is not None:
            continue
        left = [c.at for c in view.record.enrolments(course) if not c.on]
        return f"not enrolled since {view.when(max(left))}" if left else "not enrolled"
    return "does not apply now"


def _not_before(rule: Rule, view: View, at: Micros) -> Micros:
    """Give when a timer will find something: it may have been set before the spell moved on."""
    present = turn(rule, view, None)
    return at if present is None else max(at, present.begins)


def _next_time(rule: Rule, view: View) -> str:
    if isinstance(rule.when, OnEvent):
        return ""
    timers = view.record.ledger.timers
    places = view.plan.courses_of_rule(rule) or ("",)
    due = [
        _not_before(rule, replace(view, course=c), timers[key])
        for c in places
        if (key := timer_key(rule, c)) in timers
    ]
    if isinstance(rule.when, OnExpiring):
        due = [at for key, at in timers.items() if key.startswith(timer_key(rule, CREDENTIAL))]
    if not due:
        return ""
    local = wall(min(due), view.zone)
    text = f"it would be asked on {local:%A}, {moment_shown(local)}, if nothing changes"
    if rule.limits.digest is not None:
        return f"{text}; what it writes waits for the {rule.limits.digest.value} digest"
    quiet = rule.limits.quiet
    zone = quiet_zone(rule, view, for_learner=any(map(reaches_learner, rule.then)))
    if quiet is not None and quiet.contains(min(due), zone):
        end = quiet.end_after(min(due), zone)
        text += f", and would write on {when_shown(end, view.zone)}"
    return text
