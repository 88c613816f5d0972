"""
A scenario written from what a learner did: her steps, and what the rules make of them.

The scenario is played once without expectations, and what happens is written down, so it passes
as written. From then on it fails when a change of rules would treat such a learner otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from engine.calendar import Micros, micros, wall
from engine.events import Event
from engine.outcome import Did, Kind
from engine.plan import Plan
from engine.values import WEEKDAYS
from rules.folders import PACK_FILE
from rules.packs import TEST_ENDING, Reading
from rules.recorded_steps import WHO, Came, RecordedStep, Recorder, short
from rules.scenario_history import as_given
from rules.scenario_reader import read_test_text
from rules.scenario_result import Result
from rules.scenario_run import Happened, ScenarioRun
from rules.scenarios import plan_for
from rules.timeline import Step
from rules.yaml_text import flow

HEAD = """\
# {why}
# Made up or left out: the learner's name, address and ids, and free texts. As they were: days,
# times, marks, the LMS's names of activities, courses and groups, what rules ask of her profile.
tests: {tests}
starts: {starts} {weekday}
learner: {learner}

scenarios:

  {name}:
"""


class UnrecordableError(ValueError):
    """What a learner did can't be told as a scenario; the message says why."""


@dataclass(frozen=True, slots=True)
class Recording:
    """
    A scenario, written.

    Attributes:
        text: The test file.
        days: How many days it plays.
        steps: How many steps it has.
        happened: How many things happen in it.
        left_out: How many events rules may ask about, and the words of tests can't tell.
        result: What came of playing it as written.
    """

    text: str
    days: int
    steps: int
    happened: int
    left_out: int
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    What to record.

    Attributes:
        pack: The pack that the test will stand in.
        name: What the scenario is called; "" for its days.
        why: A comment that stands over it.
        since: Day 1; None for the day of the first event.
        until: The last instant; None for the last event's.
        given: The name of the file that holds what lies before day 1, "" for none.
        earlier: The events in it.
        file: The only rule file that is tested; "" for each in which something happens.
    """

    pack: str
    name: str = ""
    why: str = "What a learner did, and what the rules made of it."
    since: date | None = None
    until: Micros | None = None
    given: str = ""
    earlier: tuple[Event, ...] = ()
    file: str = ""


class Recorded(ScenarioRun):
    """A scenario that is played to see what happens."""

    seen: list[tuple[Step | None, list[tuple[str, Micros, list[Happened]]]]]

    def compare(self, step: Step | None, now: Micros) -> None:
        """Keep what happened since the last step, by instant; the step's own is the last."""
        happened, self.happened = self.happened, []
        told = [item for item in happened if self.must_be_expected(item)]
        self.seen.append(
            (
                step,
                [
                    ("" if at == now else self.day_and_clock(at), at, list(items))
                    for at, items in groupby(told, key=lambda item: item.at)
                ],
            )
        )

    def play(self) -> Result:
        """Play the timeline to its last step."""
        self.seen = []
        return super().play()

    def day_and_clock(self, at: Micros) -> str:
        """Write an instant as a step says it; one that no step can say is an error."""
        local = wall(at, self.lms.zones[WHO])
        number = (local.date() - self.file.starts).days + 1
        return f"day {number} {local:%H:%M:%S}" if local.second else f"day {number} {local:%H:%M}"


def record(reading: Reading, came: Sequence[Came], wanted: Wanted) -> Recording:
    """
    Write a scenario.

    Args:
        reading: The packs, without errors.
        came: One learner's events from day 1 on.
        wanted: What to record.

    Raises:
        UnrecordableError: Nothing of it can be told.
    """
    plan = Plan(reading.ruleset)
    known = [*wanted.earlier, *(item.event for item in came)]
    if not known:
        message = "there is no event to make a scenario of"
        raise UnrecordableError(message)
    starts = wanted.since or _first_day(plan, wanted.pack, known)
    recorder = Recorder(plan, wanted.pack, starts, known)
    if wanted.until is not None:
        came = [item for item in came if micros(item.event.time) <= wanted.until]
    steps = list(recorder.steps(came))
    if wanted.until is not None:
        steps.append(RecordedStep(recorder.shown(wanted.until, exact=True)))
    if not steps:
        message = "no rule of the pack can notice what this learner did"
        raise UnrecordableError(message)
    files = [wanted.file] if wanted.file else _rule_files(reading, wanted.pack)
    text = _Text(reading, wanted, recorder, starts)
    run = text.play(files, steps, Recorded)
    assert isinstance(run, Recorded)  # noqa: S101 - it was asked for
    run.play()
    whole, happened = _with_expectations(steps, run, wanted.pack)
    touched = {
        file
        for _, groups in run.seen
        for _, _, items in groups
        for file in _files_of(items, reading)
    }
    files = [file for file in files if file in touched] or files
    last = text.play(files, whole, ScenarioRun)
    result = last.play()
    days = result.days
    return Recording(
        text.written(files, whole), days, len(whole), happened, recorder.left_out, result
    )


def story(reading: Reading, came: Sequence[Came], wanted: Wanted) -> str:
    """
    Write a scenario of some events with what the rules make of them, as far as that can be told.

    What can't be played is written without expectations: the events alone are worth keeping.
    """
    once: dict[str, Came] = {}
    for item in came:
        once.setdefault(item.event.id, item)
    events = tuple(once.values())
    try:
        return record(reading, events, wanted).text
    except Exception:  # noqa: BLE001, S110 - whatever it is, it is what the story shows
        pass
    plan = Plan(reading.ruleset)
    known = [item.event for item in events]
    starts = wanted.since or _first_day(plan, wanted.pack, known)
    recorder = Recorder(plan, wanted.pack, starts, known)
    steps = list(recorder.steps(events)) or [RecordedStep("day 1")]
    files = [wanted.file] if wanted.file else _rule_files(reading, wanted.pack)
    return _Text(reading, wanted, recorder, starts).written(files, steps)


