"""Transactions are whole, and what a database can't do now is said as such."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from adapters.store import Conflict, Store, StoreBusy, hotpath, open_store
from adapters.store.database import ATTEMPTS, url_of
from adapters.store.hotpath import StoredRecord


def put(connection: Connection, name: str, value: object) -> None:
    """Write one small fact."""
    connection.execute(
        text(
            "INSERT INTO settings (name, value) VALUES (:name, :value) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ),
        {"name": name, "value": str(value)},
    )


def get(connection: Connection, name: str) -> str:
    """Read one small fact."""
    found = connection.execute(text("SELECT value FROM settings WHERE name = :n"), {"n": name})
    value: str = found.scalar_one()
    return value


def test_no_update_is_lost(tmp_path: Path) -> None:
    """Read, add one, write, from four threads of two processes' worth of stores: all count."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    stores = [open_store(url, patience=30.0) for _ in range(2)]
    stores[0].migrate()
    with stores[0].write() as connection:
        put(connection, "counter", 0)

    def work(number: int) -> None:
        for _ in range(100):
            with stores[number % 2].write() as connection:
                put(connection, "counter", int(get(connection, "counter")) + 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    with stores[0].database.read() as connection:
        assert "400" == get(connection, "counter")
    for store in stores:
        store.close()


def test_sqlite_is_set_up_to_last(tmp_path: Path) -> None:
    """Write-ahead log, full synchronisation, and NORMAL only for whoever asks for it."""
    for setting, number in (("FULL", 2), ("NORMAL", 1)):
        store = open_store(f"sqlite:///{tmp_path / 'x.db'}", synchronous=setting)
        with store.database.read() as connection:
            asked = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        assert ["wal", number, 1] == asked
        store.close()


def test_a_failed_block_leaves_nothing(store: Store) -> None:
    """Also where a statement had gone through before."""

    def fail() -> None:
        with store.write() as connection:
            put(connection, "x", 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.settings.get("x", int) is None


def test_a_locked_database_is_busy(tmp_path: Path) -> None:
    """Whoever else holds the lock: another process or another thread."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    ours, theirs = open_store(url, patience=0.1), open_store(url)
    ours.migrate()
    with theirs.write(), pytest.raises(StoreBusy, match="locked"):
        ours.settings.put("x", 1)
    with ours.write(), ThreadPoolExecutor(1) as pool, pytest.raises(StoreBusy, match="thread"):
        pool.submit(ours.settings.put, "x", 1).result()
    ours.settings.put("x", 1)
    assert 1 == ours.settings.get("x", int)
    ours.close()
    theirs.close()


def test_a_full_disk_is_busy_and_nothing_is_half_done(tmp_path: Path) -> None:
    """A database that may not grow stands for a disk that is full."""
    store = open_store(f"sqlite:///{tmp_path / 'x.db'}")
    store.migrate()
    with store.database.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill() -> None:
        with store.write() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
            for number in range(100):
                put(connection, f"name {number}", "x" * 3000)

    with pytest.raises(StoreBusy, match="full"):
        fill()
    with store.database.read() as connection:
        assert 0 == connection.exec_driver_sql("SELECT count(*) FROM settings").scalar()
    store.close()


def test_a_database_that_is_not_there_is_busy() -> None:
    """Nobody listens on the discard port."""
    store = open_store("postgresql://nobody@127.0.0.1:9/nothing?connect_timeout=1")
    with pytest.raises(StoreBusy):
        store.ping()
    store.close()


def test_a_deadlock_is_decided_again(postgresql_url: str) -> None:
    """Two transactions that wait for each other: one is tried again, both go through."""
    store = open_store(postgresql_url)
    with store.write() as connection:
        put(connection, "a", 0)
        put(connection, "b", 0)
    both = threading.Barrier(2)
    tries: list[str] = []

    def work(first: str, second: str) -> None:
        def change(connection: Connection) -> None:
            tries.append(first)
            put(connection, first, first)
            if len(tries) <= 2:
                both.wait(timeout=10)
            put(connection, second, first)

        store.database.run(change)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(work, "a", "b"), pool.submit(work, "b", "a")]:
            future.result()
    assert 3 == len(tries)
    store.close()


def test_who_is_always_overtaken_gives_up(store: Store) -> None:
    """Not for ever, and not silently."""
    tried: list[int] = []

    def overtaken(_: Connection) -> None:
        tried.append(1)
        raise Conflict("overtaken")

    with pytest.raises(StoreBusy, match="first"):
        store.database.run(overtaken)
    assert ATTEMPTS == len(tried)


def test_a_record_at_another_version_is_a_conflict(store: Store) -> None:
    """Whoever wrote without the lock is noticed, and nothing is overwritten."""
    with store.write() as connection:
        hotpath.lock_records(connection, ["ada"])
        hotpath.save_records(connection, [StoredRecord("ada", 0, "n", "a", b"first")])
    with pytest.raises(Conflict), store.write() as connection:
        hotpath.save_records(connection, [StoredRecord("ada", 7, "n", "a", b"second")])
    with store.write() as connection:
        assert [StoredRecord("ada", 1, "n", "a", b"first")] == hotpath.lock_records(
            connection, ["ada"]
        )


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgres:/x"]
)
def test_other_urls_are_refused(url: str) -> None:
    """With a sentence, before anything is opened."""
    with pytest.raises(ValueError, match=r"URL|supported|file"):
        url_of(url)


def test_other_settings_are_refused() -> None:
    """OFF would lose what was acknowledged."""
    with pytest.raises(ValueError, match="synchronous"):
        open_store("sqlite:///x.db", synchronous="OFF")
