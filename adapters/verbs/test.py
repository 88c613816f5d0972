"""`milepost test`: the scenarios that stand beside the rules, played on simulated time."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from time import perf_counter
from typing import Annotated

import msgspec
import typer

from adapters.feeding.saved_history import read_history
from adapters.outgoing.letters import message_texts, read_letters
from adapters.packs import USAGE, fail, packs_or_default, read_for_use
from adapters.telling.test_report import document_of, report_lines
from engine.source import Problem, Severity
from rules.scenarios import Report, in_use, run_tests


def command(  # noqa: PLR0917 - each is an option
    packs: Annotated[list[Path] | None, typer.Argument(help="Folders of rule packs.")] = None,
    only: Annotated[
        str, typer.Option("-k", help="Play only scenarios whose name contains this.")
    ] = "",
    coverage: Annotated[
        bool, typer.Option("--coverage", help="List the rules and conditions that lack a scenario.")
    ] = False,
    min_coverage: Annotated[
        int,
        typer.Option(
            "--min-coverage",
            help="Fail if fewer percent of the conditions were seen both true and false.",
            min=0,
            max=100,
        ),
    ] = 0,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write the results to a file as JUnit XML.")
    ] = None,
    explore: Annotated[
        int,
        typer.Option(
            "--explore", help="Drive each pack with so many histories at random instead.", min=0
        ),
    ] = 0,
    seed: Annotated[
        int, typer.Option("--seed", help="The same seed gives the same histories.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="With --explore: a folder for the scenarios of what it finds."),
    ] = None,
    use: Annotated[
        str,
        typer.Option(
            "--use", help="Play a used pack's scenarios in another use of it, by its name."
        ),
    ] = "",
    watch: Annotated[
        bool, typer.Option("--watch", help="Play again whenever a file of the packs changes.")
    ] = False,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Play the scenarios of rule packs strictly: what happens and was not expected fails."""
    folders = packs_or_default(packs)
    if watch:
        from adapters.telling.watched_tests import follow  # noqa: PLC0415 - it needs watchfiles

        follow(folders, only, play, table=coverage)
        return
    if explore:
        from adapters.telling.explored import tell_explored  # noqa: PLC0415 - few explore

        if not tell_explored(read_for_use(folders), explore, seed, out, as_json=json):
            raise typer.Exit(1)
        return

    def refused(problems: list[Problem]) -> None:
        nothing = Report(problems=problems)
        if junit is not None:
            _write(junit, nothing)
        if json:
            print(msgspec.json.encode(document_of(nothing)).decode())  # noqa: T201 - the one document

    report = play(folders, only, use=use, refused=refused)
    if junit is not None:
        _write(junit, report)
    if json:
        print(msgspec.json.encode(document_of(report)).decode())  # noqa: T201 - the one document
    else:
        print("\n".join(report_lines(report, table=coverage)))  # noqa: T201 - the verb's answer
    if not report.good:
        raise typer.Exit(1)
    if not report.results and only:
        fail(f"no scenario's name contains `{only}`")
    if report.coverage is not None and report.coverage.counts.share < Fraction(min_coverage, 100):
        fail(f"fewer than {min_coverage}% of the conditions were seen both true and false")


def play(
    folders: Sequence[Path],
    only: str = "",
    tests: Sequence[Path] | None = None,
    *,
    use: str = "",
    refused: Callable[[list[Problem]], None] = lambda _: None,
) -> Report:
    """
    Play scenarios of packs.

    Args:
        folders: The packs; errors in them end the verb.
        only: Words that a scenario's name must contain; coverage is not asked of a choice.
        tests: The test files to play, None for all.
        use: The name of another use of a pack, whose scenarios are then played there.
        refused: Told of the errors in the packs, where there are any.
    """
    reading = read_for_use(folders, refused=refused)
    if use and use not in reading.instances:
        known = ", ".join(sorted(reading.instances)) or "none"
        fail(f"no pack is used again as `{use}`; there are: {known}", USAGE)
    if use:
        reading = in_use(reading, use)
    letters, wrong = read_letters(reading)
    report = run_tests(
        reading,
        letters.text,
        only,
        tests,
        read_history,
        covering=not only and tests is None and not use,
        stopwatch=perf_counter,
    )
    report.problems += [p for p in wrong if p.severity is Severity.ERROR]
    report.texts.update(message_texts(wrong))
    return report


def _write(path: Path, report: Report) -> None:
    from adapters.telling.junit import junit  # noqa: PLC0415 - few ask for it

    try:
        path.write_text(junit(report), encoding="utf-8")
    except OSError as error:
        fail(f"{path} can't be written: {error.strerror or error}")