@dataclass(slots=True)
class _Text:
    """The test file, as far as it is known."""

    reading: Reading
    wanted: Wanted
    recorder: Recorder
    starts: date
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.reading.folders[self.wanted.pack]

    def written(self, files: Sequence[str], steps: Sequence[RecordedStep]) -> str:
        """Write it."""
        names = [Path(file).relative_to(self.folder).as_posix() for file in files]
        learner = [
            ("name", WHO),
            ("zone", self.recorder.zone),
            ("language", self.recorder.language),
        ]
        said = ", ".join(f"{key}: {flow(value)}" for key, value in learner if value)
        last = steps[-1].at.split(" ")[1]
        name = self.wanted.name or f"what a learner got until day {last}"
        lines = [
            HEAD.format(
                why=self.wanted.why,
                tests=names[0] if len(names) == 1 else f"[{', '.join(names)}]",
                starts=self.starts,
                weekday=WEEKDAYS[self.starts.weekday()].capitalize(),
                learner=f"{{{said}}}",
                name=flow(name),
            ).rstrip("\n")
        ]
        indent = "    "
        if self.wanted.given:
            lines += [f"    given: {flow(self.wanted.given)}", "    steps:"]
            indent = "      "
        for step in steps:
            lines.append(f"{indent}- at: {step.at}")
            lines += [f"{indent}  {line}" for line in step.says]
            if step.expects is not None and len(step.expects) == 1:
                lines.append(f"{indent}  expect: {step.expects[0]}")
            elif step.expects:
                lines.append(f"{indent}  expect:")
                lines += [f"{indent}    - {line}" for line in step.expects]
        return "\n".join(lines) + "\n"

    def play(
        self, files: Sequence[str], steps: Sequence[RecordedStep], kind: type[ScenarioRun]
    ) -> ScenarioRun:
        """Give the scenario read back and ready to be played."""
        name = str(self.folder / f"recorded{TEST_ENDING}")
        raw = self.written(files, steps).encode()
        found, problems, _ = read_test_text(raw, name, self.wanted.pack, self.reading)
        if found is None or problems or len(found.scenarios) != 1:
            told = "; ".join(f"{p.span.line}: {p.message}" for p in problems)
            message = f"it can't be told in the words of tests: {told}"
            raise UnrecordableError(message)
        scenario = replace(
            found.scenarios[0], given=as_given(self.wanted.earlier, dict.fromkeys(self._who, WHO))
        )
        return kind(found, scenario, plan_for(found, self.reading.ruleset), _unread)

    @property
    def _who(self) -> set[str]:
        return {event.learner for event in self.wanted.earlier}


def _unread(*_: object) -> str:
    """Render no message: a recording expects none of its words."""
    return ""


def _first_day(plan: Plan, pack: str, known: Sequence[Event]) -> date:
    first = min(micros(event.time) for event in known)
    recorder = Recorder(plan, pack, date(2000, 1, 1), known)
    return recorder.day_of(first)


def _rule_files(reading: Reading, pack: str) -> list[str]:
    """Give the files of a pack that have rules or credentials, in order."""
    ruleset = reading.ruleset
    spans = [r.span for r in ruleset.rules.values()] + [
        c.span for c in ruleset.credentials.values()
    ]
    folder = reading.folders[pack]
    return sorted(
        {s.file for s in spans if Path(s.file).is_relative_to(folder) and s.file in reading.texts}
        - {str(folder / PACK_FILE)}
    )


def _files_of(items: Sequence[Happened], reading: Reading) -> set[str]:
    found = set()
    for item in items:
        thing = item.decision.thing
        known = reading.ruleset.rules.get(thing) or reading.ruleset.credentials.get(thing)
        if known is not None:
            found.add(known.span.file)
    return found


def _with_expectations(
    steps: Sequence[RecordedStep], run: Recorded, pack: str
) -> tuple[list[RecordedStep], int]:
    """Put what happened beside the steps, and between them; give how much it is, too."""
    written = dict(zip(map(id, run.scenario.steps), steps, strict=True))
    whole: list[RecordedStep] = []
    number = 0
    for step, groups in run.seen:
        own = RecordedStep("day 1") if step is None else written[id(step)]
        for at, _, items in groups:
            expects = tuple(_expectation(item, run, pack) for item in items)
            number += len(items)
            if at:
                whole.append(RecordedStep(at, (), expects))
            else:
                own = replace(own, expects=expects)
        if step is not None or own.expects:
            whole.append(own)
    return whole, number


def _expectation(item: Happened, run: Recorded, pack: str) -> str:
    parts = [f"{item.key}: {flow(short(item.name, pack))}"]
    effect, decision = item.effect, item.decision
    if effect is not None:
        if effect.kind is Kind.UNGROUP:
            parts.append("remove: yes")
        if effect.kind is Kind.EMAIL and effect.to != "learner":
            parts.append(f"to: {flow(effect.to)}")
    elif decision.did is Did.DEFERRED and decision.until is not None:
        parts.append(f"until: {run.day_and_clock(decision.until)}")
    elif decision.did is Did.SUPPRESSED and decision.because:
        parts.append(f"because: {flow(decision.because)}")
    return f"{{{', '.join(parts)}}}"
