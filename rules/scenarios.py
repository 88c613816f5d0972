"""
Scenarios played on simulated time, strictly: whatever happens and was not expected fails.

The runner jumps from one interesting instant to the next; nothing sleeps and no clock is
patched. Drafts are tested as live. What rules and credentials of other files of the pack do
may be expected and need not be: a test file speaks for the files it names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path

from engine.calendar import at_wall, instant
from engine.clocks import Clocks
from engine.plan import Plan
from engine.ruleset import Ruleset, State
from engine.source import Problem, Severity
from rules.coverage import Coverage
from rules.folders import files_in
from rules.packs import TEST_ENDING, Reading
from rules.scenario_history import Histories
from rules.scenario_reader import read_test_file
from rules.scenario_result import Result
from rules.scenario_run import Rendered, ScenarioRun
from rules.timeline import TestFile


@dataclass(slots=True)
class Report:
    """
    All scenarios of a reading.

    Attributes:
        results: In the order of the files.
        problems: What is wrong with the test files themselves.
        texts: The lines of the test files, for carets.
        coverage: What the scenarios have seen; None where nobody asked.
        files: The test files that could be read.
    """

    results: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    coverage: Coverage | None = None
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
    histories: Histories | None = None,
    *,
    covering: bool = False,
    stopwatch: Callable[[], float] = float,
) -> Report:
    """
    Play the scenarios that stand beside the given packs.

    Args:
        reading: The packs.
        rendered: Renders a message to text.
        only: Words that a scenario's name must contain, "" for all.
        tests: The test files to play, None for all of the given packs.
        histories: Reads the histories that scenarios are given.
        stopwatch: Gives seconds, to measure scenarios by.
        covering: Whether to note which rules acted and how each condition was answered.
    """
    report = Report()
    if covering:
        report.coverage = Coverage(reading.ruleset, reading.given)
    plans: Plans = {}
    for path in reading.tests if tests is None else tests:
        pack = reading.playing or pack_of_file(path, reading.folders)
        found, problems, lines = read_test_file(path, str(path), pack, reading, histories)
        report.texts[str(path)] = lines
        report.problems += problems
        if found is None or any(p.severity is Severity.ERROR for p in problems):
            continue
        report.files.append(found)
        for scenario in found.scenarios:
            if only.casefold() not in scenario.name.casefold():
                continue
            plan = plan_for(found, reading.ruleset, plans, report.coverage)
            run = ScenarioRun(found, scenario, plan, rendered, report.coverage)
            began = stopwatch()
            result = run.play()
            report.results.append(replace(result, seconds=stopwatch() - began))
    return report


def in_use(reading: Reading, use: str) -> Reading:
    """Give a reading whose scenarios are a used pack's, to be played in another use of it."""
    ruleset = on_the_days_of(reading.ruleset, use, reading.instances[use])
    found = files_in(reading.folders[use])
    tests = tuple(path for path in found if path.name.endswith(TEST_ENDING))
    return replace(reading, ruleset=ruleset, tests=tests, playing=use)


def on_the_days_of(ruleset: Ruleset, use: str, original: str) -> Ruleset:
    """Give a use of a pack the used pack's days, in which the pack's stories are told."""

    def first(name: str) -> str:
        return f"{original}/{name.partition('/')[2]}" if name.startswith(f"{use}/") else name

    courses = {
        name: replace(course, starts=there.starts, ends=there.ends, zone=there.zone)
        if not (there := ruleset.courses.get(first(name), course)).runs
        else course
        for name, course in ruleset.courses.items()
    }
    activities = {
        name: replace(activity, due=ruleset.activities.get(first(name), activity).due)
        for name, activity in ruleset.activities.items()
    }
    return replace(ruleset, courses=courses, activities=activities)


def as_tested(ruleset: Ruleset, live: datetime) -> Ruleset:
    """Give the ruleset as scenarios see it: drafts live, everything live from day 1."""

    def state(known: State) -> State:
        return State.LIVE if known is State.DRAFT else known

    rules = {
        name: replace(rule, state=state(rule.state), live_from=live, share=None)
        for name, rule in ruleset.rules.items()
    }
    credentials = {
        name: replace(credential, state=state(credential.state))
        for name, credential in ruleset.credentials.items()
    }
    return replace(ruleset, rules=rules, credentials=credentials)


Plans = dict[tuple[date, str], Plan]


def plan_for(
    file: TestFile,
    ruleset: Ruleset,
    plans: Plans | None = None,
    coverage: Coverage | None = None,
) -> Plan:
    """
    Give the plan of a file's scenarios: live from day 1 on the first learner's clock.

    Args:
        file: The test file.
        ruleset: All that was read.
        plans: Plans that were made before, to be used again.
        coverage: Sees what is answered, None where nobody asked.
    """
    known = {} if plans is None else plans
    zone = file.people[0].zone
    key = (file.starts, f"{file.pack} {zone}")
    if key not in known:
        clock = Clocks(ruleset, {}).zone(zone, "", file.pack)
        start = instant(at_wall(datetime.combine(file.starts, time()), clock))
        tested = as_tested(ruleset, start)
        if coverage is None:
            known[key] = Plan(tested)
        else:
            known[key] = Plan(tested, make_matcher=coverage.matcher, observer=coverage)
    return known[key]
