"""
The few statements that every batch of events needs, each once a batch whatever its size.

A row at a time inside one transaction costs four times as much; five to eight set-based
statements do. Locks are always taken in one order: event keys sorted, then learners sorted,
and only then what belongs to a learner (timers, decisions, outbox). So services that share a
PostgreSQL wait for one another and do not deadlock.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from adapters.store.bulk import Bulk, Row
from adapters.store.eventrow import COLUMNS, EventRow
from adapters.store.failures import Conflict
from engine.calendar import Micros

EventKey = tuple[str, str]
"""Source and id."""


class StoredRecord(NamedTuple):
    """A record's row; version 0 with an empty blob is a learner of whom nothing is known."""

    learner: str
    version: int
    needs: str
    asked: str
    blob: bytes


class DueTimer(NamedTuple):
    """A timer whose instant has come; it has been taken out of the table."""

    learner: str
    key: str
    due: Micros


_json = msgspec.json.Encoder()

_EVENTS = Bulk("events", COLUMNS, "(source, id) DO NOTHING")
_RECORDS = Bulk("records", ("learner", "version", "needs", "asked", "blob"))
_NEW_RECORDS = Bulk(
    "records", ("learner", "version", "needs", "asked", "blob"), "(learner) DO NOTHING"
)
_DECISIONS = Bulk("decisions",
    ("learner", "did", "thing", "at", "course", "trigger", "firing", "because", "until",
     "fingerprint", "verdict", "level", "draft", "again"),
)  # fmt: skip
_AWARDS = Bulk("awards",
    ("learner", "credential", "number", "at", "evidence", "expires", "ended", "ended_by",
     "fingerprint"),
    "(learner, credential, number) DO UPDATE SET "
    "ended = excluded.ended, ended_by = excluded.ended_by, expires = excluded.expires, "
    "evidence = excluded.evidence",
)  # fmt: skip
_TIMERS = Bulk(
    "timers", ("learner", "key", "due"), "(learner, key) DO UPDATE SET due = excluded.due"
)
_OUTBOX = Bulk("outbox",
    ("key", "kind", "learner", "category", "recipient", "data", "not_before", "status",
     "expires_at", "priority", "reason", "by"),
    "(key) DO NOTHING",
)  # fmt: skip
_REVIEWS = Bulk("reviews",
    ("key", "learner", "thing", "kind", "text", "at", "course", "people", "role", "evidence",
     "approved", "answer", "settled", "said"),
    "(key) DO UPDATE SET thing = excluded.thing, approved = excluded.approved, "
    "answer = excluded.answer, settled = excluded.settled, said = excluded.said",
)  # fmt: skip
_STAFF = Bulk(
    "staff",
    ("course", "role", "person", "at", "event", "present"),
    "(course, role, person) DO UPDATE SET at = excluded.at, event = excluded.event, "
    "present = excluded.present WHERE (excluded.at, excluded.event) > (staff.at, staff.event)",
)
_QUARANTINE = Bulk(
    "quarantine",
    ("source", "item", "digest", "raw", "reason", "arrived", "tries", "state"),
    "(source, digest) DO NOTHING",
)


# --- events ------------------------------------------------------------------------------


def insert_events(connection: Connection, rows: Sequence[Row]) -> frozenset[EventKey] | None:
    """
    Insert events that are not there yet.

    Args:
        connection: In a transaction that writes.
        rows: Of eventrow.COLUMNS, each (source, id) once, sorted by it.

    Returns:
        The keys that are new; None where all are, which is the rule and costs nothing to say.
    """
    if connection.dialect.name == "sqlite":
        # Nobody else can write now, so what lies beyond the last row is ours.
        last = connection.exec_driver_sql("SELECT max(seq) FROM events").scalar() or 0
        if _EVENTS.run(connection, rows) == len(rows):
            return None
        new = connection.exec_driver_sql("SELECT source, id FROM events WHERE seq > ?", (last,))
    else:
        if _EVENTS.run(connection, rows) == len(rows):
            return None
        new = connection.exec_driver_sql(
            "SELECT source, id FROM events WHERE xmin = pg_current_xact_id()::xid "
            "AND (source, id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
            ([row[0] for row in rows], [row[1] for row in rows]),
        )
    return frozenset((source, item) for source, item in new)


