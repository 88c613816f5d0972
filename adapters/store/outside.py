"""Badges from elsewhere, as they were brought, with what their issuers said of them last."""

from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Row, select

from adapters.store import schema
from adapters.store.database import Database
from engine.calendar import Micros

TABLE = schema.outside_badges


class Standing(StrEnum):
    """Whether a badge from elsewhere counts."""

    GOOD = "good"
    FALLEN = "fallen"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRow:
    """
    One badge from elsewhere. Times are the machine's, on whose clock badges are good or not.

    Attributes:
        id: The name that its issuer gave it.
        object: As what it counts: `badge:ISSUER|ACHIEVEMENT`.
        data: The badge, as JSON or as a token.
        brought: When it was brought.
        next_look: When its issuer is to be asked again.
        looked: When it was last known how it stands.
        because: Why it is fallen, "" while it is good.
        doubt: Why it could not be known at the last look, "" where it could.
        doubts: Looks in a row after which it was not known.
        turns: How often it has fallen or come back.
    """

    learner: str
    id: str
    object: str
    title: str
    issuer: str
    data: bytes
    brought: Micros
    next_look: Micros
    looked: Micros
    state: Standing = Standing.GOOD
    because: str = ""
    doubt: str = ""
    doubts: int = 0
    turns: int = 0


class Outside:
    """Badges from elsewhere. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def keep(self, row: OutsideRow) -> None:
        """Keep a badge, in place of what was known of it."""

        def work(connection: Connection) -> None:
            connection.execute(TABLE.delete().where(_is(row)))
            connection.execute(TABLE.insert().values(asdict(row)))

        self._database.run(work)

    def one(self, learner: str, name: str) -> OutsideRow | None:
        """Give a badge, None where none of that name was brought."""
        asked = select(TABLE).where(TABLE.c.learner == learner, TABLE.c.id == name)
        with self._database.read() as connection:
            found = connection.execute(asked).first()
        return None if found is None else _row(found)

    def of_learner(self, learner: str) -> tuple[OutsideRow, ...]:
        """Give what a learner has brought, in order of time."""
        asked = select(TABLE).where(TABLE.c.learner == learner)
        with self._database.read() as connection:
            found = connection.execute(asked.order_by(TABLE.c.brought, TABLE.c.id)).all()
        return tuple(map(_row, found))

    def all(self) -> tuple[OutsideRow, ...]:
        """Give all that was brought, by learner."""
        asked = select(TABLE).order_by(TABLE.c.learner, TABLE.c.brought, TABLE.c.id)
        with self._database.read() as connection:
            return tuple(map(_row, connection.execute(asked).all()))

    def due(self, now: Micros, limit: int) -> tuple[OutsideRow, ...]:
        """Give those whose issuers are to be asked again, the longest due first."""
        asked = select(TABLE).where(TABLE.c.next_look <= now)
        with self._database.read() as connection:
            found = connection.execute(asked.order_by(TABLE.c.next_look).limit(limit)).all()
        return tuple(map(_row, found))

    def claim(self, row: OutsideRow, next_look: Micros) -> bool:
        """Take a look upon oneself and say when the next is; False if another process has it."""
        mine = TABLE.update().where(_is(row), TABLE.c.next_look == row.next_look)
        return self._database.run(
            lambda c: c.execute(mine.values(next_look=next_look)).rowcount > 0
        )

    def settle(self, row: OutsideRow) -> None:
        """Note what came of a look; when the next is, is left as it was claimed."""
        names = ("looked", "state", "because", "doubt", "doubts", "turns")
        values = {name: getattr(row, name) for name in names}
        self._database.run(lambda c: c.execute(TABLE.update().where(_is(row)).values(values)))


def _is(row: OutsideRow) -> ColumnElement[bool]:
    return (TABLE.c.learner == row.learner) & (TABLE.c.id == row.id)


def _row(row: Row[tuple[object, ...]]) -> OutsideRow:
    return OutsideRow(
        learner=row.learner,
        id=row.id,
        object=row.object,
        title=row.title,
        issuer=row.issuer,
        data=bytes(row.data),
        brought=row.brought,
        next_look=row.next_look,
        looked=row.looked,
        state=Standing(row.state),
        because=row.because,
        doubt=row.doubt,
        doubts=row.doubts,
        turns=row.turns,
    )
