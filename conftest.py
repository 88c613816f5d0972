"""Scenarios beside the rules (`*.test.yaml`) are collected by pytest, beside the Python tests."""

import signal
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from adapters.feeding.saved_history import read_history
from adapters.outgoing.letters import Letters, read_letters
from adapters.telling.verdict_text import verdict_lines
from engine.source import Severity
from rules.packs import Reading, read_packs
from rules.scenario_result import Failure
from rules.scenarios import run_tests

ENDING = ".test.yaml"

# How long a machine takes to think examples up says more of its neighbours than of a test.
settings.register_profile("milepost", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("milepost")


def pytest_configure() -> None:
    """Take Ctrl-C again where a shell's background job ignores it: tests send it to programs."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> pytest.File | None:
    """Collect a test file that stands in a pack, unless it is a fixture that must fail."""
    is_fixture = "bad" in file_path.parts
    if not file_path.name.endswith(ENDING) or is_fixture or _pack_of(file_path) is None:
        return None
    found: pytest.File = ScenarioFile.from_parent(parent, path=file_path)
    return found


def _pack_of(path: Path) -> Path | None:
    return next((folder for folder in path.parents if (folder / "pack.yaml").is_file()), None)


@lru_cache(maxsize=64)
def _read(pack: Path) -> tuple[Reading, Letters]:
    reading = read_packs([pack])
    letters, _ = read_letters(reading)
    return reading, letters


class BrokenScenarioError(Exception):
    """A scenario or its pack did not hold; the message is what an author is told."""


class ScenarioFile(pytest.File):
    """One test file."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield its scenarios; a file or pack with errors is one failing item."""
        pack = _pack_of(self.path)
        if pack is None:
            return
        reading, letters = _read(pack)
        report = run_tests(reading, letters.text, tests=[self.path], histories=read_history)
        errors = [p for p in reading.problems if p.severity is Severity.ERROR]
        errors += [p for p in report.problems if p.severity is Severity.ERROR]
        told = tuple(f"{p.span}: {p.code} {p.message}" for p in errors)
        if told:
            yield ScenarioItem.from_parent(self, name="the pack is right", told=told)
        for result in report.results:
            yield ScenarioItem.from_parent(
                self, name=result.name, told=tuple(_told(f) for f in result.failures)
            )


def _told(failure: Failure) -> str:
    why = "\n".join(f"      {line}" for line in verdict_lines(failure.verdict))
    return (
        f"{failure.place} {failure.when}\n"
        f"    expected {failure.expected}\n    got      {failure.got}\n{why}"
    )


class ScenarioItem(pytest.Item):
    """One scenario."""

    def __init__(self, *, told: tuple[str, ...], **kwargs: object) -> None:
        """Take what went wrong, if anything."""
        super().__init__(**kwargs)  # type: ignore[arg-type] # pytest passes its own through
        self.told = told

    def runtest(self) -> None:
        """Fail where something went wrong."""
        if self.told:
            raise BrokenScenarioError("\n".join(self.told))

    def repr_failure(  # type: ignore[override] # a scenario's failure is text, no traceback
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> str:
        """Tell the failure as an author reads it."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the file and the scenario."""
        return self.path, 0, self.name
