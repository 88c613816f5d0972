"""
One door to SQLite or PostgreSQL: transactions that are whole, and errors that mean something.

SQLite: the driver's own transaction handling is off, since it runs a first SELECT outside the
transaction and loses updates; we say BEGIN IMMEDIATE ourselves, so a transaction that will
write has the write lock before it reads. Threads of one process queue for it at a lock of
ours, which is fair and wakes at once; SQLite's own waiting polls.

PostgreSQL: plans are made anew for each call. One made while the tables were empty keeps a
sequential scan for ever, at a third of the speed.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import random
from time import sleep
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.store.failures import Conflict, StoreBusy

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds to wait for a lock before saying that the database is busy."""

ATTEMPTS = 8
"""Times that a transaction is tried which others keep overtaking."""

RETRIED = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for: serialization failure, deadlock."""

POSTGRES_OPTIONS = (
    "-c plan_cache_mode=force_custom_plan "
    f"-c lock_timeout={int(PATIENCE * 1000)} "
    "-c idle_in_transaction_session_timeout=60000 "
    "-c timezone=UTC"
)


def url_of(database: str) -> URL:
    """
    Read a database URL; `postgresql://` means psycopg 3.

    Raises:
        ValueError: It is no URL, or of a database that Milepost does not know.
    """
    try:
        url = make_url(database)
    except SQLAlchemyError as error:
        raise ValueError(f"{database!r} is no database URL: {error}") from None
    match url.get_backend_name():
        case "sqlite":
            if not url.database or url.database == ":memory:":
                raise ValueError("a SQLite database must be a file: sqlite:///var/milepost.db")
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"{other} is not supported; use sqlite:/// or postgresql+psycopg://")


def make_engine(
    url: URL, *, synchronous: str = "FULL", foreign_keys: bool = True, patience: float = PATIENCE
) -> Engine:
    """Make an engine whose transactions are whole; see the top of this module."""
    if url.get_backend_name() == "postgresql":
        options = POSTGRES_OPTIONS
        given = url.query.get("options")
        if isinstance(given, str):
            options = f"{options} {given}"
        return create_engine(
            url.difference_update_query(["options"]),
            connect_args={"options": options},
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
        )
    engine = create_engine(
        url, connect_args={"timeout": patience, "check_same_thread": False}, pool_size=8
    )

    @event.listens_for(engine, "connect")
    def prepare(dbapi: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None  # sqlite3's own: we say BEGIN
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.execute("PRAGMA wal_autocheckpoint=16384")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("write", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Database:
    """Transactions on one database. Safe to use from several threads."""

    def __init__(self, url: URL, *, synchronous: str = "FULL", patience: float = PATIENCE) -> None:
        """Connect lazily: nothing is opened before the first transaction."""
        self.url = url
        self.engine = make_engine(url, synchronous=synchronous, patience=patience)
        self._reader = self.engine.execution_options(write=False)
        self._patience = patience
        self._one_writer = threading.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is SQLite, with its one writer."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """
        Open a transaction that may write; it commits when the block ends, or leaves nothing.

        Raises:
            StoreBusy: The database is locked, full, read-only or out of reach.
            Conflict: Another transaction was first (PostgreSQL); try the whole again.
        """
        lock = self._one_writer
        if lock is not None and not lock.acquire(timeout=self._patience):
            raise StoreBusy("the database is busy: another thread has been writing for long")
        try:
            with _meaningful_errors(), self.engine.begin() as connection:
                yield connection
        finally:
            if lock is not None:
                lock.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """
        Open a transaction that only reads; it waits for no writer.

        Raises:
            StoreBusy: The database is out of reach.
        """
        with _meaningful_errors(), self._reader.begin() as connection:
            yield connection

    def run(self, work: Callable[[Connection], T]) -> T:
        """
        Do some work in one transaction, again from its start where another was first.

        Raises:
            StoreBusy: As `write`, or others were first too often.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self.write() as connection:
                    return work(connection)
            except Conflict:
                sleep(random() * 0.01 * 2**attempt)  # noqa: S311 - to step aside, not to hide
        raise StoreBusy(f"other transactions were first {ATTEMPTS} times")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


@contextmanager
def _meaningful_errors() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreBusy("all connections to the database are in use") from error
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in RETRIED:
            raise Conflict(str(error.orig)) from error
        raise StoreBusy(f"the database could not: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreBusy(f"the connection to the database was lost: {error.orig}") from error
        raise
