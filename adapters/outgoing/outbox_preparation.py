"""
The statements by which rows of the outbox are made ready to leave, each once a batch.

Only one process prepares at a time on PostgreSQL, so that two of them can't each give a
learner the last message of her day; on SQLite a transaction that writes is alone anyway.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, text

from adapters.store.hotpath import add_outbox
from adapters.store.outbox import row_of
from engine.calendar import Micros, micros
from engine.record import Record, decode_record
from notifications.outbox import Entry, Kind, Status

PREPARING = 7_214_300_519
"""PostgreSQL's advisory lock; any number will do that nobody else takes."""

NO_WEBHOOK = "no_webhook_url"

OPENING = b'{"key":'
"""How an effect begins in a row (see effects.py); neither a message nor a call does."""

_MARK = {"opening": OPENING, "length": len(OPENING)}

_WAITING = text(
    "SELECT id, key, kind, learner, data, not_before FROM outbox WHERE status = 'queued' "
    "AND not_before <= :now AND substr(data, 1, :length) = :opening "
    "ORDER BY priority, not_before, id LIMIT :limit"
)
_HOLD_CALLS = text(
    "UPDATE outbox SET status = 'held', reason = :reason WHERE status = 'queued' "
    "AND kind = 'webhook' AND substr(data, 1, :length) = :opening"
)
_PREPARED = text(
    "UPDATE outbox SET status = :status, data = :data, recipient = :recipient, "
    "category = :category, not_before = :not_before, reason = :reason "
    "WHERE id = :id AND status = 'queued' AND substr(data, 1, :length) = :opening"
)
_RECORDS = text("SELECT learner, blob FROM records WHERE learner IN :learners AND version > 0")
_COUNTED = text(
    "SELECT learner, recipient, category, not_before FROM outbox WHERE learner IN :learners "
    "AND (kind = 'email' OR category <> 'changes') "
    "AND status NOT IN ('suppressed', 'failed', 'expired', 'held') "
    "AND substr(data, 1, :length) <> :opening"
)
_DEAD = text("SELECT DISTINCT recipient FROM outbox WHERE learner IN :learners AND bad_address")
_OWNERS = text("SELECT DISTINCT owner FROM outbox WHERE status IN ('claimed', 'wire')")
_ABANDON = text(
    "UPDATE outbox SET lease_until = :machine WHERE owner IN :owners "
    "AND status IN ('claimed', 'wire') AND lease_until > :machine"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row that may go and is not a message yet; `data` is the effect."""

    id: int
    key: str
    kind: Kind
    learner: str
    data: bytes | None
    not_before: Micros


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a waiting row becomes."""

    id: int
    status: Status
    data: bytes | None
    recipient: str
    category: str
    not_before: Micros
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A message that a learner was written, for the cap of a day."""

    learner: str
    recipient: str
    category: str
    not_before: Micros


def take_turn(connection: Connection) -> bool:
    """Say whether this transaction may prepare; False if another process is at it."""
    if connection.dialect.name == "sqlite":
        return True
    taken = connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(%s)", (PREPARING,))
    return bool(taken.scalar())


def waiting(connection: Connection, now: datetime, limit: int) -> tuple[Waiting, ...]:
    """Give rows that may go and are not messages yet, in the order in which they leave."""
    found = connection.execute(_WAITING, {"now": micros(now), "limit": limit, **_MARK})
    return tuple(
        Waiting(row_id, key, Kind(kind), learner, data, not_before)
        for row_id, key, kind, learner, data, not_before in found
    )


def hold_calls(connection: Connection) -> int:
    """Hold calls for which no address is configured; they are listed with that reason."""
    return connection.execute(_HOLD_CALLS, {"reason": NO_WEBHOOK, **_MARK}).rowcount


def put_prepared(
    connection: Connection, prepared: Collection[Prepared], further: Iterable[Entry]
) -> None:
    """Write what rows have become, and the copies that came of them."""
    if prepared:
        rows = [
            {
                "id": each.id,
                "status": each.status.value,
                "data": each.data,
                "recipient": each.recipient,
                "category": each.category,
                "not_before": each.not_before,
                "reason": each.reason,
                **_MARK,
            }
            for each in prepared
        ]
        connection.execute(_PREPARED, rows)
    rows_of_copies = [row_of(entry) for entry in further]
    if rows_of_copies:
        add_outbox(connection, rows_of_copies)


def records_of(connection: Connection, people: Collection[str]) -> Mapping[str, Record]:
    """Give the records of people; who is not known is left out."""
    if not people:
        return {}
    asked = _RECORDS.bindparams(bindparam("learners", expanding=True))
    found = connection.execute(asked, {"learners": sorted(people)})
    return {learner: decode_record(blob) for learner, blob in found if blob}


def counted(connection: Connection, learners: Collection[str]) -> list[Counted]:
    """Give the messages that learners have been written, or soon will be."""
    asked = _COUNTED.bindparams(bindparam("learners", expanding=True))
    given = {"learners": sorted(learners), **_MARK}
    return [Counted(*row) for row in connection.execute(asked, given)]


def dead_addresses(connection: Connection, learners: Collection[str]) -> frozenset[str]:
    """Give the addresses of these learners' messages that were found to be no mailbox."""
    asked = _DEAD.bindparams(bindparam("learners", expanding=True))
    return frozenset(connection.execute(asked, {"learners": sorted(learners)}).scalars())


def owners_in_hand(connection: Connection) -> tuple[str, ...]:
    """Give the names of the workers that have rows in hand."""
    return tuple(connection.execute(_OWNERS).scalars())


def abandon(connection: Connection, owners: Collection[str], machine: datetime) -> int:
    """End the leases of workers that are known to be dead; the next `recover` takes the rows."""
    asked = _ABANDON.bindparams(bindparam("owners", expanding=True))
    given = {"owners": sorted(owners), "machine": micros(machine)}
    return connection.execute(asked, given).rowcount