def delete_events(connection: Connection, keys: Iterable[EventKey]) -> None:
    """Take back events inserted in this transaction that turned out to be unusable."""
    mark = _mark(connection)
    for key in keys:
        connection.exec_driver_sql(
            f"DELETE FROM events WHERE source = {mark} AND id = {mark}",  # noqa: S608 - a placeholder
            key,
        )


def events_of(connection: Connection, learner: str) -> list[EventRow]:
    """Give all events of a learner, in no order."""
    found = connection.exec_driver_sql(
        "SELECT source, id, learner, at, word, object, course, more FROM events "  # noqa: S608 - a placeholder
        f"WHERE learner = {_mark(connection)}",
        (learner,),
    )
    return list(map(EventRow._make, found))


# --- records -----------------------------------------------------------------------------


def lock_records(connection: Connection, learners: Sequence[str]) -> list[StoredRecord]:
    """
    Lock the rows of learners (sorted, each once) and read them; new ones get a row.

    On SQLite the transaction has the database to itself already, and a learner of whom nothing
    is known has no row; she is left out.
    """
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            "SELECT learner, version, needs, asked, blob FROM records "
            "WHERE learner IN (SELECT value FROM json_each(?))",
            (_json.encode(learners).decode(),),
        )
        return list(map(StoredRecord._make, found.all()))
    known = _locked(connection, learners)
    if len(known) < len(learners):
        there = {record.learner for record in known}
        missing = [learner for learner in learners if learner not in there]
        _NEW_RECORDS.run(connection, [(learner, 0, "", "", b"") for learner in missing])
        known += _locked(connection, missing)
    return known


def _locked(connection: Connection, learners: Sequence[str]) -> list[StoredRecord]:
    found = connection.exec_driver_sql(
        "SELECT learner, version, needs, asked, blob FROM records WHERE learner = ANY(%s::text[]) "
        "ORDER BY learner FOR UPDATE",
        (list(learners),),
    )
    return list(map(StoredRecord._make, found.all()))


def save_records(connection: Connection, records: Sequence[StoredRecord]) -> None:
    """
    Write records back, each with the version it was read at; the row gets the next one.

    Raises:
        Conflict: A row is no longer at its version: somebody wrote it without the lock.
    """
    if connection.dialect.name == "sqlite":
        new: list[Row] = []
        old: list[Row] = []
        for learner, version, needs, asked, blob in records:
            if version:
                old.append((needs, asked, blob, learner, version))
            else:
                new.append((learner, 1, needs, asked, blob))
        _RECORDS.run(connection, new)
        changed = 0
        if old:
            changed = connection.exec_driver_sql(
                "UPDATE records SET version = version + 1, needs = ?, asked = ?, blob = ? "
                "WHERE learner = ? AND version = ?",
                old,
            ).rowcount
        changed += len(new)
    else:
        columns = tuple(list(column) for column in zip(*records, strict=True))
        changed = connection.exec_driver_sql(
            "UPDATE records r SET version = r.version + 1, needs = u.needs, asked = u.asked, "
            "blob = u.blob FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], "
            "%s::bytea[]) AS u (learner, version, needs, asked, blob) "
            "WHERE r.learner = u.learner AND r.version = u.version",
            columns,
        ).rowcount
    if changed != len(records):
        raise Conflict(f"{len(records) - changed} records were changed by somebody else")


# --- what was decided --------------------------------------------------------------------


def add_decisions(connection: Connection, rows: Sequence[Row]) -> None:
    """Append decisions; the columns are those of `_DECISIONS`."""
    _DECISIONS.run(connection, rows)


