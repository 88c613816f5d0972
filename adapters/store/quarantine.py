"""
What could not be used, with its bytes and the reason: listed, tried again or dropped by a person.

The same bytes of the same source are kept once, so a sender that repeats itself for a week
fills no disk. What was dropped stays dropped when it comes again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, func, select, update

from adapters.store import schema
from adapters.store.database import Database
from engine.calendar import instant


class QuarantineState(StrEnum):
    """What became of it."""

    WAITING = "waiting"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """
    One thing put aside.

    Attributes:
        item: The sender's id of it, or a fingerprint.
        reason: `code: sentence`.
        tries: How often it was tried again by a person.
    """

    id: int
    source: str
    item: str
    raw: bytes
    reason: str
    arrived: datetime
    tries: int
    state: QuarantineState


class Quarantine:
    """The quarantine of one database. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def listed(
        self,
        state: QuarantineState = QuarantineState.WAITING,
        *,
        limit: int = 100,
        after: int = 0,
    ) -> tuple[QuarantineRow, ...]:
        """Give what is in a state, by id, from beyond an id on."""
        table = schema.quarantine
        return self._rows((table.c.state == state.value) & (table.c.id > after), limit=limit)

    def get(self, row_ids: Collection[int]) -> tuple[QuarantineRow, ...]:
        """Give rows by their ids; those that are not there are left out."""
        return self._rows(schema.quarantine.c.id.in_(row_ids), limit=max(len(row_ids), 1))

    def _rows(self, where: ColumnElement[bool], *, limit: int) -> tuple[QuarantineRow, ...]:
        table = schema.quarantine
        asked = select(table).where(where).order_by(table.c.id).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        return tuple(
            QuarantineRow(
                row.id,
                row.source,
                row.item,
                row.raw,
                row.reason,
                instant(row.arrived),
                row.tries,
                QuarantineState(row.state),
            )
            for row in rows
        )

    def counts(self) -> dict[QuarantineState, int]:
        """Count what is in each state."""
        table = schema.quarantine
        asked = select(table.c.state, func.count()).group_by(table.c.state)
        with self._database.read() as connection:
            found: dict[str, int] = dict(connection.execute(asked).tuples().all())
        return {state: found.get(state.value, 0) for state in QuarantineState}

    def drop(self, row_ids: Collection[int]) -> int:
        """Give things up by a person's decision; they stay listed as dropped. How many."""
        table = schema.quarantine
        waiting = table.c.state == QuarantineState.WAITING.value
        change = (
            update(table)
            .where(table.c.id.in_(row_ids), waiting)
            .values(state=QuarantineState.DROPPED.value)
        )
        return self._database.run(lambda connection: connection.execute(change).rowcount)

    def taken(self, row_id: int) -> None:
        """Forget a thing that was usable after all; its bytes are beside the event now."""
        change = delete(schema.quarantine).where(schema.quarantine.c.id == row_id)
        self._database.run(lambda connection: connection.execute(change).rowcount)

    def failed_again(self, row_id: int, reason: str) -> None:
        """Note that a thing was tried again in vain, and why."""
        table = schema.quarantine
        change = (
            update(table)
            .where(table.c.id == row_id)
            .values(tries=table.c.tries + 1, reason=reason, state=QuarantineState.WAITING.value)
        )
        self._database.run(lambda connection: connection.execute(change).rowcount)
