"""A service on a simulated clock that is killed goes on where it would be, and never back."""

import re
from datetime import UTC, datetime, timedelta

import httpx

from adapters.clock import Anchor
from adapters.store import open_store
from adapters.store.settings import Anchor as KeptAnchor
from tests.acceptance.faults.processes import Processes, kill_service
from tests.adapters.serve.service_process import write_pack

FROM = datetime(2013, 10, 1, tzinfo=UTC)
SPEED = 86_400


def shown(address: str) -> datetime:
    """Give the service's time, as its page shows it, to the minute."""
    page = httpx.get(address, timeout=30).text
    found = re.search('<time datetime="([^"]+)">', page)
    assert found
    return datetime.fromisoformat(found[1])


def anchor_in(database: str) -> KeptAnchor:
    """Give the anchor that a database keeps."""
    store = open_store(database)
    found = store.settings.anchor()
    store.close()
    assert found is not None
    return found


def test_three_starts_of_one_clock(processes: Processes, database: str) -> None:
    """Killed and started by the same command, time has passed at the same speed, twice."""
    packs = write_pack(processes.folder)
    arguments = ("--packs", packs, "--database", database)
    clock = ("--clock-from", FROM.isoformat(), "--clock-speed", str(SPEED))
    before, kept = FROM, None
    for _ in range(3):
        service = processes.serve(*arguments, *clock).ready()
        found = anchor_in(database)
        assert kept in {None, found}
        kept = found
        now = shown(service.address)
        # An event that is ahead of this clock takes its arrival time; one behind keeps its own.
        event = {"learner": "ada", "object": "quiz:1", "is": "viewed"}
        times = (now - timedelta(days=1), now + timedelta(days=10_000))
        service.client().post(
            "/events", json=[event | {"time": time.isoformat()} for time in times]
        )
        assert before <= now
        before = now
        kill_service(service)
    store = open_store(database)
    events = store.events_of("ada")
    with store.database.read() as connection:
        arrived = connection.exec_driver_sql("SELECT arrived FROM events ORDER BY seq").scalars()
        arrivals = list(arrived)
    store.close()
    assert 6 == len(events)
    assert arrivals == sorted(arrivals)
    assert kept is not None
    latest = Anchor(kept.start, kept.speed, kept.anchored)
    assert latest.start == FROM
    assert all(event.time <= before + timedelta(days=30) for event in events)