def put_awards(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert awards, or note that they have ended."""
    _AWARDS.run(connection, rows)


def add_outbox(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert rows of the outbox, except those whose key is there; each key once."""
    _OUTBOX.run(connection, rows)


def put_reviews(connection: Connection, rows: Sequence[Row]) -> None:
    """Note what people are asked, and what they have answered. Each key once."""
    _REVIEWS.run(connection, rows)


def put_staff(connection: Connection, rows: Sequence[Row]) -> None:
    """Note roles; of two words on one role the later counts. Each role once."""
    _STAFF.run(connection, rows)


def add_quarantine(connection: Connection, rows: Sequence[Row]) -> None:
    """Put aside what can't be used; the same bytes of the same source once."""
    _QUARANTINE.run(connection, rows)


# --- timers ------------------------------------------------------------------------------


def put_timers(connection: Connection, rows: Sequence[tuple[str, str, Micros]]) -> None:
    """Set timers: learner, key, due."""
    _TIMERS.run(connection, rows)


def drop_timers(connection: Connection, keys: Sequence[tuple[str, str]]) -> None:
    """Take timers out: learner, key."""
    if not keys:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM timers WHERE learner = ? AND key = ?", list(keys))
        return
    connection.exec_driver_sql(
        "DELETE FROM timers t USING unnest(%s::text[], %s::text[]) AS u (learner, key) "
        "WHERE t.learner = u.learner AND t.key = u.key",
        tuple(list(column) for column in zip(*keys, strict=True)),
    )


def is_timer_due(connection: Connection, now: Micros) -> bool:
    """Say whether there is anything to sweep, without asking for the writer's lock."""
    found = connection.exec_driver_sql(
        f"SELECT 1 FROM timers WHERE due <= {_mark(connection)} LIMIT 1",  # noqa: S608 - a placeholder
        (now,),
    )
    return found.first() is not None


def take_due_timers(connection: Connection, now: Micros, limit: int) -> list[DueTimer]:
    """
    Take out the timers that are due, oldest first, at most so many; lock their learners.

    On PostgreSQL learners whom another service is at are skipped: it asks their due timers
    itself, or the next sweep does. The learner's row is locked before her timers, as everywhere.
    """
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            "DELETE FROM timers WHERE (learner, key) IN (SELECT learner, key FROM timers "
            "WHERE due <= ? ORDER BY due, learner, key LIMIT ?) RETURNING learner, key, due",
            (now, limit),
        )
    else:
        found = connection.exec_driver_sql(
            "WITH due AS MATERIALIZED (SELECT learner, key FROM timers WHERE due <= %s "
            "ORDER BY due, learner, key LIMIT %s), "
            "held AS MATERIALIZED (SELECT r.learner FROM records r WHERE r.learner IN "
            "(SELECT learner FROM due) ORDER BY r.learner FOR UPDATE SKIP LOCKED) "
            "DELETE FROM timers t USING due, held WHERE t.learner = due.learner "
            "AND t.key = due.key AND held.learner = t.learner AND t.due <= %s "
            "RETURNING t.learner, t.key, t.due",
            (now, limit, now),
        )
    return sorted((DueTimer(*row) for row in found), key=lambda t: (t.due, t.learner, t.key))


# --- workers that died -------------------------------------------------------------------


def tries_of(connection: Connection) -> dict[EventKey, int]:
    """Give how often each event or timer was in hand when a worker died; nearly always empty."""
    found = connection.exec_driver_sql("SELECT source, item, tries FROM attempts")
    return {(source, item): tries for source, item, tries in found}


def count_try(connection: Connection, key: EventKey) -> None:
    """Count that a worker died with an event or timer in hand."""
    mark = _mark(connection)
    connection.exec_driver_sql(
        f"INSERT INTO attempts (source, item, tries) VALUES ({mark}, {mark}, 1) "  # noqa: S608 - placeholders
        "ON CONFLICT (source, item) DO UPDATE SET tries = attempts.tries + 1",
        key,
    )


def forget_tries(connection: Connection, keys: Collection[EventKey]) -> None:
    """Forget the tries of what has been taken, or put aside."""
    mark = _mark(connection)
    for key in keys:
        connection.exec_driver_sql(
            f"DELETE FROM attempts WHERE source = {mark} AND item = {mark}",  # noqa: S608 - placeholders
            key,
        )


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"
