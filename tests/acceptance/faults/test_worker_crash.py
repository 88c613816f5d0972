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

RULES = 1_500
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
      - page: page
        is: viewed
"""
HEAD = struct.Struct("<iI")
POISON = 1
"""Its place among the batch's events, which are decided by learner."""

TIME = "2026-01-05T10:00:00Z"
BATCH = [
    {"id": "e1", "time": TIME, "learner": "ada", "object": "page:1", "is": "viewed"},
    {"id": "e2", "time": TIME, "learner": "poison", "object": "quiz:1", "is": "graded"},
    {"id": "e3", "time": TIME, "learner": "zoe", "object": "page:1", "is": "viewed"},
]


def slow_packs(folder: Path) -> Path:
    """Write a pack in which one event keeps the worker busy long enough to be hit."""
    packs = write_pack(folder, CREDENTIALS)
    pack = packs / "p"
    text = (pack / "pack.yaml").read_text()
    (pack / "pack.yaml").write_text(text + '  page: {lms: "page:1", kind: page}\n')
    rules = "".join(RULE.format(number=number) for number in range(RULES))
    (pack / "slow.yaml").write_text("rules:\n" + rules)
    return packs


def in_hand(marks: Path) -> int:
    """Give the place of the event that a worker has in hand, from the mark it keeps; -1 if none."""
    for path in marks.glob("*.mark"):
        number, length = HEAD.unpack(path.read_bytes()[: HEAD.size])
        if length:
            return int(number)
    return -1


def kill_in_the_middle(service: Service, marks: Path) -> None:
    """Send the batch, and let the worker crash while it has the one event in hand."""
    failed: list[Exception] = []

    def send() -> None:
        try:
            httpx.post(f"{service.address}/events", json=BATCH, timeout=PATIENCE)
        except httpx.HTTPError as error:
            failed.append(error)

    sender = threading.Thread(target=send)
    worker = service.worker()
    sender.start()
    until = time.monotonic() + PATIENCE
    while in_hand(marks) != POISON:
        assert time.monotonic() < until, "the event never was in hand"
    os.kill(worker, signal.SIGSEGV)
    sender.join(PATIENCE)
    assert failed, "an answer came although the worker died"


@pytest.mark.parametrize("dies", [3])
def test_three_deaths_by_one_event(processes: Processes, dies: int) -> None:
    """Each time the service comes back by itself; the fourth time the event is set aside."""
    database = f"sqlite:///{processes.folder / 'm.db'}"
    marks = processes.folder / "m.db.workers"
    arguments = ("--packs", slow_packs(processes.folder), "--database", database)
    service = processes.serve(*arguments).ready()
    for death in range(dies):
        kill_in_the_middle(service, marks)
        service.ready(times=death + 2)
        assert 200 == service.client().get("/readyz").status_code
    assert dies == service.said().count("SIGSEGV")
    answer = service.client().post("/events", json=BATCH)
    assert 200 == answer.status_code
    assert (2, ["e2"]) == (
        answer.json()["accepted"],
        [one["id"] for one in answer.json()["quarantined"]],
    )
    for learner in ("ada", "zoe"):
        explained = service.client().get(f"/learners/{learner}/explain/seen")
        assert "yes" == explained.json()["answer"]
    (row,) = _rows(processes.verb("quarantine", "list", "--database", database))
    assert "in hand when a worker died" in str(row["reason"])
    assert "e2" == json.loads(str(row["raw"]))["id"]

    retried = processes.verb("quarantine", "retry", str(row["id"]), "--database", database)
    assert (1, 0) == (retried["taken"], retried["quarantined"])
    assert 1 == service.client().post("/events", json=BATCH[1]).json()["duplicates"]
    assert 0 == service.stop()


def test_two_deaths_are_forgiven(processes: Processes) -> None:
    """An event that was in hand twice and then goes through is an event like any other."""
    database = f"sqlite:///{processes.folder / 'm.db'}"
    marks = processes.folder / "m.db.workers"
    arguments = ("--packs", slow_packs(processes.folder), "--database", database)
    service = processes.serve(*arguments).ready()
    for death in range(2):
        kill_in_the_middle(service, marks)
        service.ready(times=death + 2)
    answer = service.client().post("/events", json=BATCH).json()
    assert (3, []) == (answer["accepted"], answer["quarantined"])


def _rows(listed: dict[str, object]) -> list[dict[str, object]]:
    rows = listed["rows"]
    assert isinstance(rows, list)
    return rows
