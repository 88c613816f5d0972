"""
The report as tables in a folder, for a spreadsheet (CSV) or a notebook (Parquet).

`progress` has a line for each learner and credential and is written while the learners are
gone through; the others are small.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Protocol

from adapters.reporting.report import Report
from adapters.reporting.standing import Standing
from engine.calendar import instant

Cell = str | int | float | None
Row = Sequence[Cell]

PROGRESS = ("learner", "credential", "status", "earned_at", "conditions_away", "lacks")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


class Table(Protocol):
    """One table being written."""

    def write(self, row: Row) -> None:
        """Write a line."""
        ...


def progress_row(found: Standing, learner: str, shown: Callable[[str], str]) -> Row:
    """Give a learner's standing in a credential as a line."""
    return (
        learner,
        shown(found.credential),
        found.status.value,
        "" if found.earned is None else instant(found.earned).isoformat(),
        len(found.lacks),
        "; ".join(f"{lack.asks}: {lack.because}" for lack in found.lacks),
    )


def small_tables(report: Report) -> Iterator[tuple[str, tuple[str, ...], Iterable[Row]]]:
    """Yield the other tables: name, columns, lines."""
    credentials = report.credentials.items()
    yield (
        "credentials",
        ("credential", "title", "state", "earned", "held", "expired", "revoked", "nearly",
         "waits", "begun", "not_begun"),
        [
            (name, c.title, c.state, c.earned, c.held, c.expired, c.revoked, c.nearly, c.waits,
             c.begun, c.not_begun)
            for name, c in credentials
        ],
    )  # fmt: skip
    yield (
        "stuck",
        ("credential", "condition", "place", "learners"),
        [(name, s.asks, s.place, s.learners) for name, c in credentials for s in c.stuck_on],
    )
    yield (
        "rules",
        ("rule", "title", "state", "fired", "learners", "deferred", "suppressed", "capped",
         "undecided", "failed", "messages", "besides_fired", "besides_learners"),
        [
            (name, r.title, r.state, r.fired, r.learners, r.deferred, r.suppressed, r.capped,
             r.undecided, r.failed, r.messages,
             *((r.besides.fired, r.besides.learners) if r.besides else (0, 0)))
            for name, r in report.rules.items()
        ],
    )  # fmt: skip
    yield (
        "skills",
        ("skill", "title", "level", "learners"),
        [
            (name, skill.title, level, number)
            for name, skill in report.skills.items()
            for level, number in (*skill.levels.items(), ("", skill.none))
        ],
    )
    yield (
        "pathways",
        ("pathway", "step", "place", "required", "learners", "median_days"),
        [
            (name, step.step, step.place, int(step.required), step.learners, step.median_days)
            for name, pathway in report.pathways.items()
            for step in pathway.steps
        ],
    )


class CsvTable(AbstractContextManager["CsvTable"]):
    """A table as a CSV file, as RFC 4180 has it, in UTF-8."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        """Write to a file; what was in it is gone."""
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(columns)

    def write(self, row: Row) -> None:
        """Write a line."""
        self._writer.writerow([_plain(cell) for cell in row])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()


def _plain(cell: Cell) -> Cell:
    """Keep a learner's name from being run as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
