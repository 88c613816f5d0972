"""A service on a database of the test's own."""

from pathlib import Path

import pytest

from adapters.effects import entries_for
from adapters.service import Service
from adapters.store import Store
from notifications.mode import Mode
from tests.adapters.service.small_rules import plan


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Service:
    """Give a service with the small ruleset; its mail is held."""
    return Service(store, plan(), entries_for(Mode.HOLD), marks=tmp_path / "marks")
