"""Whether the database can be reached, read and written, and has room."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from adapters.doctor.finding import Finding, State
from adapters.running.running import open_settings_store
from adapters.settings.tree import Settings
from adapters.store.failures import DatabaseTooNewError, DatabaseTooOldError, StoreBusy
from adapters.store.store import Store

DATABASE = "database"
DISK = "disk"
GIGABYTE = 1024**3
LITTLE = 2 * GIGABYTE
TOO_LITTLE = GIGABYTE // 5


def look_at_database(settings: Settings) -> Iterator[Finding]:
    """Yield what is found of the database; nothing is created or changed."""
    try:
        store = open_settings_store(settings)
    except (ValueError, OSError, SQLAlchemyError) as error:
        yield Finding(DATABASE, State.WRONG, str(error), "look at [database] url")
        return
    try:
        file = Path(store.database.url.database or "") if store.database.is_sqlite else None
        if file is not None and not file.exists():
            yield Finding(
                DATABASE,
                State.GOOD,
                f"{file} is not there yet; `milepost serve` makes it",
            )
        else:
            yield from _reached(store)
        if file is None:
            yield Finding(
                DISK, State.NOT_CHECKED, "the room on PostgreSQL's server can't be seen from here"
            )
        else:
            yield _room(file.absolute().parent)
    finally:
        store.close()


def _reached(store: Store) -> Iterator[Finding]:
    try:
        yield _version(store)
        yield _revision(store)
        # SQLite: BEGIN IMMEDIATE takes the writer's lock, which a file that can't be written
        # refuses. PostgreSQL: a standby says that it is one.
        with store.write() as connection:
            if not store.database.is_sqlite:
                standby = connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
                if standby:
                    yield Finding(
                        DATABASE,
                        State.WRONG,
                        "this PostgreSQL is a standby and takes no writes",
                        "name the primary in [database] url",
                    )
                    return
        yield Finding(DATABASE, State.GOOD, "it can be written")
    except (StoreBusy, DBAPIError) as error:
        yield Finding(
            DATABASE,
            State.WRONG,
            str(error.orig if isinstance(error, DBAPIError) else error),
            "look at [database] url, at the server and at who else holds the file",
        )


def _version(store: Store) -> Finding:
    with store.database.read() as connection:
        if store.database.is_sqlite:
            found = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
            if mode != "wal":
                return Finding(
                    DATABASE,
                    State.WRONG,
                    f"SQLite {found} keeps its journal as {mode}, and not as WAL",
                    "keep the file on a local disk; WAL does not work over a network",
                )
            return Finding(DATABASE, State.GOOD, f"SQLite {found}, {store.database.url.database}")
        found = connection.exec_driver_sql("SHOW server_version").scalar_one()
        zone = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if zone != "UTF8":
            return Finding(
                DATABASE,
                State.WRONG,
                f"PostgreSQL {found} keeps texts as {zone}",
                "create the database with ENCODING 'UTF8'",
            )
        return Finding(
            DATABASE, State.GOOD, f"PostgreSQL {found}, database {store.database.url.database}"
        )


def _revision(store: Store) -> Finding:
    try:
        store.require_current()
    except DatabaseTooOldError as error:
        return Finding(DATABASE, State.WARNING, str(error))
    except DatabaseTooNewError as error:
        return Finding(DATABASE, State.WRONG, str(error))
    return Finding(DATABASE, State.GOOD, "its tables are those of this Milepost")


def _room(folder: Path) -> Finding:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free
    says = f"{free / GIGABYTE:,.1f} GB free where the database is"
    if free < TOO_LITTLE:
        return Finding(DISK, State.WRONG, says, "make room: a full disk refuses all events")
    if free < LITTLE:
        return Finding(DISK, State.WARNING, says, "make room soon")
    return Finding(DISK, State.GOOD, says)
