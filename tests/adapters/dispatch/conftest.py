"""An institution on a database of the test's own, SQLite and PostgreSQL."""

from pathlib import Path

import pytest

from adapters.store import Store
from tests.adapters.dispatch.institution import Institution


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Institution:
    """Give an institution whose mail becomes files."""
    return Institution(store, tmp_path)
