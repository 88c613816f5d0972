"""A disk that is full, a database that another holds: 503, and nothing acknowledged is lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from adapters.store import open_store
from tests.acceptance.faults.processes import Processes, wait_for
from tests.adapters.serve.service_process import Service, write_pack

MB = 1024 * 1024
DISK = 24 * MB
WAITS = 5.0
"""Seconds that the service waits for a lock before it says no."""

HOLDER = """
import sys, time
from pathlib import Path
from sqlalchemy import create_engine
engine = create_engine(sys.argv[1])
with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("LOCK TABLE events, records IN ACCESS EXCLUSIVE MODE")
    Path(sys.argv[2]).write_text("held")
    time.sleep(600)
"""


def event(name: str, padding: str = "") -> dict[str, object]:
    """Give an event that earns a badge."""
    return {
        "id": name,
        "time": "2026-01-05T10:00:00Z",
        "learner": f"learner {name}",
        "object": "quiz:1",
        "is": "graded",
        "score": {"raw": 78, "min": 0, "max": 100},
        "padding": padding,
    }


def refused(answer: httpx.Response) -> bool:
    """Say whether an answer is the one that lets a sender come again; 200 is the other."""
    if answer.status_code == 200:
        return False
    assert 503 == answer.status_code, answer.text
    assert answer.headers["Retry-After"].isdecimal()
    assert "nothing was stored" in answer.json()["error"]
    return True


def check_awards(database: str, names: set[str]) -> None:
    """Each event is stored once, with what it earned."""
    store = open_store(database)
    with store.database.read() as connection:
        events = connection.exec_driver_sql("SELECT id FROM events").scalars().all()
        awards = connection.exec_driver_sql("SELECT learner FROM awards").scalars().all()
    store.close()
    assert sorted(names) == sorted(events)
    assert sorted(f"learner {name}" for name in names) == sorted(awards)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of a few megabytes, where that is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk; test_living.py limits a file instead")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fill a disk to its last byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler


def test_a_full_disk(processes: Processes, small_disk: Path) -> None:
    """On a full disk senders are told to come again; with room all is there exactly once."""
    database = f"sqlite:///{small_disk / 'milepost.db'}"
    packs = write_pack(processes.folder)
    service = processes.serve("--packs", packs, "--database", database).ready()
    worker = service.worker()
    client = service.client()
    assert not refused(client.post("/events", json=event("first")))
    filler = fill(small_disk)
    batches = [
        [event(f"{number}-{place}", "x" * 500) for place in range(size)]
        for number, size in enumerate([1, 1, 1, 100, 1, 2000, 1, 50])
    ]
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda batch: _post(service, batch), batches))
    answered = [
        batch for batch, answer in zip(batches, answers, strict=True) if not refused(answer)
    ]
    assert len(answered) < len(batches)
    assert 200 == client.get("/healthz").status_code
    filler.unlink()
    known = sum(map(len, answered))
    everything = [one for batch in batches for one in batch]
    again = client.post("/events", json=everything)
    assert not refused(again)
    found = again.json()
    assert (known, len(everything) - known) == (found["duplicates"], found["accepted"])
    assert [] == found["quarantined"]
    assert worker == service.worker()
    assert 0 == service.stop()
    check_awards(database, {"first", *(str(one["id"]) for one in everything)})


def test_a_disk_that_is_full_at_the_start(processes: Processes, small_disk: Path) -> None:
    """A service that is started on a full disk says so, and starts when there is room."""
    database = f"sqlite:///{small_disk / 'milepost.db'}"
    filler = fill(small_disk)
    service = processes.serve("--database", database)
    assert 1 == service.process.wait(30)
    assert "Traceback" not in service.said(), service.said()
    assert "full" in service.said() or "space" in service.said(), service.said()
    filler.unlink()
    service = processes.serve("--database", database).ready()
    assert not refused(service.client().post("/events", json=event("first")))


def _post(service: Service, batch: list[dict[str, object]]) -> httpx.Response:
    with httpx.Client(base_url=service.address, timeout=60) as client:
        return client.post("/events", json=batch)


def test_a_locked_database(processes: Processes, database: str) -> None:
    """While another process holds the database nothing is taken; afterwards each event once."""
    packs = write_pack(processes.folder)
    service = processes.serve("--packs", packs, "--database", database).ready()
    assert not refused(service.client().post("/events", json=event("first")))
    held = processes.folder / "held"
    with (processes.folder / "holder.log").open("w") as log:
        holder = processes.start([sys.executable, "-c", HOLDER, database, str(held)], stdout=log)
    wait_for(held.exists, "the database is not held")
    batches = [[event(f"{number}-{place}") for place in range(10)] for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda batch: _post(service, batch), batches))
    assert all(map(refused, answers))
    assert 200 == service.client().get("/healthz").status_code
    holder.kill()
    holder.wait()
    again = [_post(service, batch) for batch in batches]
    assert [10] * 8 == [answer.json()["accepted"] for answer in again]
    assert [10] * 8 == [_post(service, batch).json()["duplicates"] for batch in batches]
    assert 0 == service.stop()
    assert "Traceback" not in service.said(), service.said()
    check_awards(database, {"first", *(str(one["id"]) for batch in batches for one in batch)})
