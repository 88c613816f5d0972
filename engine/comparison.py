"""
One learner's history under two rulesets: what she gains, what she loses, what comes elsewhen.

A rule's occasion has the same name under both rulesets (the same attempt, event or spell), so
what became of it can be held side by side. Where a change of the rule gives it other occasions,
its messages are paired in the order of time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from engine.calendar import Micros
from engine.conditions import group_answer
from engine.outcome import Decision, Did, Outcome
from engine.plan import Plan
from engine.record import Record
from engine.verdict import Verdict
from engine.view import View

CREDENTIAL, SKILL, DECISION = "credential", "skill", "decision"
"""What a difference may be about, beside the kinds of effects."""


class Change(StrEnum):
    """How the second ruleset differs from the first."""

    GAINED = "gained"
    LOST = "lost"
    MOVED = "moved"
    """It happens under both, at another time."""
    OTHERWISE = "otherwise"
    """Nothing is done under either, for another reason."""


class Fate(msgspec.Struct, frozen=True):
    """
    What became of something under one ruleset.

    Attributes:
        words: What was decided, in order: `deferred`, `fired`; for a skill, the level.
        at: When it was done, or last decided about.
        because: Why not, if it was not done.
    """

    words: tuple[str, ...]
    at: Micros | None = None
    because: str = ""


NEVER = Fate(())
"""The fate of what was never triggered."""


class Difference(msgspec.Struct, frozen=True):
    """
    One thing that two rulesets did differently for one learner.

    Attributes:
        thing: The full name of the rule, credential or skill.
        what: `credential`, `skill`, `decision`, or the kind of an effect: `email`, `release`.
        target: What the effect is about, "" where there is none.
        before: Under the first ruleset.
        after: Under the second.
        reason: The condition that kept it away under the ruleset that has it not, in the
            author's words; "" where there is none to name.
        place: Where that is written, `file:line`.
        value: The number that was compared there, as (over, under), None if there is none.
    """

    learner: str
    thing: str
    what: str
    target: str
    change: Change
    before: Fate
    after: Fate
    reason: str = ""
    place: str = ""
    value: tuple[int, int] | None = None


@dataclass(slots=True)
class _Occasion:
    """What one occasion of a rule came to."""

    words: list[str] = field(default_factory=list)
    because: str = ""
    last: Micros = 0
    done: dict[tuple[str, str], Micros] = field(default_factory=dict)

    def fate(self, act: tuple[str, str] | None = None) -> Fate:
        """Give the fate of the occasion, or of one thing that it did."""
        at = self.last if act is None else self.done.get(act, self.last)
        return Fate(tuple(dict.fromkeys(self.words)), at, self.because)


@dataclass(slots=True)
class Deeds:
    """All that a ruleset did for one learner, in a form that can be compared."""

    awards: dict[str, list[Micros]] = field(default_factory=dict)
    occasions: dict[str, dict[str, _Occasion]] = field(default_factory=dict)

    def watch(self, outcome: Outcome, _: Micros) -> None:
        """Note what an outcome did."""
        for decision in outcome.decisions:
            self._note(decision)

    def _note(self, decision: Decision) -> None:
        match decision.did:
            case Did.AWARDED if not decision.draft:
                self.awards.setdefault(decision.thing, []).append(decision.at)
            case Did.REVOKED if decision.trigger == "late evidence" and not decision.draft:
                # It was never earned: engine/awards.py, WITHDRAWN.
                awards = self.awards.get(decision.thing)
                if awards:
                    awards.pop()
            case Did.FIRED | Did.DEFERRED | Did.SUPPRESSED | Did.CAPPED | Did.UNDECIDED:
                if decision.draft:
                    return
                of_rule = self.occasions.setdefault(decision.thing, {})
                occasion = of_rule.setdefault(decision.firing, _Occasion())
                occasion.words.append(decision.did.value)
                occasion.because = decision.because
                occasion.last = decision.at
                for effect in decision.effects:
                    act = (effect.kind.value, effect.target)
                    occasion.done.setdefault(act, decision.at)
            case _:
                pass


@dataclass(frozen=True, slots=True)
class Lived:
    """One learner's life under one ruleset: what was done, and what is known at its end."""

    plan: Plan
    record: Record
    deeds: Deeds
    end: Micros


def differences(before: Lived, after: Lived) -> Iterator[Difference]:
    """Yield what two rulesets did differently for the same learner, by thing."""
    learner = after.record.learner
    for name in sorted(before.deeds.awards.keys() | after.deeds.awards.keys()):
        yield from _of_credential(name, before, after)
    for name in sorted(before.record.ledger.levels.keys() | after.record.ledger.levels.keys()):
        found = _of_skill(name, before, after)
        if found is not None:
            yield found
    for name in sorted(before.deeds.occasions.keys() | after.deeds.occasions.keys()):
        yield from _of_rule(
            learner,
            name,
            before.deeds.occasions.get(name, {}),
            after.deeds.occasions.get(name, {}),
        )


# --- credentials and skills --------------------------------------------------------------


