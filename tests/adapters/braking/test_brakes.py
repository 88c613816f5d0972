"""A person's brakes on a running service: pause, resume, confirm, undo, changes."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.adapters.load.milepost import environment
from tests.adapters.serve.conftest import start
from tests.adapters.serve.service_process import PACK, REPOSITORY, Service, Start

__all__ = ["start"]

RULES = """\
rules:
  open-door:
    title: Open the door for whoever fails
    when: {quiz: quiz, is: failed}
    then:
      - release: door
      - group: needs-support
      - email: messages/door.md
    limits: {cap: 5 in all}
    confirm above: 3 messages
"""
MESSAGE = "---\nsubject: The door\ncategory: feedback\n---\nIt is open.\n"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """Give a pack with one rule that opens, groups and writes."""
    pack = tmp_path / "packs" / "p"
    (pack / "messages").mkdir(parents=True)
    door = '  door: {lms: "page:1", kind: activity}\n'
    (pack / "pack.yaml").write_text(PACK + door)
    (pack / "rules.yaml").write_text(RULES)
    (pack / "messages" / "door.md").write_text(MESSAGE)
    return tmp_path / "packs"


@pytest.fixture
def service(start: Start, packs: Path, tmp_path: Path) -> Service:
    """Give a running service that writes mail into a folder."""
    return start(
        *("--packs", str(packs), "--database", f"sqlite:///{tmp_path / 'm.db'}"),
        environ={"MILEPOST_MAIL__MODE": "folder"},
    ).ready()


class Brakes:
    """The verbs, on the service's database."""

    def __init__(self, folder: Path) -> None:
        """Use the database in a folder."""
        self.folder = folder

    def __call__(self, *words: str) -> dict[str, object]:
        """Run a verb and give its document."""
        found = json.loads(self.told(*words, "--json"))
        assert isinstance(found, dict)
        return found

    def told(self, *words: str) -> str:
        """Run a verb and give what it prints."""
        done = subprocess.run(
            [sys.executable, str(REPOSITORY / "milepost.py"), *words,
             "--database", f"sqlite:///{self.folder / 'm.db'}"],
            env=environment() | {"MILEPOST_MAIL__MODE": "folder"},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert 0 == done.returncode, done.stderr
        return done.stdout

    def count(self, statement: str) -> int:
        """Ask the database for one number."""
        with closing(sqlite3.connect(self.folder / "m.db", timeout=30)) as connection:
            found: int = connection.execute(statement).fetchone()[0]
        return found


@pytest.fixture
def brakes(tmp_path: Path) -> Brakes:
    """Give the verbs."""
    return Brakes(tmp_path)


def fail_quiz(service: Service, *learners: str) -> None:
    """Let learners fail the quiz now."""
    client = service.client()
    for learner in learners:
        event = {
            "id": f"{learner}-failed",
            "time": _now(),
            "learner": learner,
            "object": "quiz:1",
            "is": "failed",
        }
        profile = {
            "id": f"{learner}-profile",
            "time": _now(),
            "learner": learner,
            "is": "profile",
            "fields": {"email": f"{learner}@uni.example", "name": learner},
        }
        assert 1 == client.post("/events", json=profile).json()["accepted"]
        assert 1 == client.post("/events", json=event).json()["accepted"]


def _now() -> str:
    from adapters.clock import machine_now  # noqa: PLC0415 - one place asks what time it is

    return machine_now().isoformat()


FIRED = "SELECT count(*) FROM decisions WHERE did = 'fired' AND draft = {}"
SENT = "SELECT count(*) FROM outbox WHERE kind = 'email' AND status = 'sent'"


def test_a_paused_rule_is_counted_and_does_nothing_until_it_is_resumed(
    service: Service, brakes: Brakes
) -> None:
    """What comes during the pause is a draft's; what comes after it is acted on."""
    fail_quiz(service, "ada")
    service.wait_for(lambda: brakes.count(SENT) == 1, "the first message is not sent")
    paused = brakes("pause", "open-door", "--by", "Eve", "--because", "too many")
    service.wait_for(lambda: "paused now: p/open-door" in service.said(), "it is not paused")
    fail_quiz(service, "bob")

    assert [("p/open-door", "Eve", "too many")] == [
        (p["rule"], p["by"], p["because"])
        for p in paused["paused"]  # type: ignore[attr-defined] # a list, as the document has it
    ]
    assert (1, 1) == (brakes.count(FIRED.format(0)), brakes.count(FIRED.format(1)))
    assert True is brakes("resume", "open-door")["resumed"]
    service.wait_for(lambda: "paused now: nothing" in service.said(), "it is not resumed")
    fail_quiz(service, "cyd")
    service.wait_for(lambda: brakes.count(SENT) == 2, "nothing is sent after the pause")
    assert (2, 1) == (brakes.count(FIRED.format(0)), brakes.count(FIRED.format(1)))


def test_what_has_not_left_is_held_by_a_pause_and_let_go_after_it(
    start: Start, packs: Path, brakes: Brakes
) -> None:
    """A message that waits for the end of the house's quiet hours does not leave in the pause."""
    quiet = {"MILEPOST_MAIL__MODE": "folder", "MILEPOST_MAIL__QUIET_HOURS": "00:00 to 23:59"}
    database = f"sqlite:///{brakes.folder / 'm.db'}"
    service = start("--packs", str(packs), "--database", database, environ=quiet).ready()
    fail_quiz(service, "ada")
    waits = "SELECT count(*) FROM outbox WHERE kind = 'email' AND status = 'queued'"
    calls = "SELECT count(*) FROM outbox WHERE kind = 'webhook' AND status = 'held'"
    settled = lambda: (brakes.count(waits), brakes.count(calls)) == (1, 2)  # noqa: E731 - said once
    service.wait_for(settled, "it does not wait")
    paused = brakes("pause", "--all")

    assert (1, 0) == (paused["held"], brakes.count(waits))
    assert 1 == brakes("resume", "--all")["released"]
    assert 1 == brakes.count(waits)


def test_a_large_run_waits_for_a_persons_word(service: Service, brakes: Brakes) -> None:
    """Above three messages the rest is held; confirmed, it leaves, and the day asks no more."""
    fail_quiz(service, "a", "b", "c", "d", "e")
    held = "SELECT count(*) FROM outbox WHERE kind = 'email' AND reason = 'confirm'"
    written = "SELECT count(*) FROM outbox WHERE kind = 'email'"
    service.wait_for(lambda: brakes.count(held) >= 1, "nothing is held")
    service.wait_for(
        lambda: brakes.count(held) + brakes.count(SENT) == brakes.count(written), "not settled"
    )

    assert 5 == brakes.count(written)
    assert 3 >= brakes.count(SENT)
    assert "milepost confirm p/open-door" in service.said()
    waits = brakes("confirm")["waiting"]
    assert [{"rule": "p/open-door", "messages": brakes.count(held)}] == waits
    brakes("confirm", "open-door")
    service.wait_for(lambda: brakes.count(SENT) == 5, "they do not leave")
    fail_quiz(service, "f")
    service.wait_for(lambda: brakes.count(SENT) == 6, "a confirmed run asks again")


def test_a_refused_run_is_dropped_and_gives_its_slots_back(
    service: Service, brakes: Brakes
) -> None:
    """What was refused is never sent, and says who refused it."""
    fail_quiz(service, "a", "b", "c", "d", "e")
    held = "SELECT count(*) FROM outbox WHERE kind = 'email' AND reason = 'confirm'"
    service.wait_for(lambda: brakes.count(held) >= 2, "nothing is held")
    refused = brakes("confirm", "open-door", "--refuse", "--by", "Eve")

    said = "SELECT count(*) FROM outbox WHERE status = 'suppressed' AND reason = 'refused: Eve'"
    assert refused["dropped"] == brakes.count(said)
    assert 0 == brakes.count(held)


def test_what_a_rule_did_is_taken_back_as_far_as_it_can_be(
    service: Service, brakes: Brakes
) -> None:
    """The door is locked and the group left again; the message that went is named as gone."""
    fail_quiz(service, "ada")
    service.wait_for(lambda: brakes.count(SENT) == 1, "the message is not sent")
    plan = brakes("undo", "open-door", "--since", "2020-01-01")
    assert 0 == plan["undone"]
    assert (["release door", "group needs-support"], {"messages that were sent": 1}) == (
        plan["can"],
        plan["cannot"],
    )
    done = brakes("undo", "open-door", "--since", "2020-01-01", "--yes", "--by", "Eve")
    calls = "SELECT count(*) FROM outbox WHERE kind = 'webhook' AND key LIKE '%.undone.%'"
    noted = "SELECT count(*) FROM decisions WHERE did = 'undone' AND because = 'by Eve'"

    assert (1, 2, 1) == (done["undone"], brakes.count(calls), brakes.count(noted))
    again = brakes("undo", "open-door", "--since", "2020-01-01", "--yes", "--by", "Eve")
    assert (0, 2) == (again["undone"], brakes.count(calls))
    told = brakes.told("undo", "open-door", "--since", "2020-01-01", "--yes")
    assert [
        "p/open-door fired 1 time, for 1 learner.",
        "Nothing of it stands or waits any more.",
    ] == (told.splitlines())


def test_a_change_is_told_in_words_before_it_goes_live(
    service: Service, packs: Path, brakes: Brakes
) -> None:
    """The verb says what it means, and the service's log says it when it takes it in."""
    rules = packs / "p" / "rules.yaml"
    copy = brakes.folder / "next" / "p"
    (copy / "messages").mkdir(parents=True)
    for name in ("pack.yaml", "messages/door.md"):
        (copy / name).write_text((packs / "p" / name).read_text())
    changed = RULES.replace("cap: 5 in all", "cap: 2 in all")
    (copy / "rules.yaml").write_text(changed)
    told = brakes("changes", str(copy))["changes"]

    assert [
        {
            "thing": "p/open-door",
            "kind": "rule",
            "means": [
                "Its `limits` have changed; messages it has sent already count in them.",
            ],
        }
    ] == told
    rules.write_text(changed)
    service.wait_for(
        lambda: "rule p/open-door: Its `limits` have changed" in service.said(),
        "the log does not say it",
    )


def test_nothing_is_undone_of_a_rule_whose_pack_is_not_there(
    packs: Path, brakes: Brakes, tmp_path: Path
) -> None:
    """The LMS could be told nothing; the verb says which setting is missing."""
    events = tmp_path / "events.jsonl"
    failed = {"id": "f", "time": _now(), "learner": "ada", "object": "quiz:1", "is": "failed"}
    events.write_text(json.dumps(failed))
    database = ("--database", f"sqlite:///{tmp_path / 'm.db'}")
    run = partial(subprocess.run, capture_output=True, text=True, check=False, cwd=tmp_path)
    verb = [sys.executable, str(REPOSITORY / "milepost.py")]
    loaded = run([*verb, "load", str(events), "--packs", str(packs), *database])
    assert 0 == loaded.returncode, loaded.stderr
    other = tmp_path / "rules" / "packs" / "other"
    other.mkdir(parents=True)
    (other / "pack.yaml").write_text(
        'pack: other\nlanguage: 1\nversion: "1"\ntitle: O\nowner: me@uni.example\nzone: UTC\n'
    )
    undone = run([*verb, "undo", "open-door", "--since", "2020-01-01", "--yes", *database])
    assert (1, True) == (undone.returncode, "set [rules] packs to the folder" in undone.stderr), (
        undone.stderr
    )
    assert 0 == brakes.count("SELECT count(*) FROM decisions WHERE did = 'undone'")
