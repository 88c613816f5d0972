"""
Bring a database to this program's revision, or refuse one that a newer program wrote.

Migrations run on an engine of their own with foreign keys off: SQLite changes a table by
copying and dropping it, and with them on a drop would empty whatever refers to it. A lock
(PostgreSQL's advisory one, or a file beside SQLite's) lets one process migrate at a time, and a
SQLite file that holds anything is copied first, since its schema changes are not undone as one.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from adapters.store.database import make_engine
from adapters.store.failures import DatabaseTooNewError

FOLDER = Path(__file__).with_name("migrations")
LOCK = 7_214_300_518
"""The advisory lock's number on PostgreSQL; any will do that nobody else takes."""


def config_of(connection: Connection) -> Config:
    """Give Alembic its configuration; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """Give the newest revision that this program knows."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def current(connection: Connection) -> str:
    """Give the revision that a database is at, "" for an empty one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def migrate(url: URL) -> tuple[str, str]:
    """
    Bring a database to the newest revision.

    Returns:
        The revision before ("" for a new database) and after.

    Raises:
        DatabaseTooNewError: A newer Milepost wrote it; nothing was changed.
    """
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = make_engine(url, foreign_keys=False)
    try:
        with _only_one(url), engine.connect() as connection:
            _take_advisory_lock(connection)
            before = current(connection)
            connection.rollback()
            refuse_newer(before)
            if before == newest():
                return before, before
            if before:
                _back_up(url, before)
            command.upgrade(config_of(connection), "head")
            connection.commit()
            return before, newest()
    finally:
        engine.dispose()


def refuse_newer(revision: str) -> None:
    """
    Refuse a revision that this program does not know.

    Raises:
        DatabaseTooNewError: It is one.
    """
    if not revision:
        return
    try:
        ScriptDirectory(str(FOLDER)).get_revision(revision)
    except CommandError:
        raise DatabaseTooNewError(revision, newest()) from None


@contextmanager
def _only_one(url: URL) -> Iterator[None]:
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    with Path(f"{url.database}.migrating").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take_advisory_lock(connection: Connection) -> None:
    """Hold PostgreSQL's lock until the connection closes; a second process waits for it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET lock_timeout = 0")
        connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (LOCK,))
        connection.commit()


def _back_up(url: URL, revision: str) -> None:
    """Copy a SQLite file as it is, its write-ahead log included."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    copy = Path(f"{url.database}.before-{revision}")
    with closing(sqlite3.connect(url.database)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
