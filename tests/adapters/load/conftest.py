"""The program in a folder of the test's own."""

from pathlib import Path

import pytest

from tests.adapters.load.milepost import Milepost


@pytest.fixture
def milepost(tmp_path: Path) -> Milepost:
    """Give the program."""
    return Milepost(tmp_path)
