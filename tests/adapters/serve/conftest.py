"""Services that are gone at the end of each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.serve.service_process import Start, services


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start services in a folder of the test's own; all are gone at its end."""
    with services(tmp_path) as begin:
        yield begin
