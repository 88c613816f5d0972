"""A service on a database of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.outgoing.effects import entries_for
from adapters.service.service import Service
from adapters.store import Store
from notifications.mode import Mode
from tests.adapters.service.small_rules import plan


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Iterator[Service]:
    """Give a service with the small ruleset; its mail is held."""
    opened = Service(store, plan(), entries_for(Mode.HOLD), marks=tmp_path / "marks")
    yield opened
    opened.close()
