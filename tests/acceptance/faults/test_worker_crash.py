"""A worker that dies of one event, three times: the event is put aside, its neighbours are not."""

import json
import os
import signal
import struct
import threading
from pathlib import Path

import httpx

from tests.acceptance.faults.processes import Processes, wait_for
from tests.adapters.serve.service_process import PATIENCE, Service, write_pack

CREDENTIALS = """\
credentials:
  seen:
    title: Seen
    describes: Has looked at the page.
    requires:
      - activity: page
        is: viewed
  paid:
    title: Paid
    describes: Has passed the quiz, and the cashier says that she has paid.
    requires:
      - quiz: quiz
        is: graded
      - fact: has-paid
"""

CASHIER = """\
import pathlib
import time

CLOSED = pathlib.Path({closed!r})
ASKED = pathlib.Path({asked!r})


class Paid:
    help = "The learner has paid."
    listens_to = ["graded"]

    def __call__(self, record, now):
        ASKED.touch()
        while CLOSED.exists():
            time.sleep(0.005)
        return True


paid = Paid()
"""
"""A colleague's program: it notes that it is asked, and answers nothing while it is closed."""

HEAD = struct.Struct("<iI")
POISON = 1
"""Its place among the batch's events, which are decided by learner."""

TIME = "2026-01-05T10:00:00Z"


def batch() -> list[dict[str, str]]:
    """Give three learners' events; the cashier is asked about the second one."""
    viewed = {"time": TIME, "object": "page:1", "is": "viewed"}
    graded = {"time": TIME, "object": "quiz:1", "is": "graded"}
    return [
        {"id": "e1", "learner": "ada", **viewed},
        {"id": "e2", "learner": "poison", **graded},
        {"id": "e3", "learner": "zoe", **viewed},
    ]


def closed(folder: Path) -> Path:
    """Give the file that closes the cashier while it is there."""
    return folder / "closed"


def asked(folder: Path) -> Path:
    """Give the file that the cashier makes when she is asked."""
    return folder / "asked"


def serve(processes: Processes) -> Service:
    """Start a service whose rules ask the cashier."""
    folder = processes.folder
    packs = write_pack(folder, CREDENTIALS)
    pack = packs / "p" / "pack.yaml"
    pack.write_text(pack.read_text() + '  page: {lms: "page:1", kind: activity}\n')
    facts = folder / "facts"
    information = facts / "cashier-1.dist-info"
    information.mkdir(parents=True)
    (facts / "cashier.py").write_text(
        CASHIER.format(closed=str(closed(folder)), asked=str(asked(folder)))
    )
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: cashier\nVersion: 1\n")
    (information / "entry_points.txt").write_text("[milepost.facts]\nhas-paid = cashier:paid\n")
    config = folder / "config.toml"
    config.write_text(f"[facts]\npath = [{str(facts)!r}]\ntimeout = 60.0\n")
    database = f"sqlite:///{folder / 'm.db'}"
    arguments = ("--config", config, "--packs", packs, "--database", database)
    return processes.serve(*arguments).ready()


def in_hand(marks: Path, worker: int) -> set[int]:
    """Give the places of the events that a worker has in hand, from the marks it keeps."""
    found = set()
    for path in marks.glob(f"worker-{worker}-*.mark"):
        with path.open("rb", buffering=0) as file:
            head = file.read(HEAD.size)
        if len(head) == HEAD.size:  # one that is only just begun is empty
            number, length = HEAD.unpack(head)
            found |= {int(number)} if length else set()
    return found


def crash(service: Service, folder: Path) -> None:
    """Send a batch, and let the worker crash while it has the second event in hand."""
    failed: list[Exception] = []

    def send() -> None:
        try:
            httpx.post(f"{service.address}/events", json=batch(), timeout=PATIENCE)
        except httpx.HTTPError as error:
            failed.append(error)

    closed(folder).touch()
    asked(folder).unlink(missing_ok=True)
    worker, sender = service.worker(), threading.Thread(target=send)
    sender.start()
    wait_for(asked(folder).exists, "the cashier is not asked about the event")
    os.kill(worker, signal.SIGSTOP)  # it holds the event now, and can't let go of it
    held = in_hand(folder / "m.db.workers", worker)
    os.kill(worker, signal.SIGSEGV)
    os.kill(worker, signal.SIGCONT)
    sender.join()
    closed(folder).unlink()
    assert ({POISON}, 1) == (held, len(failed))


def crash_often(service: Service, folder: Path, times: int) -> None:
    """Let the worker crash so often by one event; each time the service comes back."""
    for death in range(times):
        crash(service, folder)
        service.ready(times=death + 2)
        assert 200 == httpx.get(f"{service.address}/readyz", timeout=PATIENCE).status_code


def test_three_deaths_by_one_event(processes: Processes) -> None:
    """Each time the service comes back by itself; the fourth time the event is set aside."""
    service = serve(processes)
    database = f"sqlite:///{processes.folder / 'm.db'}"
    crash_often(service, processes.folder, 3)
    client = service.client()
    answer = client.post("/events", json=batch())
    assert 200 == answer.status_code
    assert (2, [batch()[POISON]["id"]]) == (
        answer.json()["accepted"],
        [one["id"] for one in answer.json()["quarantined"]],
    )
    for neighbour in (batch()[0], batch()[2]):
        explained = client.get(f"/learners/{neighbour['learner']}/explain/seen")
        assert "yes" == explained.json()["answer"]
    listed = processes.verb("quarantine", "list", "--database", database)["rows"]
    assert isinstance(listed, list)
    (row,) = listed
    assert "in hand when a worker died, 3 times" in row["reason"]
    assert batch()[POISON] == json.loads(row["raw"])

    retried = processes.verb("quarantine", "retry", str(row["id"]), "--database", database)
    assert (1, 0) == (retried["taken"], retried["quarantined"])
    assert 1 == client.post("/events", json=batch()[POISON]).json()["duplicates"]
    assert 0 == service.stop()


def test_two_deaths_are_forgiven(processes: Processes) -> None:
    """An event that was in hand twice and then goes through is an event like any other."""
    service = serve(processes)
    crash_often(service, processes.folder, 2)
    answer = service.client().post("/events", json=batch()).json()
    assert (3, []) == (answer["accepted"], answer["quarantined"])
    explained = service.client().get("/learners/poison/explain/paid").json()
    assert "yes" == explained["answer"]
