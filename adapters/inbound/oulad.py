"""
The Open University's learning analytics dataset (OULAD), from its CSV tables.

A day is a number counted from the presentation's start, which is day 0; 2013J starts on
1 October 2013, 2013B on 1 February. What happened on a day is given an hour of it: enrolment
in the morning, submission at noon, leaving in the afternoon, so that a day's events have their
natural order and lie on the same day in every zone near Britain. A blank score is a submission
without a mark; results banked from an earlier presentation count, also before the start.
"""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec

from adapters.inbound import native
from adapters.inbound.received import BadBody, Received, refused
from engine.events import Word

ASSESSMENTS = "assessments.csv"
REGISTRATIONS = "studentRegistration.csv"
RESULTS = "studentAssessment.csv"
TABLES = (ASSESSMENTS, REGISTRATIONS, RESULTS)

COLUMNS = {
    ASSESSMENTS: ("code_module", "code_presentation", "id_assessment", "assessment_type"),
    REGISTRATIONS: (
        "code_module",
        "code_presentation",
        "id_student",
        "date_registration",
        "date_unregistration",
    ),
    RESULTS: ("id_assessment", "id_student", "date_submitted", "is_banked", "score"),
}
"""The columns that are read; a table may have more."""

START_MONTH = {"B": 2, "J": 10}
KIND_OF_TYPE = {"TMA": "assignment", "CMA": "quiz", "Exam": "exam"}
MORNING, NOON, AFTERNOON = time(9), time(12), time(15)
MAX_SCORE = 100
MAX_DAYS = 36_500

_PRESENTATION = re.compile(r"(?P<year>\d{4})(?P<half>[BJ])\Z")
_DAY = re.compile(r"-?\d{1,6}\Z")
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?\Z")

Row = dict[str, str]


class _Mark(msgspec.Struct, frozen=True):
    raw: msgspec.Raw
    max: int = MAX_SCORE


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    time: datetime
    learner: str
    course: str
    object: str
    word: str = msgspec.field(name="is")
    score: _Mark | None = None


class _UnusableRowError(Exception):
    """A row that says nothing; the message is `code: sentence`."""


def is_oulad(folder: Path) -> bool:
    """Say whether a folder holds OULAD's tables."""
    return all((folder / table).is_file() for table in TABLES)


def read(folder: Path, source: str, arrived: datetime) -> Iterator[Received]:
    """
    Read a folder of OULAD's tables: what can't be used first, then events by time and id.

    Args:
        folder: With assessments.csv, studentRegistration.csv and studentAssessment.csv.
        source: Whose events these are.
        arrived: When they came; every row tells its own time.

    Raises:
        BadBody: A table or one of its columns is missing, or it is not CSV in UTF-8.
    """
    things = _assessments(folder / ASSESSMENTS)
    lines: list[_Line] = []
    for number, row in _rows(folder / REGISTRATIONS, COLUMNS[REGISTRATIONS]):
        try:
            lines.extend(_registration(row))
        except _UnusableRowError as error:
            yield _refused(folder / REGISTRATIONS, number, row, error)
    for number, row in _rows(folder / RESULTS, COLUMNS[RESULTS]):
        try:
            lines.append(_result(row, things))
        except _UnusableRowError as error:
            yield _refused(folder / RESULTS, number, row, error)
    lines.sort(key=_order)
    encoder = msgspec.json.Encoder()
    for line in lines:
        yield native.read(encoder.encode(line), source, arrived)


def _order(line: _Line) -> tuple[datetime, str]:
    return (line.time, line.id)


def _assessments(path: Path) -> dict[str, tuple[str, str]]:
    """Give each assessment's presentation and its name as an object."""
    things: dict[str, tuple[str, str]] = {}
    for number, row in _rows(path, COLUMNS[ASSESSMENTS]):
        name = row["id_assessment"]
        kind = KIND_OF_TYPE.get(row["assessment_type"])
        if not name or kind is None:
            raise BadBody(f"{path}:{number}: not an assessment of type TMA, CMA or Exam")
        things[name] = (f"{row['code_module']}-{row['code_presentation']}", f"{kind}:{name}")
    return things


def _registration(row: Row) -> list[_Line]:
    """Give an enrolment and, where there is one, its end."""
    presentation = f"{row['code_module']}-{row['code_presentation']}"
    learner, course = _learner(row), f"course:{presentation}"
    key = f"oulad:{presentation}:{learner}"
    left = row["date_unregistration"]
    lines = []
    if row["date_registration"] or not left:
        when = _instant(presentation, row["date_registration"], MORNING)
        lines.append(_Line(f"{key}:enrolled", when, learner, course, course, Word.ENROLLED))
    if left:
        when = _instant(presentation, left, AFTERNOON)
        lines.append(_Line(f"{key}:unenrolled", when, learner, course, course, Word.UNENROLLED))
    return lines


def _learner(row: Row) -> str:
    if not row["id_student"].strip():
        raise _UnusableRowError("learner: the cell is empty")
    return row["id_student"]


def _result(row: Row, things: dict[str, tuple[str, str]]) -> _Line:
    """Give a submission, with its mark if it has one."""
    found = things.get(row["id_assessment"])
    if found is None:
        raise _UnusableRowError(f"object: no assessment {row['id_assessment'][:40]}")
    presentation, thing = found
    score = row["score"].strip()
    if score and not _NUMBER.match(score):
        raise _UnusableRowError(f"score: {score[:40]} is not a number")
    learner = _learner(row)
    return _Line(
        f"oulad:{presentation}:{learner}:{row['id_assessment']}",
        _instant(presentation, row["date_submitted"], NOON),
        learner,
        f"course:{presentation}",
        thing,
        Word.SUBMITTED,
        _Mark(msgspec.Raw(str(Decimal(score)).encode())) if score else None,
    )


def start_of(presentation: str) -> date | None:
    """Give the start date of a presentation such as `AAA-2013J`, None if it has no such name."""
    found = _PRESENTATION.search(presentation.rpartition("-")[2])
    return date(int(found["year"]), START_MONTH[found["half"]], 1) if found else None


def _instant(presentation: str, day: str, hour: time) -> datetime:
    """Give an hour of a numbered day of a presentation."""
    start = start_of(presentation)
    if start is None:
        raise _UnusableRowError(f"time: {presentation[:40]} has no start like 2013J or 2014B")
    if not _DAY.match(day.strip()) or abs(int(day)) > MAX_DAYS:
        raise _UnusableRowError(f"time: {day[:40] or 'an empty cell'} is not a day's number")
    return datetime.combine(start + timedelta(days=int(day)), hour, UTC)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    """Give the rows of a table with their line numbers; a short row has empty cells."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            missing = set(columns) - set(reader.fieldnames or ())
            if missing:
                raise BadBody(f"{path}: no column {', '.join(sorted(missing))}")
            for row in reader:
                yield reader.line_num, {name: row[name] for name in columns}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadBody(f"{path}: {error}") from None


def _refused(path: Path, number: int, row: Row, error: _UnusableRowError) -> Received:
    """Put a row aside, with the place where it stands."""
    raw = msgspec.json.encode({**row, "file": path.name, "line": str(number)})
    code, _, sentence = str(error).partition(": ")
    return refused(raw, f"{code}: {path.name} line {number}: {sentence}")
