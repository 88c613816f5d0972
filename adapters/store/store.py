"""
The store: one database, and what may be asked of it.

The hot path (what each batch of events needs) is in hotpath.py and takes the connection of a
transaction that somebody else opened; everything here opens its own.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from adapters.store import hotpath, schema
from adapters.store.badges import Badges
from adapters.store.database import PATIENCE, Database, url_of
from adapters.store.eventrow import event_of
from adapters.store.failures import (
    DatabaseTooOldError,
    NoDatabaseError,
    UnusableDatabaseError,
)
from adapters.store.history import History
from adapters.store.log_ins import LogIns
from adapters.store.migration import current, migrate, newest, refuse_newer
from adapters.store.outbox import SqlOutbox
from adapters.store.outside import Outside
from adapters.store.pauses import Pauses
from adapters.store.quarantine import Quarantine
from adapters.store.reigns import Reigns
from adapters.store.reviews import Reviews
from adapters.store.settings import Settings
from adapters.store.wallets import Wallets
from engine.calendar import Micros
from engine.events import Event
from engine.record import Record, decode_record

PAGE = 500
"""Learners read at once when all are gone through."""


class Store:
    """
    One database. Safe to use from several threads; each call is one transaction.

    Attributes:
        database: Transactions, for whoever brings statements of its own.
        history: What was decided: decisions, awards, staff.
        outbox: The rows that leave; an OutboxStore.
        quarantine: What could not be used.
        settings: The clock's anchor, what is live since when, turns of jobs.
        pauses: Rules that a person has paused.
        reigns: Which ruleset was in force since when.
        reviews: What people are asked.
        badges: Keys, achievements, and awards as signed credentials.
        log_ins: Log-ins from an LMS that were used.
        wallets: Apps that learners let in, and what these brought.
        outside: Badges from elsewhere.
    """

    def __init__(self, database: Database) -> None:
        """Use a database; see `open_store`."""
        self.database = database
        self.history = History(database)
        self.outbox = SqlOutbox(database)
        self.quarantine = Quarantine(database)
        self.settings = Settings(database)
        self.pauses = Pauses(database)
        self.reigns = Reigns(database)
        self.reviews = Reviews(database)
        self.badges = Badges(database)
        self.log_ins = LogIns(database)
        self.wallets = Wallets(database)
        self.outside = Outside(database)

    # --- the database as a whole -----------------------------------------------------------

    def migrate(self) -> tuple[str, str]:
        """
        Bring the database to this program's revision.

        Returns:
            The revision before ("" for a new database) and after.

        Raises:
            DatabaseTooNewError: A newer Milepost wrote it.
        """
        return migrate(self.database.url)

    def require_current(self) -> None:
        """
        Refuse a database at another revision than this program's; change and make nothing.

        Raises:
            NoDatabaseError: There is none; SQLite would make an empty file of that name.
            DatabaseTooNewError: A newer Milepost wrote it.
            DatabaseTooOldError: It has not been migrated.
            UnusableDatabaseError: What is there is no database.
        """
        url = self.database.url
        if self.database.is_sqlite and url.database and not Path(url.database).is_file():
            raise NoDatabaseError(url.database)
        try:
            with self.database.read() as connection:
                found = current(connection)
        except DatabaseError as error:
            told = f"{url.database} can't be used as a database: {error.orig}"
            raise UnusableDatabaseError(told) from error
        refuse_newer(found)
        if found != newest():
            raise DatabaseTooOldError(found, newest())

    def ping(self) -> None:
        """Ask the database for a sign of life; a StoreBusy says that there is none."""
        with self.database.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def write(self) -> AbstractContextManager[Connection]:
        """Open a transaction that may write; see Database.write."""
        return self.database.write()

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    # --- learners --------------------------------------------------------------------------

    def learners(self, first: str = "") -> Iterator[str]:
        """Yield the learners of whom an event is known, sorted, from one on; in pages."""
        after, compares = first, ">="
        while True:
            with self.database.read() as connection:
                page = connection.execute(
                    text(
                        f"SELECT learner FROM records WHERE learner {compares} :after "  # noqa: S608 - one of two signs
                        "AND version > 0 ORDER BY learner LIMIT :limit"
                    ),
                    {"after": after, "limit": PAGE},
                ).scalars().all()  # fmt: skip
            yield from page
            if len(page) < PAGE:
                return
            after, compares = page[-1], ">"

    def events_of(self, learner: str) -> list[Event]:
        """Give all events of a learner, in the order of (time, id)."""
        with self.database.read() as connection:
            rows = hotpath.events_of(connection, learner)
        return sorted(map(event_of, rows), key=lambda event: event.order)

    def arrivals_of(self, learner: str) -> list[tuple[Event, Micros]]:
        """Give all events of a learner in the order of their arrival, each with its instant."""
        table = schema.events
        asked = (
            select(table.c.source, table.c.id, table.c.arrived)
            .where(table.c.learner == learner)
            .order_by(table.c.seq)
        )
        with self.database.read() as connection:
            arrived = connection.execute(asked).all()
        known = {(event.source, event.id): event for event in self.events_of(learner)}
        return [(known[source, name], at) for source, name, at in arrived]

    def span(self) -> tuple[Micros, Micros] | None:
        """Give the times of the first and the last event, None where there is none."""
        with self.database.read() as connection:
            first, last = connection.exec_driver_sql("SELECT min(at), max(at) FROM events").one()
        return None if first is None else (first, last)

    def histories(self) -> Iterator[tuple[str, list[Event]]]:
        """Yield every learner with her events, both in order: what `replay` lives through."""
        for learner in self.learners():
            yield learner, self.events_of(learner)

    def record_of(self, learner: str) -> Record | None:
        """Give a learner's record as it is stored, None if nothing is known of her."""
        with self.database.read() as connection:
            blob = connection.execute(
                text("SELECT blob FROM records WHERE learner = :learner AND version > 0"),
                {"learner": learner},
            ).scalar()
        return None if blob is None else decode_record(blob)

    def counts(self) -> dict[str, int]:
        """Count the rows of each table that grows, by table."""
        tables = ("events", "records", "decisions", "awards", "timers", "outbox", "quarantine")
        with self.database.read() as connection:
            return {
                table: connection.exec_driver_sql(
                    f"SELECT count(*) FROM {table}"  # noqa: S608 - the names above
                ).scalar_one()
                for table in tables
            }


def open_store(url: str, *, synchronous: str = "FULL", patience: float = PATIENCE) -> Store:
    """
    Open a database; nothing is read or changed yet, see `Store.migrate`.

    Args:
        url: `sqlite:///var/milepost.db` or `postgresql+psycopg://…`.
        synchronous: SQLite's, FULL or NORMAL; NORMAL may lose the last commits when the
            power fails.
        patience: Seconds to wait for SQLite's lock before StoreBusy.

    Raises:
        ValueError: The URL or the setting is none that Milepost knows.
    """
    if synchronous not in ("FULL", "NORMAL", "EXTRA"):
        raise ValueError(f"synchronous is FULL, NORMAL or EXTRA, not {synchronous!r}")
    return Store(Database(url_of(url), synchronous=synchronous, patience=patience))
