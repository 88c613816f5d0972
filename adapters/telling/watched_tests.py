"""`milepost test --watch`: scenarios played anew when a file changes, those it concerns first."""

from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from adapters.telling.test_report import coverage_lines, report_lines
from adapters.watching import clear_screen, saved_files
from rules.packs import TEST_ENDING
from rules.scenarios import Report

Play = Callable[[Sequence[Path], str, Sequence[Path] | None], Report]
"""Plays packs: the folders, the words that names must contain, the files or None for all."""


def follow(folders: Sequence[Path], only: str, play: Play, *, table: bool) -> None:
    """Play all scenarios, then those of what changes, until Ctrl-C."""
    known: Report | None = None
    try:
        for changed in saved_files(folders):
            clear_screen()
            first = None if known is None else concerned(known, changed, folders)
            if changed:
                _say(f"changed: {', '.join(sorted(path.name for path in changed))}\n")
            known = _played_anew(folders, only, play, first, table=table) or known
            _say("\nwatching; Ctrl-C ends it")
    except KeyboardInterrupt:
        return


def concerned(report: Report, changed: frozenset[Path], folders: Sequence[Path]) -> list[Path]:
    """
    Give the test files that a change concerns for sure: changed ones, and of changed rules.

    Each is named as the packs are, by whose names it is known which pack it belongs to.
    """
    found = [
        _as_named(path, folders)
        for path in sorted(changed)
        if path.name.endswith(TEST_ENDING) and path.is_file()
    ]
    for file in report.files:
        path = Path(file.file)
        tested = {Path(name).resolve() for name in file.tests}
        if tested & changed and path.resolve() not in changed:
            found.append(path)
    return found


def _as_named(path: Path, folders: Sequence[Path]) -> Path:
    """Give a file under one of some folders by the folder's own name, relative or not."""
    for folder in folders:
        whole = folder.resolve()
        if path.is_relative_to(whole):
            return folder / path.relative_to(whole)
    return path


def _played_anew(
    folders: Sequence[Path], only: str, play: Play, first: Sequence[Path] | None, *, table: bool
) -> Report | None:
    """
    Play and tell, first some test files and then all, of which what was told is left out.

    Gives the report of all, None where the packs have errors, which were told.
    """
    try:
        told = play(folders, only, first) if first else None
        if told is not None:
            _say("\n".join(report_lines(told)))
        report = play(folders, only, None)
    except typer.Exit:
        return None
    if told is None:
        _say("\n".join(report_lines(report, table=table)))
    elif len(told.results) < len(report.results) or len(told.problems) < len(report.problems):
        _say("\nand all:\n")
        _say("\n".join(report_lines(report, table=table, told=told)))
    elif report.coverage is not None:
        _say("\n".join(coverage_lines(report.coverage, table=table)))
    return report


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the verb's answer
