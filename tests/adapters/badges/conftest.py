"""A house with a learner who has earned something, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.running.running import Running
from tests.adapters.badges.case import House, settings_for


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """Give a house with a public address."""
    running = Running(settings_for(tmp_path, database_url))
    yield House(running)
    running.close()


@pytest.fixture
def small_house(tmp_path: Path) -> Iterator[House]:
    """Give a house on SQLite alone, for what no database makes a difference to."""
    running = Running(settings_for(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}"))
    yield House(running)
    running.close()
