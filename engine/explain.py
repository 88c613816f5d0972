"""
Why, or why not: a verdict in sentences, and the nearest way to a yes.

Reasons are recomputed, not logged: the record as of a day, the ruleset, and the conditions
that decided. The words are the author's, with the place where they were written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from engine.calendar import Micros, wall, zone_named
from engine.conditions import group_answer, leaf_answer
from engine.decay import left_shown
from engine.decide import timer_key
from engine.ending import A_PART_EXPIRED, EVIDENCE_FELL, NEVER_EARNED
from engine.ledger import FELL, PART, WITHDRAWN
from engine.limit_reasons import limit_verdicts
from engine.mastery import Standing, rank, standing
from engine.nearest import nearest
from engine.outcome import Decision, Did
from engine.plan import Plan
from engine.record import CREDENTIAL, Record
from engine.reviewing import review_told
from engine.ruleset import Credential, Rule, Skill
from engine.spelling import suggest
from engine.terms import Condition, Leaf
from engine.timers import time_asks, turn
from engine.triggers import ANY_COURSE, OnEvent, OnExpiring
from engine.values import show_number, show_percent
from engine.verdict import Answer, Verdict, all_of, any_of
from engine.view import View
from engine.wording import ask, moment_shown, when_shown


class UnknownThingError(LookupError):
    """No credential, skill or rule has such a name."""

    def __init__(self, thing: str, near: Sequence[str]) -> None:
        """Name what was asked for and what there is."""
        known = f"; there are {', '.join(near)}" if near else ""
        if len(near) == 1:
            known = f"; did you mean `{near[0]}`?"
        super().__init__(f"nothing that can be explained is called `{thing}`{known}")


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    One answer about one learner.

    Attributes:
        learner: Whose.
        thing: The full name of the credential, skill or rule.
        kind: `credential`, `skill` or `rule`.
        title: Its title.
        answer: Held, reached, or fired: yes; else no or unknown.
        headline: The answer in a sentence.
        verdict: The tree of reasons.
        missing: What keeps it from a yes, a sentence each.
        ways: The fewest conditions that would have to turn, where that is less than all that
            is missing, or says what to wait for.
        limits: What the rule's limits say, a line each.
        history: What was decided about it, a sentence each.
        zone: The clock that its sentences are on.
    """

    learner: str
    thing: str
    kind: str
    title: str
    answer: Answer
    headline: str
    verdict: Verdict
    missing: tuple[str, ...]
    history: tuple[str, ...] = ()
    zone: str = "UTC"
    ways: tuple[str, ...] = ()
    limits: tuple[Verdict, ...] = ()


