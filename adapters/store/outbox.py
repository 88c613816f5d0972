"""
The outbox in the database: the promises of notifications.outbox, kept by single statements.

Every write of a worker is fenced by owner and status in its own WHERE, so a worker that was
frozen past its lease changes nothing. On PostgreSQL a claim locks in a materialised part of
the statement; a plain sub-select may be run again for each row and take more than its limit.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    RowMapping,
    String,
    TextClause,
    bindparam,
    text,
)

from adapters.store.bulk import Row
from adapters.store.database import Database
from engine.calendar import Micros, instant, micros
from notifications.outbox import (
    Entry,
    Kind,
    OutboxRow,
    Recovered,
    Settlement,
    Status,
)

_DUE = (
    "SELECT id FROM outbox WHERE status = 'queued' AND kind = :kind AND not_before <= :now "
    "AND (retry_at IS NULL OR retry_at <= :machine) ORDER BY priority, not_before, id LIMIT :limit"
)
_CLAIMED = (
    "SET status = 'claimed', owner = :owner, lease_until = :lease, retry_at = NULL, "
    "attempts = attempts + 1"
)
_CLAIM_SQLITE = text(f"UPDATE outbox {_CLAIMED} WHERE id IN ({_DUE}) RETURNING *")
_CLAIM_POSTGRESQL = text(
    f"WITH due AS MATERIALIZED ({_DUE} FOR UPDATE SKIP LOCKED) "
    f"UPDATE outbox o {_CLAIMED} FROM due WHERE o.id = due.id RETURNING o.*"
)
_WIRE = text(
    "UPDATE outbox SET status = 'wire', lease_until = :lease "
    "WHERE id = :id AND owner = :owner AND status = 'claimed'"
)
_SETTLE = text(
    "UPDATE outbox SET status = :status, reason = :reason, retry_at = :retry, owner = '', "
    "lease_until = NULL, attempts = attempts - :back, bad_address = :bad, settled = :machine "
    "WHERE id = :id AND owner = :owner AND status IN ('claimed', 'wire')"
)


_ENTRY = (
    "key", "kind", "learner", "category", "recipient", "data", "not_before", "status",
    "expires_at", "priority", "reason", "by",
)  # fmt: skip
_QUOTED = tuple(f'"{name}"' for name in _ENTRY)
_ADD = text(
    f"INSERT INTO outbox ({', '.join(_QUOTED)}) VALUES (:{', :'.join(_ENTRY)}) "  # noqa: S608 - names are ours
    "ON CONFLICT (key) DO NOTHING"
)


def _by_ids(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("ids", expanding=True, type_=BigInteger()))


_RELEASE = _by_ids(
    "UPDATE outbox SET status = 'queued', owner = '', lease_until = NULL, attempts = attempts - 1 "
    "WHERE id IN :ids AND owner = :owner AND status = 'claimed'"
)
_EXTEND = _by_ids(
    "UPDATE outbox SET lease_until = :lease "
    "WHERE id IN :ids AND owner = :owner AND status IN ('claimed', 'wire')"
)
_REQUEUE = _by_ids(
    "UPDATE outbox SET status = 'queued', attempts = 0, reason = '', retry_at = NULL, "
    "expires_at = NULL, settled = NULL, "
    "not_before = CASE WHEN not_before < :now THEN not_before ELSE :now END "
    "WHERE id IN :ids AND status IN ('held', 'failed', 'in_doubt', 'expired')"
)
_BACK = text(
    "UPDATE outbox SET status = 'queued', owner = '', lease_until = NULL "
    "WHERE lease_until <= :machine AND (status = 'claimed' "
    "OR (status = 'wire' AND category IN :resend)) RETURNING id"
).bindparams(bindparam("resend", expanding=True, type_=String()))
_DOUBT = text(
    "UPDATE outbox SET status = 'in_doubt', owner = '', lease_until = NULL, "
    "reason = 'lease_ran_out', settled = :machine "
    "WHERE lease_until <= :machine AND status = 'wire' RETURNING id"
)
_EXPIRE = text(
    "UPDATE outbox SET status = 'expired', reason = 'too_late' "
    "WHERE status IN ('held', 'queued') AND expires_at <= :now"
)
_HOLD = text(
    "UPDATE outbox SET status = 'held', reason = 'mode_hold' "
    "WHERE status = 'queued' AND kind = :kind"
)
_LISTED = text(
    "SELECT * FROM outbox WHERE status = :status AND id > :after ORDER BY id LIMIT :limit"
)
_COUNTS = text("SELECT kind, status, count(*) FROM outbox GROUP BY kind, status")
_BY_LEARNER = text("SELECT * FROM outbox WHERE learner = :learner ORDER BY id LIMIT :limit")


def row_of(entry: Entry) -> Row:
    """Give an entry as a row for `hotpath.add_outbox`."""
    return (
        entry.key,
        entry.kind.value,
        entry.learner,
        entry.category,
        entry.recipient,
        entry.data,
        micros(entry.not_before),
        entry.status.value,
        None if entry.expires_at is None else micros(entry.expires_at),
        entry.priority,
        entry.reason,
        entry.by,
    )


class SqlOutbox:
    """An `OutboxStore` in a database. Safe to use from several threads and processes."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def add(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        """Store entries whose key is new, and return the new keys."""

        def work(connection: Connection) -> tuple[str, ...]:
            return tuple(
                entry.key
                for entry in entries
                if connection.execute(_ADD, dict(zip(_ENTRY, row_of(entry), strict=True))).rowcount
            )

        return self._database.run(work) if entries else ()

    def claim(
        self,
        *,
        kind: Kind,
        owner: str,
        limit: int,
        now: datetime,
        machine: datetime,
        lease_until: datetime,
    ) -> tuple[OutboxRow, ...]:
        """Take rows that may go, in order."""
        claim = _CLAIM_SQLITE if self._database.is_sqlite else _CLAIM_POSTGRESQL
        given = {
            "kind": kind.value,
            "owner": owner,
            "limit": limit,
            "now": micros(now),
            "machine": micros(machine),
            "lease": micros(lease_until),
        }
        found = self._database.run(lambda c: c.execute(claim, given).mappings().all())
        return tuple(
            sorted(map(_row, found), key=lambda row: (row.priority, row.not_before, row.id))
        )

    def mark_wire(self, row_id: int, *, owner: str, lease_until: datetime) -> bool:
        """Note that the message is about to leave."""
        return self._change(_WIRE, id=row_id, owner=owner, lease=micros(lease_until)) > 0

    def settle(self, row_id: int, *, owner: str, settlement: Settlement, machine: datetime) -> bool:
        """Write the end of a try."""
        changed = self._change(
            _SETTLE,
            id=row_id,
            owner=owner,
            status=settlement.status.value,
            reason=settlement.reason.replace("\x00", "�"),
            retry=None if settlement.retry_at is None else micros(settlement.retry_at),
            back=0 if settlement.counts else 1,
            bad=settlement.bad_address,
            machine=micros(machine),
        )
        return changed > 0

    def release(self, row_ids: Collection[int], *, owner: str) -> int:
        """Give claimed rows back with their try."""
        return self._change(_RELEASE, ids=list(row_ids), owner=owner)

    def extend(self, row_ids: Collection[int], *, owner: str, lease_until: datetime) -> int:
        """Prolong leases."""
        return self._change(_EXTEND, ids=list(row_ids), owner=owner, lease=micros(lease_until))

    def recover(self, *, machine: datetime, resend: Collection[str]) -> Recovered:
        """Take back rows whose lease has run out."""
        given = {"machine": micros(machine), "resend": list(resend)}

        def work(connection: Connection) -> Recovered:
            back = connection.execute(_BACK, given).scalars().all()
            doubt = connection.execute(_DOUBT, {"machine": given["machine"]}).scalars().all()
            return Recovered(tuple(sorted(back)), tuple(sorted(doubt)))

        return self._database.run(work)

    def expire(self, *, now: datetime) -> int:
        """End what is worth nothing any more."""
        return self._change(_EXPIRE, now=micros(now))

    def hold(self, *, kind: Kind) -> int:
        """Hold back what is queued."""
        return self._change(_HOLD, kind=kind.value)

    def requeue(self, row_ids: Collection[int], *, now: datetime) -> int:
        """Queue rows anew, as a person asked."""
        return self._change(_REQUEUE, ids=list(row_ids), now=micros(now))

    def listed(self, status: Status, *, limit: int = 100, after: int = 0) -> tuple[OutboxRow, ...]:
        """Rows of a status with an id above `after`, by id."""
        return self._read(_LISTED, status=status.value, after=after, limit=limit)

    def of_learner(self, learner: str, *, limit: int = 100) -> tuple[OutboxRow, ...]:
        """Rows of a learner, by id."""
        return self._read(_BY_LEARNER, learner=learner, limit=limit)

    def counts(self) -> dict[tuple[Kind, Status], int]:
        """Count the rows by kind and status; what has none is left out."""
        with self._database.read() as connection:
            rows = connection.execute(_COUNTS).all()
        return {(Kind(kind), Status(status)): number for kind, status, number in rows}

    def _read(self, statement: TextClause, **given: object) -> tuple[OutboxRow, ...]:
        with self._database.read() as connection:
            return tuple(map(_row, connection.execute(statement, given).mappings().all()))

    def _change(self, statement: TextClause, **given: object) -> int:
        def work(connection: Connection) -> int:
            result: CursorResult[tuple[object, ...]] = connection.execute(statement, given)
            return result.rowcount

        return self._database.run(work)


def _instant(value: Micros | None) -> datetime | None:
    return None if value is None else instant(value)


def _row(found: RowMapping) -> OutboxRow:
    return OutboxRow(
        id=found["id"],
        key=found["key"],
        kind=Kind(found["kind"]),
        learner=found["learner"],
        category=found["category"],
        recipient=found["recipient"],
        data=found["data"],
        not_before=instant(found["not_before"]),
        attempts=found["attempts"],
        status=Status(found["status"]),
        expires_at=_instant(found["expires_at"]),
        priority=found["priority"],
        reason=found["reason"],
        owner=found["owner"],
        lease_until=_instant(found["lease_until"]),
        retry_at=_instant(found["retry_at"]),
    )
