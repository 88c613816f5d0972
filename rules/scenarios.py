"""
Scenarios played on simulated time, strictly: whatever happens and was not expected fails.

The runner jumps from one interesting instant to the next; nothing sleeps and no clock is
patched. Drafts are tested as live. What rules and credentials of other files of the pack do
may be expected and need not be: a test file speaks for the files it names.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.calendar import DAY, Micros, at_wall, day_end, instant, wall
from engine.events import Event, Score, Word
from engine.outcome import Decision, Did, Effect, Kind, Outcome
from engine.plan import Plan
from engine.record import Record
from engine.replay import Life
from engine.ruleset import Noun, Ruleset, State
from engine.source import Problem, Severity
from engine.verdict import Verdict
from engine.wording import moment_shown
from rules.packs import Reading
from rules.scenario_reader import read_test_file
from rules.timeline import (
    Expected,
    Mark,
    Person,
    Scenario,
    Sighting,
    Step,
    StepKind,
    TestFile,
    Told,
)
from rules.trigger_phrases import At

Rendered = Callable[[Effect, Record, Plan], str]
"""Renders a message to its text (subject and body), so that `says` can be compared."""

ATTEMPT_KINDS = frozenset({Noun.QUIZ, Noun.ASSIGNMENT})
MARKING = frozenset({Word.GRADED, Word.PASSED, Word.FAILED, Word.FEEDBACK_GIVEN})


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
class Failure:
    """
    Why a scenario fails.

    Attributes:
        place: `file:line:col` of the step or expectation.
        when: The instant in words.
        expected: What was expected, "nothing" where nothing was.
        got: What happened, "nothing" where nothing did.
        verdict: The reasons of what happened, if there are any.
    """

    place: str
    when: str
    expected: str
    got: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one scenario; no failures means that it passed."""

    file: str
    name: str
    place: str
    days: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Say whether everything was as expected."""
        return not self.failures


@dataclass(slots=True)
class Report:
    """
    All scenarios of a reading.

    Attributes:
        results: In the order of the files.
        problems: What is wrong with the test files themselves.
        texts: The lines of the test files, for carets.
        files: The test files that could be read.
    """

    results: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: list[TestFile] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Say whether every scenario passed and no test file has an error."""
        return all(r.passed for r in self.results) and not any(
            p.severity is Severity.ERROR for p in self.problems
        )


def pack_of_file(path: Path, folders: Mapping[str, Path]) -> str:
    """Give the pack that a file stands in, "" if none."""
    for name, folder in folders.items():
        if path.is_relative_to(folder):
            return name
    return ""


def run_tests(
    reading: Reading,
    rendered: Rendered,
    only: str = "",
    tests: Iterable[Path] | None = None,
) -> Report:
    """
    Play the scenarios that stand beside the given packs.

    Args:
        reading: The packs.
        rendered: Renders a message to text.
        only: Words that a scenario's name must contain, "" for all.
        tests: The test files to play, None for all of the given packs.
    """
    report = Report()
    plans: dict[tuple[date, str], Plan] = {}
    for path in reading.tests if tests is None else tests:
        pack = pack_of_file(path, reading.folders)
        found, problems, lines = read_test_file(path, str(path), pack, reading)
        report.texts[str(path)] = lines
        report.problems += problems
        if found is None or any(p.severity is Severity.ERROR for p in problems):
            continue
        report.files.append(found)
        for scenario in found.scenarios:
            if only.casefold() not in scenario.name.casefold():
                continue
            report.results.append(_play(found, scenario, reading.ruleset, rendered, plans))
    return report


def as_tested(ruleset: Ruleset, live: datetime) -> Ruleset:
    """Give the ruleset as scenarios see it: drafts live, everything live from day 1."""

    def state(known: State) -> State:
        return State.LIVE if known is State.DRAFT else known

    rules = {
        name: replace(rule, state=state(rule.state), live_from=live)
        for name, rule in ruleset.rules.items()
    }
    credentials = {
        name: replace(credential, state=state(credential.state))
        for name, credential in ruleset.credentials.items()
    }
    return replace(ruleset, rules=rules, credentials=credentials)


