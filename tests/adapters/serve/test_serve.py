"""`milepost serve` as an operator meets it: it starts, says what it does, and ends well."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import httpx

from tests.adapters.serve.service_process import (
    PASSED,
    REPOSITORY,
    Start,
    alive,
    write_pack,
)

EVENT = {
    "id": "e1",
    "time": "2026-01-05T10:00:00Z",
    "learner": "https://lms.uni.example|ada",
    "object": "quiz:1",
    "is": "graded",
    "score": {"raw": 78, "min": 0, "max": 100},
}


def explained(client: httpx.Client, thing: str, learner: str = str(EVENT["learner"])) -> str:
    """Ask over HTTP whether a learner has something."""
    path = f"/learners/{quote(learner, safe='')}/explain/{quote(thing, safe='')}"
    answer = client.get(path)
    assert 200 == answer.status_code, answer.text
    found: str = answer.json()["answer"]
    return found


def test_without_anything(start: Start, tmp_path: Path) -> None:
    """Without settings, packs and a database it starts, says what is missing, takes events."""
    service = start().ready()
    assert "this folder is missing" in service.said()
    assert "no credential is configured" in service.said()
    client = service.client()
    assert 200 == client.get("/healthz").status_code
    assert [] == client.get("/readyz").json()["packs"]
    answer = client.post("/events", json=EVENT)
    assert {"accepted": 1, "duplicates": 0, "quarantined": [], "ids": ["e1"]} == answer.json()
    assert 1 == client.post("/events", json=EVENT).json()["duplicates"]
    assert 0 == service.stop()
    assert "stopped" in service.said()
    assert (tmp_path / "var" / "milepost.db").is_file()


def test_with_an_empty_folder_of_packs(start: Start, tmp_path: Path) -> None:
    """An empty folder of packs is no mistake."""
    (tmp_path / "packs").mkdir()
    service = start("--packs", "packs", "--database", "sqlite:///m.db", "--mail-mode", "hold")
    assert 200 == service.ready().client().get("/readyz").status_code


def test_an_award_is_there_and_explained(start: Start, tmp_path: Path) -> None:
    """An event earns a credential, and why is answered under its percent-encoded names."""
    service = start("--packs", str(write_pack(tmp_path))).ready()
    client = service.client()
    assert 404 == client.get("/learners/nobody/explain/badge").status_code
    client.post("/events", json=EVENT)
    assert "yes" == explained(client, "p/badge")
    assert "yes" == explained(client, "badge")
    low = EVENT | {"id": "e2", "learner": "bob", "score": {"raw": 10, "max": 100}}
    client.post("/events", json=low)
    assert "no" == explained(client, "badge", "bob")
    missing = client.get("/learners/bob/explain/badge").json()["missing"]
    assert missing
    assert 404 == client.get("/learners/bob/explain/unknown").status_code
    assert "credentials awarded" in client.get("/").text


def test_the_verb_explains_as_the_service_does(start: Start, tmp_path: Path) -> None:
    """`milepost explain` answers from the same database, by the rules that the service has."""
    service = start("--packs", str(write_pack(tmp_path)), "--database", "sqlite:///m.db").ready()
    service.client().post("/events", json=EVENT)
    program = [sys.executable, str(REPOSITORY / "milepost.py"), "explain", "--json"]
    asked = [*program, "--database", "sqlite:///m.db", str(EVENT["learner"]), "badge"]
    answer = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "yes" == json.loads(answer.stdout)["answer"], answer.stderr
    # Places are told as seen from where the author stands, and not from the service's folder.
    assert ".yaml" in answer.stdout
    assert str(tmp_path) not in answer.stdout
    missing = [*program, "--database", "sqlite:///none.db", "ada", "badge"]
    answer = subprocess.run(missing, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 2 == answer.returncode
    assert "there is no database" in answer.stderr
    assert not (tmp_path / "none.db").exists()


def test_what_can_t_be_used_is_set_aside(start: Start) -> None:
    """A bad event comes back with its reason, its neighbours are taken, and it is kept."""
    client = start().ready().client()
    answer = client.post("/events", json=[EVENT, EVENT | {"id": "e2", "time": "soon"}]).json()
    assert 1 == answer["accepted"]
    assert ["e2"] == [one["id"] for one in answer["quarantined"]]
    assert "events in quarantine</th><td>1<" in client.get("/").text


def test_a_port_that_is_taken(start: Start) -> None:
    """A port that another has is said in a sentence, and the exit code is 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service = start(port=str(taken.getsockname()[1]))
        assert 1 == service.process.wait(30)
    assert "it can't listen on 127.0.0.1" in service.said()
    assert "Traceback" not in service.said()


