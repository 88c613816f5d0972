"""A log-in is used once, however many ask at the same time; and is forgotten once it is old."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from adapters.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOON = NOW + timedelta(minutes=15)


def kept(store: Store) -> list[str]:
    """Give what is kept."""
    with store.database.read() as connection:
        return list(connection.execute(text("SELECT nonce FROM log_ins ORDER BY nonce")).scalars())


def test_once_and_never_again(store: Store) -> None:
    """The second time it is refused, and another one is another."""
    assert store.log_ins.use("a", SOON, NOW) is True
    assert store.log_ins.use("a", SOON, NOW) is False
    assert store.log_ins.use("b", SOON, NOW) is True


def test_one_of_many_at_the_same_time(store: Store) -> None:
    """Eight processes get the same form at once: one lets her in."""
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: store.log_ins.use("a", SOON, NOW), range(8)))
    assert 1 == found.count(True)


def test_the_old_are_forgotten(store: Store) -> None:
    """What would be too old anyway is not kept for ever, and nothing else is forgotten."""
    store.log_ins.use("a", NOW + timedelta(minutes=1), NOW)
    store.log_ins.use("b", SOON, NOW)
    assert ["a", "b"] == kept(store)
    store.log_ins.use("c", SOON, NOW + timedelta(minutes=2))
    assert ["b", "c"] == kept(store)