def _play(
    file: TestFile,
    scenario: Scenario,
    ruleset: Ruleset,
    rendered: Rendered,
    plans: dict[tuple[date, str], Plan],
) -> Result:
    zone = file.people[0].zone
    key = (file.starts, zone)
    if key not in plans:
        plain = Plan(ruleset)
        clock = plain.zone(zone, "", file.pack)
        start = instant(at_wall(datetime.combine(file.starts, time()), clock))
        plans[key] = Plan(as_tested(ruleset, start))
    return _Run(file, scenario, plans[key], rendered).play()


class _Run:
    """One scenario being played."""

    def __init__(self, file: TestFile, scenario: Scenario, plan: Plan, rendered: Rendered) -> None:
        self.file = file
        self.scenario = scenario
        self.plan = plan
        self.rendered = rendered
        self.happened: list[Happened] = []
        self.failures: list[Failure] = []
        self.number = 0
        self.attempts: dict[tuple[str, str], int] = {}
        self.marked: set[tuple[str, str]] = set()
        self.lives = {
            person.name: Life(plan, person.name, partial(self.watch, person.name))
            for person in file.people
        }
        self.zones = {person.name: plan.zone(person.zone, "", file.pack) for person in file.people}

    # --- time ----------------------------------------------------------------------------

    def at(self, at: At, who: str) -> Micros:
        """Give the instant of `day 8 22:30` on a learner's clock."""
        day = at.day if isinstance(at.day, date) else self.day(at.day)
        return at_wall(datetime.combine(day, at.clock), self.zones[who])

    def day(self, number: int) -> date:
        return self.file.starts + timedelta(days=number - 1)

    def shown(self, at: Micros, who: str) -> str:
        local = wall(at, self.zones[who])
        number = (local.date() - self.file.starts).days + 1
        return f"on day {number} {local:%H:%M}, {local:%A} {moment_shown(local)}"

    # --- playing -------------------------------------------------------------------------

    def play(self) -> Result:
        for person in self.file.people:
            self.begin(person)
        self.compare(None, self.start_of(self.file.people[0].name))
        last = self.start_of(self.file.people[0].name)
        arrivals = self.arrivals()
        for step in self.scenario.steps:
            now = self.at(step.at, step.who)
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
            self.compare(step, now)
        days = (last - self.start_of(self.file.people[0].name)) // DAY + 1
        return Result(
            self.file.file,
            self.scenario.name,
            str(self.scenario.span),
            days,
            tuple(self.failures),
        )

    def everyone_before(self, now: Micros) -> None:
        for life in self.lives.values():
            life.before(now)

    def start_of(self, who: str) -> Micros:
        return at_wall(datetime.combine(self.file.starts, time()), self.zones[who])

    def begin(self, person: Person) -> None:
        """Tell what holds from day 1 00:00."""
        start = self.start_of(person.name)
        life = self.lives[person.name]
        if person.fields:
            life.take(self.event(person.name, start, Word.PROFILE, fields=person.fields), start)
        for course in person.enrolled:
            lms = self.plan.ruleset.courses[course].lms[0]
            life.take(
                self.event(person.name, start, Word.ENROLLED, lms, lms, role=person.role), start
            )
        for group in person.groups:
            life.take(self.event(person.name, start, Word.JOINED, group), start)
        life.until(start)

    def event(  # noqa: PLR0913, PLR0917 - an event has as many parts
        self,
        who: str,
        at: Micros,
        word: str,
        target: str = "",
        course: str = "",
        verb: str = "",
        score: Score | None = None,
        attempt: str = "",
        criteria: tuple[tuple[str, Score], ...] = (),
        fields: tuple[tuple[str, str], ...] = (),
        *,
        undone: bool = False,
        role: str = "",
        due: datetime | None = None,
    ) -> Event:
        self.number += 1
        return Event(
            id=f"e{self.number:04}",
            time=instant(at),
            learner=who,
            word=word,
            object=target,
            course=course,
            verb=verb,
            score=score,
            attempt=attempt,
            criteria=criteria,
            undone=undone,
            role=role,
            due=due,
            fields=fields,
            source="scenario",
        )

    def arrivals(self) -> list[tuple[Micros, str, Event]]:
        """Give the events that reach the engine later than they happened, in that order."""
        found = []
        for step in self.scenario.steps:
            now = self.at(step.at, step.who)
            for sighting in step.seen:
                if sighting.arrives is not None:
                    at = self.at(sighting.arrives, step.who)
                    event = self.sighted(sighting, step.who, now)
                    found += [(at, step.who, event)] * (2 if sighting.twice else 1)
        return sorted(found, key=lambda item: (item[0], item[2].id))

    def events_of(self, step: Step, now: Micros) -> Iterator[tuple[str, Event]]:
        """Yield the events of a step that arrive at once."""
        for told in step.told:
            yield step.who, self.told(told, step.who, now)
        for sighting in step.seen:
            if sighting.arrives is None:
                event = self.sighted(sighting, step.who, now)
                for _ in range(2 if sighting.twice else 1):
                    yield step.who, event

    def told(self, told: Told, who: str, now: Micros) -> Event:
        ruleset = self.plan.ruleset
        match told.word:
            case Word.PROFILE:
                zone = dict(told.fields).get("zone", "")
                if zone:
                    self.zones[who] = self.plan.zone(zone, "", self.file.pack)
                return self.event(who, now, Word.PROFILE, fields=told.fields)
            case Word.DUE:
                activity = ruleset.activities[told.name]
                course = self.plan.course_key.get(activity.course, "")
                clock = self.plan.course_zone(course, self.file.pack)
                due = self.due(told, clock)
                return self.event(who, now, Word.DUE, activity.lms[0], course, due=instant(due))
            case word:
                lms = ruleset.courses[told.name].lms[0]
                return self.event(who, now, word, lms, lms, role=told.role)

    def due(self, told: Told, clock: ZoneInfo) -> Micros:
        """Give the end of a due day, or a due time, on the course's clock."""
        at = told.due
        if at is None:
            return 0
        day = at.day if isinstance(at.day, date) else self.day(at.day)
        if at.clock == time():
            return day_end(day, clock)
        return at_wall(datetime.combine(day, at.clock), clock)

    def sighted(self, sighting: Sighting, who: str, now: Micros) -> Event:
        """Make the event that an LMS would send for what a step says."""
        ruleset = self.plan.ruleset
        noun = Noun(sighting.noun)
        target, course, verb = "", "", ""
        word: str = sighting.word or (Word.SUBMITTED if sighting.score else Word.VIEWED)
        if sighting.course:
            course = ruleset.courses[sighting.course].lms[0]
        match noun:
            case Noun.COURSE:
                target = course = ruleset.courses[sighting.name].lms[0]
            case Noun.EVENT:
                verb = word = ruleset.events[sighting.name].iri
            case Noun.GROUP | Noun.COHORT:
                target = sighting.name
            case Noun.LEARNER:
                pass
            case _:
                target = ruleset.activities[sighting.name].lms[0]
        undone = sighting.kind is StepKind.UNDONE
        if sighting.kind is StepKind.REGRADED and not sighting.word:
            word = Word.GRADED
        attempt = sighting.attempt or self.attempt(sighting, who, target, word)
        return self.event(
            who,
            now,
            word,
            target,
            course,
            verb,
            _score(sighting.score),
            attempt,
            tuple((row, score) for row, mark in sighting.criteria if (score := _score(mark))),
            sighting.where,
            undone=undone,
        )

    def attempt(self, sighting: Sighting, who: str, target: str, word: str) -> str:
        """Name the attempt as an LMS would: a hand-in begins one, marks belong to it."""
        activity = self.plan.ruleset.activities.get(sighting.name)
        scored = sighting.score is not None or bool(sighting.criteria)
        attempt_like = scored or word in MARKING or word == Word.SUBMITTED
        if activity is None or not (attempt_like or activity.kind in ATTEMPT_KINDS):
            return ""
        if not attempt_like and word not in (Word.STARTED, Word.COMPLETED):
            return ""
        key = (who, target)
        number = self.attempts.get(key, 0)
        marks = scored or word in MARKING
        if sighting.kind is not StepKind.SEEN:
            return f"{number or 1}"
        fresh = word in (Word.SUBMITTED, Word.STARTED) or (marks and key in self.marked)
        if number == 0 or fresh:
            number += 1
            self.attempts[key] = number
            self.marked.discard(key)
        if marks:
            self.marked.add(key)
        return f"{number}"

    # --- watching ------------------------------------------------------------------------

    def watch(self, who: str, outcome: Outcome, now: Micros) -> None:
        record = outcome.record
        for decision in outcome.decisions:
            in_scope = self.in_scope(decision.thing)
            if decision.did is not Did.FIRED or not decision.effects:
                key, name = decision.did.value, decision.thing
                self.happened.append(
                    Happened(who, now, key, name, decision, None, in_scope, record)
                )
            for effect in decision.effects:
                key = "group" if effect.kind is Kind.UNGROUP else effect.kind.value
                self.happened.append(
                    Happened(who, now, key, effect.target, decision, effect, in_scope, record)
                )
            if decision.did is Did.FIRED and decision.effects:
                self.happened.append(
                    Happened(who, now, "fired", decision.thing, decision, None, False, record)
                )

    def in_scope(self, thing: str) -> bool:
        """Say whether a rule or credential stands in a file that is tested."""
        ruleset = self.plan.ruleset
        known = ruleset.rules.get(thing) or ruleset.credentials.get(thing)
        return known is not None and known.span.file in self.file.tests

    # --- comparing -----------------------------------------------------------------------

    def compare(self, step: Step | None, now: Micros) -> None:
        """Compare what happened since the last step with what this step expects."""
        happened, self.happened = self.happened, []
        earlier = [h for h in happened if h.at != now]
        here = [h for h in happened if h.at == now]
        for item in earlier:
            if self.must_be_expected(item):
                self.fail_item(step, item)
        for expected in (step.expects or ()) if step else ():
            found = next((h for h in here if self.meets(expected, h)), None)
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
        if expected.key != item.key or expected.who != item.who or expected.name != item.name:
            return False
        effect = item.effect
        if effect is not None:
            if expected.key == "group" and expected.remove is not (effect.kind is Kind.UNGROUP):
                return False
            if expected.to and expected.to != effect.to:
                return False
            if expected.says:
                text = _plain(self.rendered(effect, item.record, self.plan))
                return all(_plain(says) in text for says in expected.says)
        if expected.until is not None:
            return item.decision.until == self.at(expected.until, item.who)
        return not expected.because or _is_reason(expected.because, item.decision)

    def fail(self, step: Step, expected: str, got: str) -> None:
        self.failures.append(Failure(str(step.span), "", expected, got))

    def fail_item(self, step: Step | None, item: Happened) -> None:
        place = str(step.span if step else self.scenario.span)
        self.failures.append(
            Failure(
                place,
                self.shown(item.at, item.who),
                "nothing" if step is None or not step.expects else "no more than is written",
                self.told_of(item),
                item.decision.verdict,
            )
        )

    def fail_expected(
        self, step: Step | None, expected: Expected, now: Micros, near: Happened | None
    ) -> None:
        who = expected.who or (step.who if step else "")
        shown = f"{expected.key} {expected.shown}"
        if expected.until is not None:
            shown += f" until day {expected.until.day} {expected.until.clock:%H:%M}"
        if expected.because:
            shown += f" because {expected.because}"
        shown += "".join(f", saying “{says}”" for says in expected.says)
        got = "nothing of the kind"
        if near is not None:
            got = self.told_of(near)
            if expected.says and near.effect is not None:
                text = self.rendered(near.effect, near.record, self.plan)
                got += ", saying:\n" + "\n".join(f"    {line}" for line in text.splitlines())
        verdict = near.decision.verdict if near else None
        self.failures.append(Failure(str(expected.span), self.shown(now, who), shown, got, verdict))

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
            local = wall(decision.until, self.zones[item.who])
            number = (local.date() - self.file.starts).days + 1
            text += f" until day {number} {local:%H:%M}"
        if decision.because and item.effect is None:
            text += f" because {decision.because}"
        return text


def _score(mark: Mark | None) -> Score | None:
    return None if mark is None else Score(raw=mark.raw, high=mark.high)


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
