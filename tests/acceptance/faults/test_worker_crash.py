"""A worker that dies of one event, three times: the event is put aside, its neighbours are not."""

import json
import os
import signal
import struct
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.acceptance.faults.processes import Processes
from tests.adapters.serve.service_process import PATIENCE, Service, write_pack

RULES = 400
RULE = """\
  slow-{number}:
    title: One of very many
    when:
      quiz: quiz
      is: graded
    then:
      - lock: quiz
"""
CREDENTIALS = """\
credentials:
  seen:
    title: Seen
    describes: Has looked at the page.
    requires:
      - activity: page
        is: viewed
"""
RUNS, SETTLES = 0.0001, 0.002
"""Seconds for which the worker runs between two looks, and in which it comes to a stop."""

HEAD = struct.Struct("<iI")
POISON = 1
"""Its place among the batch's events, which are decided by learner."""

TIME = "2026-01-05T10:00:00Z"
TRIES = 40
"""Scenarios begun anew where an event was through before it was seen in hand."""


def batch_of(turn: int) -> list[dict[str, str]]:
    """Give three learners' events; the second one is slow."""
    viewed = {"time": TIME, "object": "page:1", "is": "viewed"}
    graded = {"time": TIME, "object": "quiz:1", "is": "graded"}
    return [
        {"id": f"e1-{turn}", "learner": f"ada {turn}", **viewed},
        {"id": f"e2-{turn}", "learner": f"poison {turn}", **graded},
        {"id": f"e3-{turn}", "learner": f"zoe {turn}", **viewed},
    ]


def slow_packs(folder: Path) -> Path:
    """Write a pack in which one event keeps the worker busy long enough to be hit."""
    packs = write_pack(folder, CREDENTIALS)
    pack = packs / "p"
    text = (pack / "pack.yaml").read_text()
    (pack / "pack.yaml").write_text(text + '  page: {lms: "page:1", kind: activity}\n')
    rules = "".join(RULE.format(number=number) for number in range(RULES))
    (pack / "slow.yaml").write_text("rules:\n" + rules)
    return packs


def in_hand(marks: Path) -> set[int]:
    """Give the places of the events that workers have in hand, from the marks they keep."""
    found = set()
    for path in marks.glob("*.mark"):
        with path.open("rb", buffering=0) as file:
            head = file.read(HEAD.size)
        if len(head) == HEAD.size:  # one that is only just begun is empty
            number, length = HEAD.unpack(head)
            found |= {int(number)} if length else set()
    return found


def crash(service: Service, marks: Path, batch: list[dict[str, str]]) -> bool:
    """Send a batch, and let the worker crash while it has the slow event in hand; say if it did."""
    failed: list[Exception] = []

    def send() -> None:
        try:
            httpx.post(f"{service.address}/events", json=batch, timeout=PATIENCE)
        except httpx.HTTPError as error:
            failed.append(error)

    worker, sender = service.worker(), threading.Thread(target=send)
    sender.start()
    # It runs for a moment, is stopped and looked at, and so on: so what it has in hand when the
    # signal comes is certain, however busy the machine is.
    while True:
        os.kill(worker, signal.SIGSTOP)
        crashes = POISON in in_hand(marks)
        if crashes:
            time.sleep(SETTLES)
            crashes = POISON in in_hand(marks)
        if crashes:
            os.kill(worker, signal.SIGSEGV)
        os.kill(worker, signal.SIGCONT)
        if crashes or not sender.is_alive():
            break
        time.sleep(RUNS)
    sender.join()
    assert crashes == bool(failed)
    return crashes


def crash_often(service: Service, marks: Path, times: int) -> list[dict[str, str]]:
    """Let the worker crash so often by one event; give the batch with that event."""
    ready = 1
    for turn in range(TRIES):
        batch = batch_of(turn)
        for death in range(times):
            crashed = crash(service, marks, batch)
            ready += crashed
            service.ready(times=ready)
            assert 200 == httpx.get(f"{service.address}/readyz", timeout=PATIENCE).status_code
            if not crashed:
                break
            if death == times - 1:
                return batch
    pytest.fail(f"the event was not seen in hand {times} times, {TRIES} times over")


def test_three_deaths_by_one_event(processes: Processes) -> None:
    """Each time the service comes back by itself; the fourth time the event is set aside."""
    database = f"sqlite:///{processes.folder / 'm.db'}"
    packs = slow_packs(processes.folder)
    service = processes.serve("--packs", packs, "--database", database).ready()
    batch = crash_often(service, processes.folder / "m.db.workers", 3)
    client = service.client()
    answer = client.post("/events", json=batch)
    assert 200 == answer.status_code
    assert (2, [batch[POISON]["id"]]) == (
        answer.json()["accepted"],
        [one["id"] for one in answer.json()["quarantined"]],
    )
    for neighbour in (batch[0], batch[2]):
        explained = client.get(f"/learners/{neighbour['learner']}/explain/seen")
        assert "yes" == explained.json()["answer"]
    listed = processes.verb("quarantine", "list", "--database", database)["rows"]
    assert isinstance(listed, list)
    (row,) = listed
    assert "in hand when a worker died, 3 times" in row["reason"]
    assert batch[POISON] == json.loads(row["raw"])

    retried = processes.verb("quarantine", "retry", str(row["id"]), "--database", database)
    assert (1, 0) == (retried["taken"], retried["quarantined"])
    assert 1 == client.post("/events", json=batch[POISON]).json()["duplicates"]
    assert 0 == service.stop()


def test_two_deaths_are_forgiven(processes: Processes) -> None:
    """An event that was in hand twice and then goes through is an event like any other."""
    database = f"sqlite:///{processes.folder / 'm.db'}"
    packs = slow_packs(processes.folder)
    service = processes.serve("--packs", packs, "--database", database).ready()
    batch = crash_often(service, processes.folder / "m.db.workers", 2)
    answer = service.client().post("/events", json=batch).json()
    assert (3, []) == (answer["accepted"], answer["quarantined"])
