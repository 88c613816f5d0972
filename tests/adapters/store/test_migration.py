"""A database is brought up to date, back and forth, loses no row, and is refused if newer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url

from adapters.store import DatabaseTooNewError, DatabaseTooOldError, open_store
from adapters.store.database import make_engine
from adapters.store.migration import FOLDER, config_of, newest
from adapters.store.schema import metadata
from tests.notifications.outbox_contract import entry


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'milepost.db'}"
    url: str = request.getfixturevalue("postgresql_empty")
    return url.replace("postgresql+psycopg", "postgresql")


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    """Give an engine as migrations use one."""
    url = make_url(empty_url)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    made = make_engine(url, foreign_keys=False)
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    """List the tables that are there."""
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_up_check_down_and_up_again(engine: Engine) -> None:
    """The migrations make what the code says, and can be taken back."""
    with engine.connect() as connection:
        config = config_of(connection)
        command.upgrade(config, "head")
        connection.commit()
        command.check(config)
        connection.commit()
        assert set(metadata.tables) == tables(engine)
        command.downgrade(config, "base")
        connection.commit()
        assert set() == tables(engine)
        command.upgrade(config, "head")
        connection.commit()
    assert set(metadata.tables) == tables(engine)


def test_migrating_twice_is_no_news(empty_url: str) -> None:
    """The second time says that nothing was to do."""
    store = open_store(empty_url)
    assert ("", newest()) == store.migrate()
    assert (newest(), newest()) == store.migrate()
    store.require_current()
    store.close()


def test_a_filled_sqlite_file_keeps_its_rows(tmp_path: Path) -> None:
    """Every table that is copied and dropped on the way: the rows are there afterwards."""
    store = open_store(f"sqlite:///{tmp_path / 'x.db'}")
    store.migrate()
    store.outbox.add([entry(number) for number in range(50)])
    store.settings.put("x", 1)
    engine = make_engine(store.database.url, foreign_keys=False)
    with engine.connect() as connection:
        context = config_of(connection)
        assert context is not None
        from alembic.operations import Operations  # noqa: PLC0415 - as a migration has it
        from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - the same
        from sqlalchemy import Column, String  # noqa: PLC0415 - the same

        operations = Operations(MigrationContext.configure(connection))
        for table in ("outbox", "settings"):
            with operations.batch_alter_table(table, recreate="always") as batch:
                batch.add_column(Column("added", String))
        connection.commit()
    engine.dispose()
    assert 50 == store.counts()["outbox"]
    assert 1 == store.settings.get("x", int)
    store.close()


def test_a_newer_database_is_refused(empty_url: str) -> None:
    """Both revisions are named, and nothing is changed."""
    store = open_store(empty_url)
    store.migrate()
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for refuse in (store.migrate, store.require_current):
        with pytest.raises(DatabaseTooNewError, match=rf"9999.*{newest()}"):
            refuse()
    with store.database.read() as connection:
        assert (
            "9999" == connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        )
    store.close()


def test_a_database_that_was_not_migrated_is_refused(empty_url: str) -> None:
    """By whoever must not migrate it, with what to do."""
    if empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).touch()
    store = open_store(empty_url)
    with pytest.raises(DatabaseTooOldError, match="milepost serve"):
        store.require_current()
    store.close()


def test_revisions_are_one_line() -> None:
    """No branches: a database has one way up."""
    assert 1 == len(ScriptDirectory(str(FOLDER)).get_heads())