def told(plan: Plan, found: Explanation, decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Tell decisions on the clock of an explanation, a sentence each."""
    zone = zone_named(found.zone) or plan.clocks.zone("", "", found.thing.partition("/")[0])
    return tuple(decision_told(decision, zone) for decision in decisions)


def resolve(plan: Plan, thing: str) -> Credential | Skill | Rule:
    """Find a credential, skill or rule by its full name, or by its own where only one has it."""
    ruleset = plan.ruleset
    kinds: tuple[dict[str, Credential | Skill | Rule], ...] = (
        dict(ruleset.credentials),
        dict(ruleset.skills),
        dict(ruleset.rules),
    )
    for things in kinds:
        if thing in things:
            return things[thing]
    for things in kinds:
        found = [name for name in things if name.partition("/")[2] == thing]
        if len(found) == 1:
            return things[found[0]]
    names = sorted({name.partition("/")[2] for things in kinds for name in things})
    near = suggest(thing, names)
    raise UnknownThingError(thing, [near] if near else names[:MOST_LISTED])


MOST_LISTED = 12


def explain(
    plan: Plan, record: Record, thing: str, now: Micros, decisions: Iterable[Decision] = ()
) -> Explanation:
    """
    Explain a credential, a skill or a rule for one learner, as known at an instant.

    Args:
        plan: The ruleset.
        record: The learner, folded up to the instant.
        thing: A full name, or a name that only one thing has.
        now: The instant.
        decisions: What was decided about the learner up to then, in order.

    Raises:
        UnknownThingError: If nothing has that name.
    """
    found = resolve(plan, thing)
    pack = found.id.partition("/")[0]
    zone = plan.clocks.zone(record.said("zone"), "", pack)
    view = View(plan, record, now, zone, pack)
    about = [d for d in decisions if d.thing == found.id]
    history = tuple(decision_told(decision, zone) for decision in about)
    return replace(_explained(found, view, about, history), zone=zone.key)


def _explained(
    found: Credential | Skill | Rule,
    view: View,
    about: Sequence[Decision],
    history: tuple[str, ...],
) -> Explanation:
    match found:
        case Credential():
            return _credential(found, view, history)
        case Skill():
            return _skill(found, view, history)
        case Rule():
            return _rule(found, view, about, history)


def decision_told(decision: Decision, zone: ZoneInfo) -> str:
    """Tell one decision on a clock: what, when, until when, because of what."""
    parts = [f"{decision.did.value} on {when_shown(decision.at, zone)}"]
    if decision.until is not None and decision.did is Did.DEFERRED:
        parts.append(f"until {when_shown(decision.until, zone)}")
    if decision.because:
        parts.append(f"because: {decision.because}")
    return ", ".join(parts)


# --- credentials -------------------------------------------------------------------------


def _credential(credential: Credential, view: View, history: tuple[str, ...]) -> Explanation:
    verdict = group_answer(credential.requires, view)
    award = view.record.ledger.held(credential.id)
    title = credential.title
    if award is not None:
        headline = f"YES: {title} was earned on {when_shown(award.at, view.zone)}"
        if award.renewed:
            headline += f", renewed on {when_shown(award.renewed[-1], view.zone)}"
        if award.expires is not None:
            headline += f", valid until {when_shown(award.expires, view.zone)}"
        if not verdict.holds:
            then = group_answer(credential.requires, view.at(award.at))
            verdict = then if then.holds else verdict
        return Explanation(
            view.record.learner,
            credential.id,
            "credential",
            title,
            Answer.YES,
            headline,
            verdict,
            (),
            history,
        )
    holding = sum(part.holds for part in verdict.under)
    counted = f": {holding} of {len(verdict.under)} hold" if verdict.under else ""
    headline = f"NOT YET{counted}"
    if verdict.answer is Answer.UNKNOWN:
        headline = f"NOT KNOWN YET{counted or ':'}, a mark is waited for".replace(":,", ":")
    elif verdict.holds:
        headline = "THE CRITERIA ARE MET, and it is not held"
    asked = review_told(credential.id, view)
    if asked:
        headline = asked
    if view.record.ledger.awards.get(credential.id):
        ended = view.record.ledger.awards[credential.id][-1]
        verb = "it" if ended.state == Did.EXPIRED else "it was"
        headline += f"; {verb} {ended.state} on {when_shown(ended.ended or 0, view.zone)}"
        because = ended.because or WHY_ENDED.get(ended.ended_by, "")
        headline += f", because: {because}" if because else ""
    answer = Answer.NO if verdict.holds else verdict.answer
    return Explanation(
        view.record.learner,
        credential.id,
        "credential",
        title,
        answer,
        headline,
        verdict,
        tuple(missing(verdict)),
        history,
        ways=ways(credential.requires, verdict),
    )


def ways(condition: Condition, verdict: Verdict) -> tuple[str, ...]:
    """Say what would do it: the fewest conditions that would have to turn."""
    found = []
    for part in nearest(condition, verdict):
        waits = "a mark is waited for" if part.answer is Answer.UNKNOWN else part.because
        found.append(f"{part.asks} ({waits})" if waits else part.asks)
    return tuple(found)


WHY_ENDED = {FELL: EVIDENCE_FELL, PART: A_PART_EXPIRED, WITHDRAWN: NEVER_EARNED}
"""Why an award ended that no person ended."""


def missing(verdict: Verdict) -> Iterator[str]:
    """Yield what keeps a verdict from a yes, a sentence each."""
    for blocker in verdict.blockers():
        yield f"{blocker.asks}: {blocker.because}" if blocker.because else blocker.asks


# --- skills ------------------------------------------------------------------------------


def _skill(skill: Skill, view: View, history: tuple[str, ...]) -> Explanation:
    stands = standing(skill, view)
    under = tuple(_source(skill, stands, number, view) for number in range(len(stands.weighed)))
    best = skill.levels[-1] if skill.levels else None
    short_of_it = Answer.UNKNOWN if stands.unmarked else Answer.NO
    answer = Answer.YES if stands.level else short_of_it
    asks = f"skill {view.short(skill.id)} level at least " + (
        skill.levels[0].name if skill.levels else "any"
    )
    verdict = Verdict(answer, asks, stands.sum, skill.span, under, stands.evidence)
    next_up = rank(skill, stands.level) + 1
    lacking: list[str] = []
    if next_up < len(skill.levels):
        wanted = skill.levels[next_up]
        lacking.append(f"{wanted.name} asks {wanted.asks}")
        lacking += [f"{w.name}: no evidence yet" for w in stands.weighed if w.mark is None]
    level = f"{stands.level}" if stands.level else "no level yet"
    headline = f"{level.upper()}: {stands.sum}"
    if best is not None and stands.level == best.name:
        lacking = []
    return Explanation(
        view.record.learner,
        skill.id,
        "skill",
        skill.title,
        answer,
        headline,
        verdict,
        tuple(lacking),
        history,
    )


def _source(skill: Skill, stands: Standing, number: int, view: View) -> Verdict:
    weighed = stands.weighed[number]
    if skill.sources:
        leaf = skill.sources[number].leaf
        asks, span = ask(leaf, view.short), leaf.span
        asks += f", weight {show_number(weighed.weight)}"
    else:
        asks, span = f"skill {weighed.name}", skill.span
    if weighed.mark is not None:
        because = show_percent(weighed.mark)
        if weighed.sum:
            because = f"{weighed.sum} = {because}"
        if weighed.at is not None:
            because += f", on {view.when(weighed.at)}"
            if weighed.left != 1:
                because += f", which counts {left_shown(weighed.left)} now"
        return Verdict(Answer.YES, asks, because, span, (), weighed.evidence, weighed.mark)
    because = "handed in, not marked yet" if weighed.unmarked else "no evidence yet"
    answer = Answer.UNKNOWN if weighed.unmarked else Answer.NO
    return Verdict(answer, asks, because, span)


# --- rules -------------------------------------------------------------------------------


def _rule(
    rule: Rule, view: View, about: Sequence[Decision], history: tuple[str, ...]
) -> Explanation:
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
            () if last is None or last is fired else _refused(last),
            history,
            limits=_limits(rule, view, last),
        )
    verdict = last.verdict if last is not None and last.verdict is not None else now
    headline = (
        f"DID NOT ACT: {decision_told(last, view.zone)}"
        if last
        else "DID NOT ACT: it was not triggered"
    )
    headline = review_told(rule.id, view) or headline
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
        limits=_limits(rule, view, last),
    )


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


def _next_time(rule: Rule, view: View) -> str:
    if isinstance(rule.when, OnEvent):
        return ""
    timers = view.record.ledger.timers
    places = view.plan.courses_of_rule(rule) or ("",)
    due = [timers[key] for c in places if (key := timer_key(rule, c)) in timers]
    if isinstance(rule.when, OnExpiring):
        due = [at for key, at in timers.items() if key.startswith(timer_key(rule, CREDENTIAL))]
    if not due:
        return ""
    local = wall(min(due), view.zone)
    text = f"it would be asked on {local:%A}, {moment_shown(local)}, if nothing changes"
    if rule.limits.digest is not None:
        return f"{text}; what it writes waits for the {rule.limits.digest.value} digest"
    quiet = rule.limits.quiet
    if quiet is not None and quiet.contains(min(due), view.zone):
        end = quiet.end_after(min(due), view.zone)
        text += f", and would write on {when_shown(end, view.zone)}"
    return text