def test_beyond_this_machine_only_with_a_credential(start: Start) -> None:
    """Without a credential it refuses to listen for others; with one it does not."""
    service = start("--host", "0.0.0.0")  # noqa: S104 - that is what is refused
    assert 2 == service.process.wait(30)
    assert "MILEPOST_API_KEYS" in service.said()
    environ = {"MILEPOST_API_KEYS": "moodle:sesam,canvas:other"}
    service = start(environ=environ).ready()
    client = service.client()
    assert 401 == client.post("/events", json=EVENT).status_code
    answer = client.post("/events", json=EVENT, headers={"Authorization": "Bearer sesam"})
    assert 1 == answer.json()["accepted"]
    other = client.post("/events", json=EVENT, auth=("canvas", "other"))
    assert 1 == other.json()["accepted"]
    assert "sesam" not in service.said()


def test_mistakes_in_settings(start: Start, tmp_path: Path) -> None:
    """All mistakes are shown with their places, the exit code is 2, and nothing is started."""
    (tmp_path / "config.toml").write_text("[http]\nprt = 1\n")
    service = start("--mail-mode", "liv")
    assert 2 == service.process.wait(30)
    assert "config.toml:2:1" in service.said()
    assert "--mail-mode" in service.said()
    assert 'did you mean "live"?' in service.said()


def test_packs_that_were_never_right(start: Start, tmp_path: Path) -> None:
    """With mistakes in the packs and no earlier rules it says where they are and ends with 1."""
    packs = write_pack(tmp_path, PASSED.replace("score:", "scroe:"))
    service = start("--packs", str(packs))
    assert 1 == service.process.wait(30)
    assert "rules.yaml:7" in service.said()


def test_a_worker_that_dies_is_started_again(start: Start, tmp_path: Path) -> None:
    """After the worker was killed, callers on the same address are answered again."""
    service = start("--packs", str(write_pack(tmp_path))).ready()
    client = service.client()
    client.post("/events", json=EVENT)
    first = service.worker()
    os.kill(first, signal.SIGSEGV)
    with httpx.Client(base_url=service.address, timeout=30) as later:
        # Not refused: the parent holds the socket, so it waits for the next worker.
        again = later.post("/events", json=EVENT)
    assert 1 == again.json()["duplicates"]
    service.ready(times=2)
    assert first != service.worker()
    assert "SIGSEGV" in service.said()
    assert "yes" == explained(service.client(), "badge")
    assert 0 == service.stop()


def test_killing_the_parent_takes_the_worker_along(start: Start) -> None:
    """After kill -9 no process is left that holds port or database."""
    service = start().ready()
    worker = service.worker()
    address = service.address
    service.kill()
    service.wait_for(lambda: not alive(worker), "the worker lives on")
    port = address.rpartition(":")[2]
    service = start(port=port).ready()
    assert address == service.address


def test_what_was_acknowledged_outlives_a_kill(start: Start, tmp_path: Path) -> None:
    """Events that were answered with 200 are there after kill -9 in the middle of a stream."""
    packs = str(write_pack(tmp_path))
    service = start("--packs", packs).ready()
    acknowledged: list[str] = []

    def send(number: int) -> None:
        with httpx.Client(base_url=service.address, timeout=10) as client:
            for turn in range(10_000):
                name = f"{number}-{turn}"
                event = EVENT | {"id": name, "learner": f"learner {name}"}
                try:
                    answer = client.post("/events", json=event)
                except httpx.HTTPError:
                    return
                if answer.status_code == 200:
                    acknowledged.append(name)

    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(send, number) for number in range(4)]
        service.wait_for(lambda: len(acknowledged) > 50, "nothing is acknowledged")
        service.kill()
        for each in running:
            each.result()
    service = start("--packs", packs).ready()
    client = service.client()
    events = [EVENT | {"id": name, "learner": f"learner {name}"} for name in acknowledged]
    assert len(events) == client.post("/events", json=events).json()["duplicates"]
    assert "yes" == explained(client, "badge", f"learner {acknowledged[-1]}")


