"""What people are asked about learners, and what they have answered, as people list it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Row, func, select

from adapters.store import schema
from adapters.store.bulk import Row as Values
from adapters.store.database import Database
from engine.answers import approvers, conclude
from engine.calendar import instant
from engine.ledger import WITHDRAWN
from engine.record import Record

_names = msgspec.msgpack.Decoder(tuple[str, ...])
_encoder = msgspec.msgpack.Encoder()
DRAFT = "draft "

SITE = "site"
"""What an LMS calls the course whose roles are those of the whole site."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """
    A question to a person; the fields are those of engine.ledger.Review.

    Attributes:
        key: Its name, by which it is answered.
        course: The canonical course, "" if none.
        approved: Who has approved so far.
        answer: `approved` or `declined`, "" while it waits.
        said: Who answered, and why, in a sentence.
    """

    key: str
    learner: str
    thing: str
    kind: str
    text: str
    at: datetime
    course: str
    people: int
    role: str
    evidence: tuple[str, ...]
    approved: tuple[str, ...]
    answer: str
    settled: datetime | None
    said: str

    @property
    def who_may(self) -> str:
        """Say whose word is asked for."""
        if self.people == 1:
            return self.role or "one person"
        return f"{self.people} {f'{self.role}s' if self.role else 'people'}"


class Reviews:
    """Reads what people are asked. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Read from a database."""
        self._database = database

    def waiting(self, *, limit: int = 100) -> tuple[ReviewRow, ...]:
        """Give what waits for an answer, the oldest first."""
        table = schema.reviews
        asked = select(table).where(table.c.answer == "").order_by(table.c.at, table.c.key)
        with self._database.read() as connection:
            return tuple(map(_row, connection.execute(asked.limit(limit)).all()))

    def number_waiting(self) -> int:
        """Count what waits for an answer."""
        table = schema.reviews
        asked = select(func.count()).select_from(table).where(table.c.answer == "")
        with self._database.read() as connection:
            return connection.execute(asked).scalar_one()

    def people_with(self, role: str, courses: Collection[str] = ()) -> tuple[str, ...]:
        """Give who has a role now, in one of these courses or the site if any are named; sorted."""
        table = schema.staff
        asked = select(table.c.person).where(table.c.role == role, table.c.present).distinct()
        if courses:
            asked = asked.where(table.c.course.in_([*courses, SITE]))
        with self._database.read() as connection:
            return tuple(connection.execute(asked.order_by(table.c.person)).scalars())

    def named(self, key: str) -> tuple[ReviewRow, ...]:
        """Give the reviews whose key begins so; two at most."""
        table = schema.reviews
        begins = func.substr(table.c.key, 1, len(key)) == key
        with self._database.read() as connection:
            found = connection.execute(select(table).where(begins).order_by(table.c.key).limit(2))
            return tuple(map(_row, found.all()))


def _row(row: Row[tuple[object, ...]]) -> ReviewRow:
    settled = row.settled
    return ReviewRow(
        row.key,
        row.learner,
        row.thing,
        row.kind,
        row.text,
        instant(row.at),
        row.course,
        row.people,
        row.role,
        _names.decode(row.evidence),
        _names.decode(row.approved),
        row.answer,
        None if settled is None else instant(settled),
        row.said,
    )


def review_rows(record: Record) -> list[Values]:
    """Give what people are asked about a learner, as rows of `reviews`; drafts ask nobody."""
    found: list[Values] = []
    for key, review in record.ledger.reviews.items():
        if review.thing.startswith(DRAFT):
            continue
        answered = review.answer not in ("", WITHDRAWN)
        concluded = conclude(key, review, record) if answered else None
        found.append(
            (
                key,
                record.learner,
                review.thing,
                review.kind,
                review.text,
                review.at,
                review.occasion.course if review.occasion else "",
                review.people,
                review.role,
                _encoder.encode(review.evidence),
                _encoder.encode(approvers(key, record)),
                review.answer,
                review.settled,
                str(concluded) if concluded else review.answer,
            )
        )
    return found
