"""
One scenario being played: events and timers in their order, and all that happened compared.

Strict: whatever a rule or credential of the tested files does at an instant must be expected
there; *fired* need not be named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from engine.calendar import Micros, micros, wall
from engine.events import ANSWERS, Event, Word
from engine.outcome import Decision, Did, Effect, Kind, Outcome
from engine.plan import Plan
from engine.record import REVIEW, Record
from engine.replay import Life
from engine.verdict import Answer, Verdict
from engine.wording import moment_shown
from rules.coverage import Coverage
from rules.scenario_result import Failure, Result
from rules.scenario_why import why_not
from rules.simulated_lms import SimulatedLms
from rules.timeline import (
    Expected,
    Person,
    Scenario,
    Step,
    TestFile,
    Told,
)

Rendered = Callable[[Effect, Record, Plan], str]
"""Renders a message to its text (subject and body), so that `says` can be compared."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened in a scenario and can be expected."""

    who: str
    at: Micros
    key: str
    name: str
    decision: Decision
    effect: Effect | None
    in_scope: bool
    record: Record


@dataclass(frozen=True, slots=True)
class Done:
    """One effect, and the decision that it is of."""

    decision: Decision
    effect: Effect


class ScenarioRun:
    """One scenario being played."""

    def __init__(
        self,
        file: TestFile,
        scenario: Scenario,
        plan: Plan,
        rendered: Rendered,
        coverage: Coverage | None = None,
    ) -> None:
        """Begin before day 1; what is seen is noted for coverage, where that is asked for."""
        self.coverage = coverage
        self.file = file
        self.scenario = scenario
        self.plan = plan
        self.rendered = rendered
        self.happened: list[Happened] = []
        self.failures: list[Failure] = []
        self.done: dict[str, list[Done]] = {}
        self.decided: dict[str, list[Decision]] = {}
        self.lms = SimulatedLms(file, plan)
        self.lives = {
            person.name: Life(plan, person.name, partial(self.watch, person.name))
            for person in file.people
        }

    def shown(self, at: Micros, who: str) -> str:
        """Write an instant as the scenario counts it, and by the calendar."""
        local = wall(at, self.lms.zones[who])
        number = (local.date() - self.file.starts).days + 1
        return f"on day {number} {local:%H:%M}, {local:%A} {moment_shown(local)}"

    def play(self) -> Result:
        """Play the timeline to its last step."""
        if self.coverage is not None:
            self.coverage.begin()
        self.recall()
        for person in self.file.people:
            self.begin(person)
        self.compare(None, self.lms.start_of(self.file.people[0].name))
        last = self.lms.start_of(self.file.people[0].name)
        arrivals = self.arrivals()
        for step in self.scenario.steps:
            now = self.lms.at(step.at, step.who)
            if now < last:
                self.fail(step, f"{self.shown(now, step.who)} lies before the step above it", "")
                break
            last = now
            while arrivals and arrivals[0][0] <= now:
                at, who, event = arrivals.pop(0)
                self.everyone_before(at)
                self.lives[who].take(event, at)
            self.everyone_before(now)
            for who, event in self.events_of(step, now):
                self.lives[who].take(event, now)
            for life in self.lives.values():
                life.until(now)
            if step.fails:
                self.fail_last(step.who, now)
            self.compare(step, now)
        if self.coverage is not None:
            self.coverage.end(self.file.tests)
        local = wall(last, self.lms.zones[self.file.people[0].name])
        days = (local.date() - self.file.starts).days + 1
        return Result(
            self.file.file,
            self.scenario.name,
            str(self.scenario.span),
            days,
            tuple(self.failures),
        )

    def recall(self) -> None:
        """Live what lies before day 1; nothing of it needs to be expected."""
        for event in self.scenario.given:
            at = micros(event.time)
            if at < self.lms.start_of(event.learner):
                self.lives[event.learner].before(at)
                self.lives[event.learner].take(event, at)
        for name, life in self.lives.items():
            life.before(self.lms.start_of(name))
        self.happened.clear()

    def everyone_before(self, now: Micros) -> None:
        """Live every learner up to just before an instant."""
        for life in self.lives.values():
            life.before(now)

    def begin(self, person: Person) -> None:
        """Tell what holds from day 1 00:00."""
        start = self.lms.start_of(person.name)
        life = self.lives[person.name]
        if person.fields:
            life.take(self.lms.event(person.name, start, Word.PROFILE, fields=person.fields), start)
        for course in person.enrolled:
            life.take(self.lms.enrolled(course, person.name, start, person.role), start)
        for group in person.groups:
            life.take(self.lms.event(person.name, start, Word.JOINED, group), start)
        life.until(start)

    def arrivals(self) -> list[tuple[Micros, str, Event]]:
        """Give the events that reach the engine later than they happened, in that order."""
        found = []
        for step in self.scenario.steps:
            now = self.lms.at(step.at, step.who)
            for sighting in step.seen:
                if sighting.arrives is not None:
                    at = self.lms.at(sighting.arrives, step.who)
                    event = self.lms.sighted(sighting, step.who, now)
                    found += [(at, step.who, event)] * (2 if sighting.twice else 1)
        found += [
            (at, event.learner, event)
            for event in self.scenario.given
            if (at := micros(event.time)) >= self.lms.start_of(event.learner)
        ]
        return sorted(found, key=lambda item: (item[0], item[2].id))

    def events_of(self, step: Step, now: Micros) -> Iterator[tuple[str, Event]]:
        """Yield the events of a step that arrive at once."""
        for told in step.told:
            if told.word in ANSWERS:
                yield from self.answers_of(told, step)
                continue
            yield step.who, self.lms.told(told, step.who, now)
        for sighting in step.seen:
            if sighting.arrives is None:
                event = self.lms.sighted(sighting, step.who, now)
                for _ in range(2 if sighting.twice else 1):
                    yield step.who, event

    def answers_of(self, told: Told, step: Step) -> Iterator[tuple[str, Event]]:
        """Yield the answer to the last question that a rule or credential has asked."""
        reviews = self.lives[step.who].record.ledger.reviews
        key = next((key for key in reversed(reviews) if reviews[key].thing == told.name), None)
        if key is None:
            expected = f"{told.word} {told.name.partition('/')[2]}"
            self.fail_answer(step, expected, "nobody has been asked about it")
            return
        now = self.lms.at(step.at, step.who)
        yield (
            step.who,
            self.lms.event(step.who, now, told.word, REVIEW + key, fields=told.fields),
        )

    def fail_answer(self, step: Step, expected: str, got: str) -> None:
        """Note that a step answers what nobody has asked."""
        now = self.lms.at(step.at, step.who)
        self.failures.append(Failure(str(step.span), self.shown(now, step.who), expected, got))

    def watch(self, who: str, outcome: Outcome, now: Micros) -> None:
        """Note what an outcome did, as something that can be expected."""
        record = outcome.record
        if self.coverage is not None:
            self.coverage.took(outcome)
        self.decided.setdefault(who, []).extend(outcome.decisions)
        for decision in outcome.decisions:
            in_scope = self.in_scope(decision.thing)
            if decision.did is not Did.FIRED or not decision.effects:
                key, name = decision.did.value, decision.thing
                self.happened.append(
                    Happened(who, now, key, name, decision, None, in_scope, record)
                )
            for effect in decision.effects:
                self.done[who] = [
                    *(d for d in self.done.get(who, ()) if d.effect.at == now),
                    Done(decision, effect),
                ]
                for item in effect.items or (effect,):
                    # What a digest collects is told of each, and the whole of it is rendered.
                    scope = self.in_scope(item.by)
                    happened = Happened(
                        who, now, item.kind.action, item.target, decision, effect, scope, record
                    )
                    self.happened.append(happened)
            if decision.did is Did.FIRED and decision.effects:
                self.happened.append(
                    Happened(
                        who,
                        now,
                        "fired",
                        decision.thing,
                        decision,
                        None,
                        in_scope=False,
                        record=record,
                    )
                )

    def fail_last(self, who: str, now: Micros) -> None:
        """Let what was last done for a learner come back as failed, as an outbox tells it."""
        record = self.lives[who].record
        told = set[str]()
        for done in self.done.pop(who, []):
            firing = done.effect.key.partition(".")[0]
            record.ledger.give_back(firing)
            rules = dict.fromkeys(item.by for item in done.effect.items or (done.effect,))
            for rule in rules.keys() - told:
                told.add(rule)
                self.happened.append(
                    Happened(
                        who,
                        now,
                        Did.FAILED.value,
                        rule,
                        done.decision,
                        None,
                        self.in_scope(rule),
                        record,
                    )
                )

    def in_scope(self, thing: str) -> bool:
        """Say whether a rule or credential stands in a file that is tested."""
        ruleset = self.plan.ruleset
        known = ruleset.rules.get(thing) or ruleset.credentials.get(thing)
        if thing.partition("/")[0] != self.file.pack:
            return False
        return known is not None and known.span.file in self.file.tests

    def compare(self, step: Step | None, now: Micros) -> None:
        """Compare what happened since the last step with what this step expects."""
        happened, self.happened = self.happened, []
        earlier = [h for h in happened if h.at != now]
        here = [h for h in happened if h.at == now]
        for item in earlier:
            if self.must_be_expected(item):
                self.fail_item(step, item)
        for expected in (step.expects or ()) if step else ():
            meeting = [h for h in here if self.meets(expected, h)]
            found = next((h for h in meeting if h.in_scope), meeting[0] if meeting else None)
            if found is None:
                near = next(
                    (h for h in here if h.key == expected.key and self.must_be_expected(h)), None
                )
                self.fail_expected(step, expected, now, near)
                if near is not None:
                    here.remove(near)
            else:
                here.remove(found)
        for item in here:
            if self.must_be_expected(item):
                self.fail_item(step, item)

    @staticmethod
    def must_be_expected(item: Happened) -> bool:
        """Say whether strictness covers it: *fired* and *reached* need not be named."""
        return item.in_scope and item.key not in (Did.FIRED.value, Did.REACHED.value)

    def meets(self, expected: Expected, item: Happened) -> bool:
        """Say whether something that happened is what was expected."""
        if expected.key != item.key or expected.who != item.who:
            return False
        if item.name not in (expected.name, self.original(expected)):
            return False
        effect = item.effect
        if effect is not None:
            if expected.remove is not (effect.kind in (Kind.UNGROUP, Kind.UNCOHORT)):
                return False
            if expected.go_to and expected.go_to != effect.go_to:
                return False
            if expected.to and expected.to != effect.to:
                return False
            if expected.says and effect.kind is Kind.REVIEW:
                return all(_plain(says) in _plain(effect.text) for says in expected.says)
            if expected.says:
                text = _plain(self.rendered(effect, item.record, self.plan))
                return all(_plain(says) in text for says in expected.says)
        if expected.until is not None:
            return item.decision.until == self.lms.at(expected.until, item.who)
        return not expected.because or _is_reason(expected.because, item.decision)

    def original(self, expected: Expected) -> str:
        """Give the name that an expected thing has in the pack which this one is a use of."""
        if not self.file.original:
            return expected.name
        return f"{self.file.original}/{expected.name.partition('/')[2]}"

    def fail(self, step: Step, expected: str, got: str) -> None:
        """Note that a step itself is wrong."""
        self.failures.append(Failure(str(step.span), "", expected, got))

    def fail_item(self, step: Step | None, item: Happened) -> None:
        """Note something that happened and was not expected."""
        place = str(step.span if step else self.scenario.span)
        self.failures.append(
            Failure(
                place,
                self.shown(item.at, item.who),
                "nothing" if step is None or not step.expects else "nothing else",
                self.told_of(item),
                item.decision.verdict,
            )
        )

    def fail_expected(
        self, step: Step | None, expected: Expected, now: Micros, near: Happened | None
    ) -> None:
        """Note something that was expected and did not happen, with the nearest that did."""
        who = expected.who or (step.who if step else "")
        shown = f"{expected.key} {expected.shown}"
        if expected.until is not None:
            shown += f" until day {expected.until.day} {expected.until.clock:%H:%M}"
        if expected.because:
            shown += f" because {expected.because}"
        shown += "".join(f", saying “{says}”" for says in expected.says)
        got = "it did not happen"
        if near is not None:
            got = self.told_of(near)
            if expected.says and near.effect is not None and near.effect.kind is Kind.REVIEW:
                got += f", saying: {near.effect.text}"
            elif expected.says and near.effect is not None:
                text = self.rendered(near.effect, near.record, self.plan)
                got += ", saying:\n" + "\n".join(f"    {line}" for line in text.splitlines())
        verdict = self.why(expected, who, now, near)
        self.failures.append(Failure(str(expected.span), self.shown(now, who), shown, got, verdict))

    def why(
        self, expected: Expected, who: str, now: Micros, near: Happened | None
    ) -> Verdict | None:
        """Give the reasons for what did not happen, and for what happened in its place."""
        original = self.original(expected)
        if near is not None and near.name in (expected.name, original):
            return near.decision.verdict
        record, decided = self.lives[who].record, self.decided.get(who, ())
        lacking = why_not(expected, original, self.plan, record, now, decided)
        if near is None or near.decision.verdict is None:
            return lacking
        did = near.decision.verdict
        if lacking is None:
            return did
        instead = Verdict(Answer.YES, self.told_of(near), "", did.span, (did,))
        return Verdict(Answer.NO, "the one and not the other", "", did.span, (lacking, instead))

    def told_of(self, item: Happened) -> str:
        """Say what happened, and which rule did it."""
        decision = item.decision
        name = (
            item.name.partition("/")[2] if item.name.startswith(f"{self.file.pack}/") else item.name
        )
        text = f"{item.key} {name}"
        if item.effect is not None:
            by = decision.thing.partition("/")[2]
            text += f" by {by}"
        if decision.until is not None and decision.did is Did.DEFERRED:
            local = wall(decision.until, self.lms.zones[item.who])
            number = (local.date() - self.file.starts).days + 1
            text += f" until day {number} {local:%H:%M}"
        if decision.because and item.effect is None:
            text += f" because {decision.because}"
        return text


def _plain(text: str) -> str:
    """Give a text with its white space made single, so that line breaks do not matter."""
    return " ".join(text.split())


def _is_reason(because: str, decision: Decision) -> bool:
    wanted = because.strip().casefold()
    if wanted in (decision.because.casefold(), decision.because.casefold().partition(" ")[0]):
        return True
    if decision.verdict is None:
        return False
    return any(wanted in blocker.asks.casefold() for blocker in decision.verdict.blockers())