def test_stopping_answers_what_was_asked(start: Start) -> None:
    """A request that is on its way when the service is stopped gets its answer."""
    service = start().ready()
    url = httpx.URL(service.address)
    body = json.dumps(EVENT).encode()
    with socket.create_connection((url.host, url.port or 0)) as line:
        head = f"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body[:10])
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        line.sendall(body[10:])
        answer = line.recv(65536)
    assert b" 200 " in answer.partition(b"\r\n")[0]
    assert 0 == service.process.wait(30)


def test_a_locked_database_is_a_503(start: Start, tmp_path: Path) -> None:
    """While another holds the database events are refused with Retry-After; later taken."""
    service = start("--database", "sqlite:///m.db").ready()
    client = service.client()
    other = sqlite3.connect(tmp_path / "m.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = client.post("/events", json=EVENT)
    assert 503 == answer.status_code
    assert answer.headers["Retry-After"].isdecimal()
    assert 200 == client.get("/healthz").status_code
    other.execute("ROLLBACK")
    other.close()
    assert 1 == client.post("/events", json=EVENT).json()["accepted"]


def test_many_callers_at_once(start: Start) -> None:
    """Concurrent callers each get their own ids, and nothing is lost or doubled."""
    service = start().ready()
    answers: dict[int, list[str]] = {}

    def send(number: int) -> None:
        events = [EVENT | {"id": f"{number}-{n}", "learner": f"l{n}"} for n in range(20)]
        with httpx.Client(base_url=service.address, timeout=30) as client:
            answers[number] = client.post("/events", json=events).json()["ids"]

    threads = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: [f"{n}-{i}" for i in range(20)] for n in range(20)} == answers
    assert "events taken</th><td>400<" in service.client().get("/").text


def test_a_simulated_clock_goes_on_after_a_kill(start: Start) -> None:
    """The same command after kill -9 goes on in simulated time; it does not go back."""
    arguments = ("--clock-from", "2013-10-01T00:00:00Z", "--clock-speed", "3600")

    def shown(service_client: httpx.Client) -> datetime:
        since: str = service_client.get("/readyz").json()["since"]
        return datetime.fromisoformat(since)

    service = start(*arguments).ready()
    assert "the clock is simulated" in service.said()
    first = shown(service.client())
    service.kill()
    time.sleep(0.5)
    second = shown(start(*arguments).ready().client())
    assert datetime.fromisoformat("2013-10-01T00:00:00Z") <= first
    assert 1800 < (second - first).total_seconds() < 3600 * 60


def test_the_database_of_a_newer_version_is_refused(start: Start, tmp_path: Path) -> None:
    """A database that a newer program wrote is left alone, with a sentence."""
    start("--database", "sqlite:///m.db").ready().stop()
    database = sqlite3.connect(tmp_path / "m.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    service = start("--database", "sqlite:///m.db")
    assert 1 == service.process.wait(30)
    assert "newer version" in service.said()
    assert "Traceback" not in service.said()


def test_doctor(tmp_path: Path) -> None:
    """The doctor finds a fresh folder good and a mail server that is not there wrong."""
    packs = str(write_pack(tmp_path))
    command = [
        sys.executable,
        str(REPOSITORY / "milepost.py"),
        "doctor",
        "--packs",
        packs,
        "--json",
    ]
    good = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 0 == good.returncode, good.stdout
    assert json.loads(good.stdout)["good"] is True
    parts = {finding["part"] for finding in json.loads(good.stdout)["findings"]}
    assert {"settings", "clock", "time zones", "database", "disk", "mail", "packs"} <= parts
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environ = os.environ | {
        "MILEPOST_MAIL__MODE": "live",
        "MILEPOST_SMTP__PORT": port,
        "MILEPOST_SMTP__HOST": "127.0.0.1",
    }
    bad = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environ
    )
    assert 1 == bad.returncode
    wrong = [f for f in json.loads(bad.stdout)["findings"] if f["state"] == "wrong"]
    assert ["mail"] == [finding["part"] for finding in wrong]
    assert wrong[0]["remedy"]
