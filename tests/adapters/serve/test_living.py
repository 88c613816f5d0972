"""The service by itself: timers that come due, mail that leaves, and a disk that is full."""

import re
import resource
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx

from tests.adapters.serve.service_process import Start, write_pack

RULES = """\
rules:
  quiet:
    title: Gone quiet
    when:
      inactive: 3 days
      in: any course
    then:
      - email: messages/quiet.md
    limits:
      cap: 1 in all
"""

MESSAGE = """\
---
subject: "We miss you, {{ learner.first_name }}"
category: reminders
---
Hello {{ learner.first_name }}, you have been away for a while.
"""

PROFILE = {"learner": "ada", "is": "profile", "name": "Ada L", "email": "ada@learner.test"}


def _at(client: httpx.Client) -> str:
    """Give the service's time, as its page shows it."""
    found = re.search('<time datetime="([^"]+)">', client.get("/").text)
    assert found
    return found.group(1)


def test_a_timer_comes_due_and_a_message_is_written_once(start: Start, tmp_path: Path) -> None:
    """A learner goes quiet on an accelerated clock; one message is in the folder, and stays one."""
    packs = write_pack(tmp_path, RULES)
    messages = packs / "p" / "messages"
    messages.mkdir()
    (messages / "quiet.md").write_text(MESSAGE)
    arguments = (
        "--packs",
        str(packs),
        "--mail-mode",
        "folder",
        "--clock-from",
        "2026-01-05T10:00:00Z",
        "--clock-speed",
        "60000",
    )
    service = start(*arguments).ready()
    client = service.client()
    now = _at(client)
    events = [
        PROFILE | {"time": now},
        {"learner": "ada", "is": "enrolled", "object": "course:1", "time": now},
        {"learner": "ada", "is": "viewed", "object": "quiz:1", "course": "course:1", "time": now},
    ]
    assert 3 == client.post("/events", json=events).json()["accepted"]
    mail = tmp_path / "var" / "mail"
    service.wait_for(lambda: len(list(mail.glob("*.eml"))) == 1, "no message is written")
    service.kill()
    service = start(*arguments).ready()
    time.sleep(1.5)
    written = list(mail.glob("*.eml"))
    assert 1 == len(written)
    found = message_from_bytes(written[0].read_bytes(), policy=default)
    assert "We miss you, Ada" == found["Subject"]
    assert "ada@learner.test" in found["To"]
    assert "yes" == _fired(service.client())


def _fired(client: httpx.Client) -> str:
    answer: str = client.get("/learners/ada/explain/quiet").json()["answer"]
    return answer


def test_a_full_disk_is_a_503_and_nothing_is_lost(start: Start, tmp_path: Path) -> None:
    """Where a file can't grow events are refused with Retry-After; with room they are taken."""
    service = start("--database", "sqlite:///m.db").ready()
    client = service.client()
    assert 1 == client.post("/events", json=_event(0)).json()["accepted"]
    largest = max(path.stat().st_size for path in tmp_path.glob("m.db*") if path.is_file())
    worker = service.worker()
    before = resource.prlimit(worker, resource.RLIMIT_FSIZE)
    resource.prlimit(worker, resource.RLIMIT_FSIZE, (largest, before[1]))
    answers = [client.post("/events", json=_event(number)) for number in range(1, 40)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    assert {503} == {answer.status_code for answer in refused}
    assert refused[0].headers["Retry-After"].isdecimal()
    resource.prlimit(worker, resource.RLIMIT_FSIZE, before)
    taken = sum(answer.json()["accepted"] for answer in answers if answer.status_code == 200)
    again = [_event(number) for number in range(40)]
    found = client.post("/events", json=again).json()
    assert (taken + 1, 39 - taken) == (found["duplicates"], found["accepted"])


def _event(number: int) -> dict[str, str]:
    return {
        "id": f"e{number}",
        "time": "2026-01-05T10:00:00Z",
        "learner": f"learner {number}",
        "object": "page:1",
        "is": "viewed",
        "course": "x" * 1500,
    }
