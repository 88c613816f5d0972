"""
People, enrolments, grades and due dates from CSV tables, as registrars and spreadsheets write them.

Which table it is, its header tells: one with an object and a due date is due dates, one with an
object is grades, one with a course is enrolments, one with neither is people. Columns may be
called many things, cells are separated by comma, semicolon or tab. A day without a time is its
noon in UTC, which is the same day nearly everywhere; a due day lasts to its end on the course's
clock. Each row becomes one line of Milepost's own form, and that is what is stored.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

import msgspec

from adapters.inbound import native
from adapters.inbound.native import RESERVED
from adapters.inbound.native_line import Line, Mark
from adapters.inbound.received import (
    UNREADABLE,
    BadBody,
    Received,
    fingerprint,
    number_problem,
    refused,
)
from engine.events import Word

ALIASES: dict[str, tuple[str, ...]] = {
    "learner": (
        "learner", "learner id", "user", "user id", "userid", "username", "user name", "login",
        "student", "student id", "studentid", "id student", "participant",
    ),
    "name": ("name", "full name", "fullname", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("email", "e mail", "mail", "email address", "e mail address"),
    "zone": ("zone", "time zone", "timezone", "tz"),
    "language": ("language", "lang", "locale"),
    "course": ("course", "course id", "courseid", "class", "course code"),
    "enrolled": (
        "enrolled", "enrolled on", "enrolled at", "enroled", "enrolment date", "enrollment date",
        "start", "start date", "started",
    ),
    "unenrolled": (
        "unenrolled", "unenrolled on", "unenrolled at", "withdrawn", "left", "end", "end date",
    ),
    "role": ("role",),
    "due": ("due", "due date", "due at", "due on", "deadline", "extension", "extended to"),
    "group": ("group", "group name"),
    "for": ("for", "due for"),
    "object": (
        "object", "activity", "assignment", "quiz", "item", "grade item", "assessment",
    ),
    "score": ("score", "grade", "mark", "points", "raw", "result"),
    "min": ("min", "minimum", "min score", "min grade"),
    "max": (
        "max", "maximum", "out of", "max score", "max grade", "max points", "points possible",
    ),
    "time": (
        "time", "date", "timestamp", "graded", "graded at", "graded on", "submitted",
        "submitted at", "submitted on",
    ),
    "is": ("is", "event", "what"),
    "attempt": ("attempt", "attempt id"),
    "thread": ("thread", "thread id"),
    "id": ("id", "event id"),
}  # fmt: skip
"""What a column is, and what it may be called, in lower case with single spaces."""

MEANING = {alias: column for column, aliases in ALIASES.items() for alias in aliases}
DELIMITERS = (",", ";", "\t")

PEOPLE_HAVE = frozenset({"name", "first", "last", "email", "zone", "language"})

_SEPARATORS = re.compile(r"[\s_\-.]+")
_PERCENT = re.compile(r"(?P<number>[^%]+?)\s*%\Z")
_encoder = msgspec.json.Encoder(decimal_format="number")

Row = dict[str, str]


class _UnusableRowError(Exception):
    """A row that says nothing; the message is `code: sentence`."""


@dataclass(frozen=True, slots=True)
class Table:
    """
    What a header tells of a table.

    Attributes:
        kind: people, enrolments, grades or due dates.
        columns: What each column is; one that is none of ours has its own name, in lower case.
        delimiter: What separates the cells.
    """

    kind: str
    columns: tuple[str, ...]
    delimiter: str


def recognise(header: str) -> Table:
    """
    Tell from its first line which table it is.

    Raises:
        BadBody: There is no learner, nothing about one, or a column twice.
    """
    text = header.removeprefix("\ufeff").rstrip("\r\n")
    delimiter = max(DELIMITERS, key=text.count)
    cells = next(csv.reader([text], delimiter=delimiter), [])
    plain = [_SEPARATORS.sub(" ", cell).strip().casefold() for cell in cells]
    columns = tuple(MEANING.get(name, name) for name in plain)
    if "learner" not in columns and "id" in columns:
        columns = tuple("learner" if name == "id" else name for name in columns)
    if "learner" not in columns:
        raise BadBody(f"the header has no column for the learner: {text[:200]}")
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise BadBody(f"the header has two columns for {', '.join(twice)}: {text[:200]}")
    if "object" in columns and "due" in columns and not {"score", "is"} & set(columns):
        return Table("due dates", columns, delimiter)
    if "object" in columns:
        return Table("grades", columns, delimiter)
    if "course" in columns:
        return Table("enrolments", columns, delimiter)
    if PEOPLE_HAVE & set(columns):
        return Table("people", columns, delimiter)
    raise BadBody(f"the header is none of people, enrolments or grades: {text[:200]}")


def read(lines: Iterable[str], source: str, arrived: datetime) -> Iterator[Received]:
    """
    Read a table, row by row.

    Args:
        lines: Its lines, the header first.
        source: Whose events these are.
        arrived: When it came; the time of people, and of enrolments without a date.

    Raises:
        BadBody: Its header tells no table, or it is not CSV.
    """
    rest = iter(lines)
    table = recognise(next(rest, ""))
    reader = csv.reader(rest, delimiter=table.delimiter)
    try:
        for cells in reader:
            row = {
                name: cell.strip()
                for name, cell in zip(table.columns, cells, strict=False)
                if name and cell.strip()
            }
            if row:
                yield from _events(table, row, reader.line_num + 1, source, arrived)
    except csv.Error as error:
        raise BadBody(f"line {reader.line_num + 1}: {error}") from None


def _events(
    table: Table, row: Row, number: int, source: str, arrived: datetime
) -> Iterator[Received]:
    """Give what one row says: one event, two where an enrolment has ended, or a reason."""
    try:
        match table.kind:
            case "people":
                bodies = [_person(row, arrived)]
            case "enrolments":
                bodies = _enrolment(row, arrived)
            case "due dates":
                bodies = [_due(row, arrived)]
            case _:
                bodies = [_grade(row)]
    except (_UnusableRowError, *UNREADABLE) as error:
        yield _refused(row, number, str(error))
        return
    for body in bodies:
        received = native.read(body, source, arrived)
        if received.event is None:
            yield _refused(row, number, received.reason)
        else:
            yield received


def _refused(row: Row, number: int, reason: str) -> Received:
    code, _, sentence = reason.partition(": ")
    raw = msgspec.json.encode({**row, "line": str(number)})
    return refused(raw, f"{code}: line {number}: {sentence}")


def _learner(row: Row) -> str:
    if "learner" not in row:
        raise _UnusableRowError("learner: the cell is empty")
    return row["learner"]


def _person(row: Row, arrived: datetime) -> bytes:
    """Write what is known of a person; further columns are kept under their names."""
    fields = {name: text for name, text in row.items() if name not in RESERVED}
    whole = " ".join(row[part] for part in ("first", "last") if part in row)
    if whole and "name" not in row:
        fields["name"] = whole
    line = Line(
        time=_time(row["time"]) if "time" in row else arrived,
        learner=_learner(row),
        word=Word.PROFILE,
        fields=fields,
    )
    return _identified(line, row)


def _enrolment(row: Row, arrived: datetime) -> list[bytes]:
    """Write an enrolment and, where there is one, its end."""
    learner = _learner(row)
    if "course" not in row:
        raise _UnusableRowError("object: the cell of the course is empty")
    course = row["course"]
    key = fingerprint(msgspec.json.encode(["enrolment", learner, course, row.get("enrolled", "")]))
    since = row.get("enrolled") or row.get("time")
    enrolled = Line(
        id=key,
        time=_time(since) if since else arrived,
        learner=learner,
        course=course,
        object=course,
        word=Word.ENROLLED,
        role=""
        if row.get("role", "").casefold() in {"student", "learner"}
        else row.get("role", ""),
    )
    if "unenrolled" not in row:
        return [_encoder.encode(enrolled)]
    end = Line(
        id=f"{key}:unenrolled",
        time=_time(row["unenrolled"]),
        learner=learner,
        course=course,
        object=course,
        word=Word.UNENROLLED,
    )
    return [_encoder.encode(enrolled), _encoder.encode(end)]


def _due(row: Row, arrived: datetime) -> bytes:
    """Write a due date: of the learner, of a group of hers, or of everybody; empty is none."""
    learner = _learner(row)
    if "object" not in row:
        raise _UnusableRowError("object: the cell is empty")
    fields: dict[str, str] = {name: row[name] for name in ("group", "for") if name in row}
    said = row.get("due", "")
    due: datetime | None = None
    try:
        fields["day"] = date.fromisoformat(said).isoformat()
    except ValueError:
        due = _time(said) if said else None
    line = Line(
        time=_time(row["time"]) if "time" in row else arrived,
        learner=learner,
        course=row.get("course", ""),
        object=row["object"],
        word=Word.DUE,
        due=due,
        undone=not said,
        fields=fields,
    )
    return _identified(line, row)


def _grade(row: Row) -> bytes:
    """Write a grade; without a score it says that something was handed in."""
    learner = _learner(row)
    if "object" not in row:
        raise _UnusableRowError("object: the cell is empty")
    if "time" not in row:
        raise _UnusableRowError("time: missing; add a column with the time or day of the grade")
    score = _mark(row)
    line = Line(
        time=_time(row["time"]),
        learner=learner,
        course=row.get("course", ""),
        object=row["object"],
        word=row.get("is") or (Word.SUBMITTED if score is None else Word.GRADED),
        score=score,
        attempt=row.get("attempt", ""),
        fields={"thread": row["thread"]} if "thread" in row else {},
    )
    return _identified(line, row)


def _identified(line: Line, row: Row) -> bytes:
    """Write a line with its own id, or the fingerprint of its row: arrival is no part of it."""
    name = row.get("id") or fingerprint(msgspec.json.encode([line.word, row]))
    return _encoder.encode(msgspec.structs.replace(line, id=name))


def _mark(row: Row) -> Mark | None:
    """Give the score of a row: points, or a percentage."""
    if "score" not in row:
        return None
    percent = _PERCENT.match(row["score"])
    if percent:
        return Mark(_number("score", percent["number"]), None, Decimal(100))
    low = _number("min", row["min"]) if "min" in row else None
    high = _number("max", row["max"]) if "max" in row else None
    return Mark(_number("score", row["score"]), low, high)


def _number(name: str, text: str) -> Decimal:
    """Give a number as it is written, with a point or a decimal comma."""
    plain = text.replace(",", ".") if "." not in text and text.count(",") == 1 else text
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise _UnusableRowError(f"score: {name} {text[:40]} is not a number") from None
    if problem := number_problem(name, number):
        raise _UnusableRowError(problem)
    return number


def _time(text: str) -> datetime:
    """Give an instant, or the noon of a day in UTC."""
    try:
        return datetime.combine(date.fromisoformat(text), time(12), UTC)
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise _UnusableRowError(
            f"time: {text[:40]} is not like 2025-03-03 or 2025-03-03T10:00:00+01:00"
        ) from None
    if instant.tzinfo is None:
        raise _UnusableRowError(
            f"time: {text[:40]} has no zone; write it like 2025-03-03T10:00:00+01:00"
        )
    return instant
