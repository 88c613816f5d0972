"""`milepost test`: the scenarios that stand beside the rules, played on simulated time."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.feeding.saved_history import read_history
from adapters.outgoing.letters import message_texts, read_letters
from adapters.packs import fail, packs_or_default, read_for_use
from adapters.telling.show import show_problems
from adapters.telling.verdict_text import verdict_lines
from engine.source import Severity
from rules.scenario_run import Failure, Result
from rules.scenarios import Report, run_tests


class FailureDocument(msgspec.Struct):
    """One reason why a scenario failed."""

    place: str
    when: str
    expected: str
    got: str
    why: list[str]


class ResultDocument(msgspec.Struct):
    """One scenario."""

    file: str
    name: str
    place: str
    passed: bool
    failures: list[FailureDocument]


class Document(msgspec.Struct):
    """The one JSON document of `test --json`."""

    passed: int
    failed: int
    scenarios: list[ResultDocument]
    problems: list[str]


def command(
    packs: Annotated[list[Path] | None, typer.Argument(help="Folders of rule packs.")] = None,
    only: Annotated[
        str, typer.Option("-k", help="Play only scenarios whose name contains this.")
    ] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Play the scenarios of rule packs strictly: what happens and was not expected fails."""
    reading = read_for_use(packs_or_default(packs))
    letters, wrong = read_letters(reading)
    report = run_tests(reading, letters.text, only, histories=read_history)
    report.problems += [p for p in wrong if p.severity is Severity.ERROR]
    report.texts.update(message_texts(wrong))
    if json:
        print(msgspec.json.encode(_document(report)).decode())  # noqa: T201 - the one document
    else:
        print("\n".join(_told(report)))  # noqa: T201 - the verb's answer
    if not report.good:
        raise typer.Exit(1)
    if not report.results and only:
        fail(f"no scenario's name contains `{only}`")


def _document(report: Report) -> Document:
    return Document(
        sum(r.passed for r in report.results),
        sum(not r.passed for r in report.results),
        [_result(result) for result in report.results],
        [f"{p.span}: {p.code} {p.message}" for p in report.problems],
    )


def _result(result: Result) -> ResultDocument:
    failures = [
        FailureDocument(f.place, f.when, f.expected, f.got, verdict_lines(f.verdict))
        for f in result.failures
    ]
    return ResultDocument(result.file, result.name, result.place, result.passed, failures)


def _told(report: Report) -> list[str]:
    lines: list[str] = []
    if report.problems:
        lines += [show_problems(sorted(report.problems, key=lambda p: p.place), report.texts), ""]
    file = ""
    for result in report.results:
        if result.file != file:
            file = result.file
            lines.append(file)
        days = f"{result.days} day{'s' if result.days != 1 else ''}"
        lines.append(f"  {'ok  ' if result.passed else 'FAIL'}  {result.name}  ({days})")
        for failure in result.failures:
            lines += _failure(failure)
        if result.failures:
            lines.append("")
    passed = sum(r.passed for r in report.results)
    failed = len(report.results) - passed
    lines += ["", f"{passed} passed, {failed} failed"]
    return lines


def _failure(failure: Failure) -> list[str]:
    lines = [
        "",
        f"        {failure.place}   {failure.when}".rstrip(),
        f"        expected   {failure.expected}",
        f"        got        {failure.got}",
    ]
    if failure.verdict is not None:
        lines += ["", "        why"]
        lines += [f"          {line}" for line in verdict_lines(failure.verdict)]
    return lines
