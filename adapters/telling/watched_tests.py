"""`milepost test --watch`: scenarios played anew when a file changes, those it concerns first."""

from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from adapters.telling.test_report import report_lines
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
            if first:
                _played(folders, only, play, first, table=False)
                _say("\nand all:\n")
            found = _played(folders, only, play, None, table=table, only_failed=bool(first))
            known = found or known
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


def _played(
    folders: Sequence[Path],
    only: str,
    play: Play,
    tests: Sequence[Path] | None,
    *,
    table: bool,
    only_failed: bool = False,
) -> Report | None:
    """Play and tell; None where the packs have errors, which were told."""
    try:
        report = play(folders, only, tests)
    except typer.Exit:
        return None
    _say("\n".join(report_lines(report, table=table, only_failed=only_failed)))
    return report


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the verb's answer
