"""An institution on a database of the test's own, and services that are gone at the test's end."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.store import Store
from tests.adapters.dispatch.institution import Institution
from tests.adapters.dispatch.live_service import LiveService, StartService
from tests.adapters.load.milepost import Milepost


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Institution:
    """Give an institution whose mail becomes files."""
    return Institution(store, tmp_path)


@pytest.fixture
def milepost(tmp_path: Path) -> Milepost:
    """Give the program in a folder of the test's own."""
    return Milepost(tmp_path)


@pytest.fixture
def serve(milepost: Milepost) -> Iterator[StartService]:
    """Start services on the folder's database."""
    with ExitStack() as stack:

        def start(*arguments: str, environ: dict[str, str] | None = None) -> LiveService:
            service = LiveService(milepost, arguments, environ or {})
            stack.callback(service.stop)
            service.wait_until_ready()
            return service

        yield start
