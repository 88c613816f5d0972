"""The mail server dies between a message and its answer: what is uncertain is listed, not sent."""

import re
from datetime import timedelta
from pathlib import Path

from adapters.clock import machine_now
from adapters.store import open_store
from notifications.envelope import message_id
from notifications.outbox import Status
from tests.acceptance.faults.processes import MailServer, Processes, wait_for
from tests.adapters.serve.service_process import write_pack

RULES = """\
rules:
  failed-quiz:
    title: Help after a failed quiz
    when:
      quiz: quiz
      is: failed
    then:
      - email: messages/help.md
"""
MESSAGE = """\
---
subject: "A hand with the quiz"
category: feedback
---
Hello {{ learner.first_name }}, try again tomorrow.
"""
LEARNERS = 60
TAKEN = 25
CONNECTIONS = 4
DOMAIN = "uni.test"


def packs_in(folder: Path) -> Path:
    """Write a pack whose one rule writes to whoever fails the quiz."""
    packs = write_pack(folder, RULES)
    messages = packs / "p" / "messages"
    messages.mkdir()
    (messages / "help.md").write_text(MESSAGE)
    return packs


def environ(mail: MailServer) -> dict[str, str]:
    """Give the settings of live mail to a server."""
    return {
        "MILEPOST_SMTP__HOST": "127.0.0.1",
        "MILEPOST_SMTP__PORT": str(mail.port),
        "MILEPOST_SMTP__TLS": "none",
        "MILEPOST_SMTP__CONNECTIONS": str(CONNECTIONS),
        "MILEPOST_MAIL__FROM": f"milepost@{DOMAIN}",
    }


def failures() -> list[dict[str, object]]:
    """Give learners with addresses, each of whom fails the quiz a moment from now."""
    before = machine_now().isoformat()
    after = (machine_now() + timedelta(seconds=1)).isoformat()
    found: list[dict[str, object]] = []
    for number in range(LEARNERS):
        name = f"learner-{number:02d}"
        person = {"name": name.title(), "email": f"{name}@learner.test"}
        mark = {"score": {"raw": 10, "min": 0, "max": 100}}
        found += [
            {"learner": name, "is": "profile", "time": before, **person},
            {"learner": name, "is": "graded", "object": "quiz:1", "time": after, **mark},
        ]
    return found


def test_killed_between_data_and_answer(processes: Processes, database: str) -> None:
    """Of 60 messages 25 are answered; the four on the wire are listed; the others go later."""
    mail = processes.mail_server("--silent-after", str(TAKEN))
    arguments = (
        *("--packs", packs_in(processes.folder)),
        *("--mail-mode", "live", "--database", database),
    )
    service = processes.serve(*arguments, environ=environ(mail)).ready()
    answer = service.client().post("/events", json=failures())
    assert 2 * LEARNERS == answer.json()["accepted"]
    wait_for(lambda: len(mail.unanswered()) == CONNECTIONS, "too few messages are on the wire")
    mail.kill()
    service.wait_for(
        lambda: len(re.findall(": in_doubt, ", service.said())) == CONNECTIONS, "no doubt is noted"
    )
    uncertain = set(mail.unanswered())
    # A new one does not wait out the pause that a dead server is given.
    assert 0 == service.stop()
    again = processes.mail_server(port=mail.port)
    service = processes.serve(*arguments, environ=environ(again)).ready()

    store = open_store(database)
    try:
        counts = store.outbox.counts
        moving = {Status.QUEUED, Status.CLAIMED, Status.WIRE}
        service.wait_for(
            lambda: not any(status in moving for _, status in counts()), "mail is left"
        )
        assert 0 == service.stop()
    finally:
        store.close()
    accepted = again.accepted()
    assert len(accepted) == len(set(accepted))
    listed = processes.verb("outbox", "list", "--database", database)["rows"]
    assert isinstance(listed, list)
    assert {("in_doubt", "email")} == {(row["status"], row["kind"]) for row in listed}
    assert uncertain == {message_id(row["key"], DOMAIN) for row in listed}
    assert LEARNERS == len(set(accepted) | uncertain)
    # Every other one had been taken by the server before it died.
    assert CONNECTIONS // 2 == len(set(accepted) & uncertain)


def test_killed_service_with_mail_on_the_wire(processes: Processes) -> None:
    """The service dies while the server is silent: the same four are listed at the next start."""
    database = f"sqlite:///{processes.folder / 'm.db'}"
    mail = processes.mail_server("--silent-after", str(TAKEN))
    arguments = (
        *("--packs", packs_in(processes.folder)),
        *("--mail-mode", "live", "--database", database),
    )
    service = processes.serve(*arguments, environ=environ(mail)).ready()
    service.client().post("/events", json=failures())
    wait_for(lambda: len(mail.unanswered()) == CONNECTIONS, "too few messages are on the wire")
    service.kill()
    uncertain = set(mail.unanswered())
    mail.kill()
    again = processes.mail_server(port=mail.port)
    service = processes.serve(*arguments, environ=environ(again)).ready()
    wait_for(
        lambda: len(set(again.accepted()) | uncertain) == LEARNERS, "not all messages have left"
    )
    assert 0 == service.stop()
    accepted = again.accepted()
    assert len(accepted) == len(set(accepted))
    listed = processes.verb("outbox", "list", "--status", "in_doubt", "--database", database)
    rows = listed["rows"]
    assert isinstance(rows, list)
    assert uncertain == {message_id(row["key"], DOMAIN) for row in rows}