def _of_credential(name: str, before: Lived, after: Lived) -> Iterator[Difference]:
    then, now = before.deeds.awards.get(name, []), after.deeds.awards.get(name, [])
    learner = after.record.learner
    for old, new in zip(then, now, strict=False):
        if old != new:
            fates = (Fate((Did.AWARDED.value,), old), Fate((Did.AWARDED.value,), new))
            yield Difference(learner, name, CREDENTIAL, "", Change.MOVED, *fates)
    number = min(len(then), len(now))
    for at in now[number:]:
        reason, place, value = _lacking(name, before)
        fates = (NEVER, Fate((Did.AWARDED.value,), at))
        yield Difference(learner, name, CREDENTIAL, "", Change.GAINED, *fates, reason, place, value)
    for at in then[number:]:
        reason, place, value = _lacking(name, after)
        fates = (Fate((Did.AWARDED.value,), at), NEVER)
        yield Difference(learner, name, CREDENTIAL, "", Change.LOST, *fates, reason, place, value)


def _lacking(name: str, lived: Lived) -> tuple[str, str, tuple[int, int] | None]:
    """Give what keeps a learner from a credential at the end: in words, where, and the number."""
    credential = lived.plan.ruleset.credentials.get(name)
    if credential is None:
        return "there is no such credential", "", None
    pack = name.partition("/")[0]
    zone = lived.plan.clocks.zone(lived.record.said("zone"), "", pack)
    view = View(lived.plan, lived.record, lived.end, zone, pack)
    verdict = group_answer(credential.requires, view)
    blocker: Verdict | None = next(verdict.blockers(), None)
    if blocker is None:
        return "", "", None
    value = None if blocker.value is None else blocker.value.as_integer_ratio()
    return blocker.asks, f"{blocker.span.file}:{blocker.span.line}", value


def _of_skill(name: str, before: Lived, after: Lived) -> Difference | None:
    then = before.record.ledger.levels.get(name, "")
    now = after.record.ledger.levels.get(name, "")
    if then == now:
        return None
    levels = after.plan.ruleset.skills.get(name) or before.plan.ruleset.skills.get(name)
    order = ["", *(level.name for level in levels.levels)] if levels else [""]
    rises = _place(order, now) > _place(order, then)
    return Difference(
        after.record.learner,
        name,
        SKILL,
        now or then,
        Change.GAINED if rises else Change.LOST,
        Fate((then,) if then else ()),
        Fate((now,) if now else ()),
    )


def _place(order: list[str], level: str) -> int:
    return order.index(level) if level in order else -1


# --- rules -------------------------------------------------------------------------------


def _of_rule(
    learner: str,
    name: str,
    then: Mapping[str, _Occasion],
    now: Mapping[str, _Occasion],
) -> Iterator[Difference]:
    acts = _acts(then.values()) | _acts(now.values())
    for act in sorted(acts):
        kind, target = act
        for change, old, new in _changes(act, then, now):
            yield Difference(learner, name, kind, target, change, old, new, reason=old.because)
    for firing in sorted(then.keys() & now.keys()):
        was, is_ = then[firing], now[firing]
        nothing_done = not was.done and not is_.done
        if nothing_done and (was.words, was.because) != (is_.words, is_.because):
            fates = (was.fate(), is_.fate())
            yield Difference(learner, name, DECISION, "", Change.OTHERWISE, *fates)


def _acts(occasions: Iterable[_Occasion]) -> set[tuple[str, str]]:
    return {act for occasion in occasions for act in occasion.done}


def _changes(
    act: tuple[str, str], then: Mapping[str, _Occasion], now: Mapping[str, _Occasion]
) -> Iterator[tuple[Change, Fate, Fate]]:
    """Yield what changes in one thing that a rule does: by occasion, else in order of time."""
    did = {firing: occasion for firing, occasion in then.items() if act in occasion.done}
    does = {firing: occasion for firing, occasion in now.items() if act in occasion.done}
    for firing in did.keys() & does.keys():
        old, new = did[firing].fate(act), does[firing].fate(act)
        if old.at != new.at:
            yield Change.MOVED, old, new
    lost = _in_time({f: o for f, o in did.items() if f not in does}, act)
    gained = _in_time({f: o for f, o in does.items() if f not in did}, act)
    # What the other ruleset knows the occasion of, and did not do, has a reason of its own.
    for firing in list(gained):
        if firing in then:
            yield Change.GAINED, then[firing].fate(), gained.pop(firing)
    for firing, fate in list(lost.items()):
        if firing in now:
            del lost[firing]
            yield Change.LOST, fate, now[firing].fate()
    for old, new in zip(list(lost.values()), list(gained.values()), strict=False):
        yield Change.MOVED, old, new
    for fate in list(gained.values())[len(lost) :]:
        yield Change.GAINED, NEVER, fate
    for fate in list(lost.values())[len(gained) :]:
        yield Change.LOST, fate, NEVER


def _in_time(occasions: Mapping[str, _Occasion], act: tuple[str, str]) -> dict[str, Fate]:
    order = sorted(occasions, key=lambda firing: (occasions[firing].done[act], firing))
    return {firing: occasions[firing].fate(act) for firing in order}
