"""A running HTTP server on a free port, before a backend that keeps what it is given in memory."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
import uvicorn

from adapters.web.app import application
from adapters.web.credentials import Credentials
from tests.adapters.web.memory_backend import MemoryBackend


@contextmanager
def served(backend: MemoryBackend, credentials: Credentials) -> Iterator[str]:
    """Serve a backend on a free port of this machine; give the address."""
    threads = ThreadPoolExecutor(4)
    config = uvicorn.Config(
        application(backend, credentials, threads),
        host="127.0.0.1",
        port=0,
        log_config=None,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not (server.started and server.servers):
            assert thread.is_alive()
            threading.Event().wait(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)
        threads.shutdown()


@pytest.fixture
def backend() -> MemoryBackend:
    """What stands behind the server of a test."""
    return MemoryBackend()


@pytest.fixture
def address(backend: MemoryBackend) -> Iterator[str]:
    """A server that asks for no credential."""
    with served(backend, Credentials()) as found:
        yield found


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=address, timeout=30) as found:
        yield found


@pytest.fixture
def guarded(backend: MemoryBackend) -> Iterator[httpx.Client]:
    """A client of a server that asks for a credential; it sends none by itself."""
    keys = Credentials.read(["moodle:sesam", "canvas:öffne:dich"])
    with (
        served(backend, keys) as found,
        httpx.Client(base_url=found, timeout=30) as caller,
    ):
        yield caller
