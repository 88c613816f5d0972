"""
What the durable work alone costs, without rules: two bounds to hold the product to.

A batch is read, its events are inserted where they are new, its learners' states are loaded and
written back, an outbox row is inserted for each event whose rule would fire, and all that is
committed. Nothing is matched or decided, no timer is set, nothing is explained.

- `PlainBound` says it with the product's own reader, connection, tables and statements, and
  decodes and encodes the learners' stored records: what is left is the deciding.
- `HandBound` is written by hand on the bare driver, with a state of 230 constant bytes: what
  anybody would write who had only to move these bytes.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
import psycopg
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from adapters.inbound import native
from adapters.store import Store, hotpath
from adapters.store.database import POSTGRES_OPTIONS
from adapters.store.eventrow import row_of
from adapters.store.hotpath import StoredRecord
from engine.calendar import micros
from engine.events import Score
from engine.record import Record, decode_record, encode_record

PASS_MARK = Decimal(50)
DATA = b"y" * 200
"""What an outbox row holds: as much as the product's do."""

STATE = b"x" * 230
Row = tuple[object, ...]


def would_fire(score: Score | None) -> bool:
    """Say whether the workload's rule would fire, by the points alone."""
    return score is not None and score.raw is not None and score.raw < PASS_MARK


class PlainBound:
    """The product's own statements, without its decisions."""

    name = "bound"

    def __init__(self, store: Store) -> None:
        """Use a store of its own."""
        self._store = store

    def take(self, lines: Sequence[bytes], arrived: datetime) -> None:
        """Store a batch in one transaction."""
        received = native.decode(b"\n".join(lines), "bench", arrived)
        events = [(one.event, one.raw) for one in received if one.event is not None]
        at = micros(arrived)

        def work(connection: Connection) -> None:
            rows = sorted(row_of(event, micros(event.time), at, raw) for event, raw in events)
            hotpath.insert_events(connection, rows)
            learners = sorted({event.learner for event, _ in events})
            known = {one.learner: one for one in hotpath.lock_records(connection, learners)}
            hotpath.save_records(connection, [_again(known.get(name), name) for name in learners])
            hotpath.add_outbox(
                connection,
                [
                    (
                        event.id,
                        "webhook",
                        event.learner,
                        "changes",
                        "",
                        DATA,
                        at,
                        "queued",
                        None,
                        5,
                        "",
                        "bench/rule",
                    )
                    for event, _ in events
                    if would_fire(event.score)
                ],
            )

        self._store.database.run(work)

    def close(self) -> None:
        """Close the store."""
        self._store.close()


def _again(stored: StoredRecord | None, learner: str) -> StoredRecord:
    if stored is None or not stored.blob:
        version = 0 if stored is None else stored.version
        return StoredRecord(learner, version, "", "", encode_record(Record(learner)))
    return stored._replace(blob=encode_record(decode_record(stored.blob)))


# --- by hand -----------------------------------------------------------------------------


class _Points(msgspec.Struct):
    raw: float = 0


class _Wire(msgspec.Struct):
    id: str
    time: datetime
    learner: str
    object: str
    word: str = msgspec.field(name="is")
    course: str = ""
    score: _Points | None = None
    attempt: str = ""


_decoder = msgspec.json.Decoder(_Wire)

EVENTS = "source, id, learner, at, arrived, word, object, course, more, raw"
RECORDS = "learner, version, needs, asked, blob"
OUTBOX = (
    "key, kind, learner, category, recipient, data, not_before, status, expires_at, priority, "
    "reason, by"
)
AGAIN = "ON CONFLICT (learner) DO UPDATE SET version = records.version + 1, blob = excluded.blob"


