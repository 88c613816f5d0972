"""The outbox in a database keeps the promises of an outbox, on both databases."""

import pytest

from adapters.store import Store
from notifications.outbox import Kind, OutboxStore, Status
from tests.notifications.outbox_contract import OutboxContract, claim, entry


class TestSqlOutbox(OutboxContract):
    """Every promise."""

    @pytest.fixture
    def store(self, store: Store) -> OutboxStore:
        """Give an empty one."""
        return store.outbox


def test_rows_are_counted_by_kind_and_status(store: Store) -> None:
    """An operator sees at a glance what waits and what failed."""
    store.outbox.add([entry(1), entry(2), entry(3, kind=Kind.WEBHOOK)])
    claim(store.outbox, 1)
    assert {
        (Kind.EMAIL, Status.QUEUED): 1,
        (Kind.EMAIL, Status.CLAIMED): 1,
        (Kind.WEBHOOK, Status.QUEUED): 1,
    } == store.outbox.counts()


def test_a_learners_rows_are_found(store: Store) -> None:
    """By her name, in order."""
    store.outbox.add([entry(1), entry(2, learner="bob"), entry(3)])
    assert ["key-1", "key-3"] == [row.key for row in store.outbox.of_learner("ada")]
