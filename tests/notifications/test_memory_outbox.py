"""The outbox in memory keeps the promises of an outbox."""

import pytest

from notifications.memory_outbox import MemoryOutbox
from notifications.outbox import OutboxStore
from tests.notifications.outbox_contract import NOW, OutboxContract, entry


class TestMemoryOutbox(OutboxContract):
    """Every promise but to outlive the process."""

    @pytest.fixture
    def store(self) -> OutboxStore:
        """Give an empty one."""
        return MemoryOutbox()


def test_an_entry_needs_a_zone() -> None:
    """A naive time never gets as far as a store."""
    with pytest.raises(ValueError, match="zone"):
        entry(1, not_before=NOW.replace(tzinfo=None))
