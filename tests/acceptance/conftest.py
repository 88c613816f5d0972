"""What acceptance tests stand on: real databases, and processes that are gone when a test ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.faults.processes import Processes
from tests.adapters.conftest import (
    postgresql_server,
    postgresql_template,
    postgresql_url,
)

__all__ = ["postgresql_server", "postgresql_template", "postgresql_url"]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Start services, loads and mail servers in a folder of the test's own."""
    started = Processes(tmp_path)
    try:
        yield started
    finally:
        started.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of an empty database of this test's own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'milepost.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url
