"""A running HTTP server on a free port, before a backend that keeps what it is given in memory."""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
import uvicorn

from adapters.inbound.received import Received
from adapters.store.failures import StoreBusy
from adapters.stored_explaining import UnknownLearnerError
from adapters.web.app import application
from adapters.web.backend import (
    Count,
    Readiness,
    SetAside,
    Taken,
)
from adapters.web.credentials import Credentials
from engine.explain import UnknownThingError

NOW = datetime(2025, 3, 3, 12, tzinfo=UTC)


class MemoryBackend:
    """The service's side, as a set of what was taken."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Received] = {}
        self.sources: list[str] = []
        self.explained: list[tuple[str, str, datetime | None]] = []
        self.busy = False
        self.broken = False

    def take(self, received: Sequence[Received], arrived: datetime, source: str) -> Taken:
        assert NOW == arrived
        if self.busy:
            raise StoreBusy("the database is locked")
        if self.broken:
            raise ZeroDivisionError("a bug")
        accepted = duplicates = 0
        aside: list[SetAside] = []
        for one in received:
            if one.event is None:
                self.sources.append(source)
                aside.append(SetAside(one.id, one.reason))
                continue
            self.sources.append(one.event.source)
            name = (one.event.source, one.id)
            duplicates += name in self.known
            accepted += name not in self.known
            self.known[name] = one
        return Taken(accepted, duplicates, tuple(aside), tuple(one.id for one in received))

    def explain(self, learner: str, thing: str, on: datetime | None) -> bytes:
        self.explained.append((learner, thing, on))
        if learner == "nobody":
            raise UnknownLearnerError(learner)
        if thing == "nothing":
            raise UnknownThingError(thing, ())
        return json.dumps({"learner": learner, "thing": thing}).encode()

    def readiness(self) -> Readiness:
        if self.busy:
            return Readiness(ready=False, because="the database is locked")
        return Readiness(ready=True, ruleset="abc", rules=2, packs=("<one>",))

    def counts(self) -> tuple[Count, ...]:
        return (Count("events", len(self.known)),)

    def now(self) -> datetime:
        return NOW


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