def _rows(lines: Sequence[bytes], at: int) -> tuple[list[Row], list[str], list[Row]]:
    """Give the rows of events, the learners, and the rows of the outbox."""
    events: list[Row] = []
    effects: list[Row] = []
    learners: set[str] = set()
    for raw in lines:
        wire = _decoder.decode(raw)
        learners.add(wire.learner)
        when = int(wire.time.timestamp()) * 1_000_000
        events.append(
            (
                "bench",
                wire.id,
                wire.learner,
                when,
                at,
                wire.word,
                wire.object,
                wire.course,
                None,
                raw,
            )
        )
        if wire.score is not None and wire.score.raw < PASS_MARK:
            effects.append(
                (
                    wire.id,
                    "webhook",
                    wire.learner,
                    "changes",
                    "",
                    DATA,
                    at,
                    "queued",
                    None,
                    5,
                    "",
                    "bench/rule",
                )
            )
    return events, sorted(learners), effects


class HandSqlite:
    """sqlite3 alone."""

    name = "by hand"

    def __init__(self, url: str) -> None:
        """Open a database of its own, with the product's settings."""
        self._connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "cache_size=-65536",
            "wal_autocheckpoint=16384",
        ):
            self._connection.execute(f"PRAGMA {pragma}")

    def take(self, lines: Sequence[bytes], arrived: datetime) -> None:
        """Store a batch in one transaction."""
        events, learners, effects = _rows(lines, micros(arrived))
        run = self._connection
        run.execute("BEGIN IMMEDIATE")
        run.executemany(
            f"INSERT INTO events ({EVENTS}) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",  # noqa: S608 - names are ours
            events,
        )
        run.execute(
            "SELECT learner, blob FROM records WHERE learner IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(learners).decode(),),
        ).fetchall()
        run.executemany(
            f"INSERT INTO records ({RECORDS}) VALUES (?,?,?,?,?) {AGAIN}",  # noqa: S608 - names are ours
            [(learner, 1, "", "", STATE) for learner in learners],
        )
        run.executemany(
            f"INSERT INTO outbox ({OUTBOX}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?) "  # noqa: S608 - names are ours
            "ON CONFLICT DO NOTHING",
            effects,
        )
        run.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class HandPostgresql:
    """psycopg alone, one array a column."""

    name = "by hand"

    def __init__(self, url: str) -> None:
        """Connect to a database of its own, with the product's settings."""
        plain = make_url(url).set(drivername="postgresql")
        self._connection = psycopg.connect(
            plain.render_as_string(hide_password=False), options=POSTGRES_OPTIONS
        )

    def take(self, lines: Sequence[bytes], arrived: datetime) -> None:
        """Store a batch in one transaction."""
        events, learners, effects = _rows(lines, micros(arrived))
        number = len(learners)
        with self._connection.transaction(), self._connection.cursor() as run:
            run.execute(
                f"INSERT INTO events ({EVENTS}) SELECT * FROM unnest(%s::text[], %s::text[], "  # noqa: S608 - names are ours
                "%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], "
                "%s::bytea[], %s::bytea[]) ON CONFLICT DO NOTHING",
                _columns(events),
            )
            run.execute(
                "SELECT learner, blob FROM records WHERE learner = ANY(%s) ORDER BY learner "
                "FOR UPDATE",
                (learners,),
            )
            run.fetchall()
            run.execute(
                f"INSERT INTO records ({RECORDS}) SELECT * FROM unnest(%s::text[], %s::bigint[], "  # noqa: S608 - names are ours
                f"%s::text[], %s::text[], %s::bytea[]) {AGAIN}",
                (learners, [1] * number, [""] * number, [""] * number, [STATE] * number),
            )
            if effects:
                run.execute(
                    f"INSERT INTO outbox ({OUTBOX}) SELECT * FROM unnest(%s::text[], %s::text[], "  # noqa: S608 - names are ours
                    "%s::text[], %s::text[], %s::text[], %s::bytea[], %s::bigint[], %s::text[], "
                    "%s::bigint[], %s::bigint[], %s::text[], %s::text[]) ON CONFLICT DO NOTHING",
                    _columns(effects),
                )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _columns(rows: Sequence[Row]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
