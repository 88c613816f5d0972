"""An event that kills its worker is found and put aside, in real processes that really die."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.outgoing.effects import entries_for
from adapters.service.deathmark import DeathMark, victims
from adapters.service.ingest import Taken
from adapters.service.service import Service
from adapters.store import Store
from notifications.mode import Mode
from tests.adapters.service.small_rules import START, enrolled, plan, received

WORKER = """
import os, sys
from pathlib import Path
from adapters.outgoing.effects import entries_for
from adapters.service.service import Service
from adapters.store import open_store
from engine.plan import Plan
from notifications.mode import Mode
from tests.adapters.service.small_rules import START, enrolled, received, ruleset

class Deadly:
    def triggered_by(self, fact):
        if fact.course == "course:1" and DEADLY[0]:
            os._exit(139)
        return ()

DEADLY = [False]
plan = Plan(ruleset(), make_matcher=lambda _: Deadly())
placed = plan.place

def place(event):
    DEADLY[0] = event.learner == "poison"
    return placed(event)

plan.place = place
service = Service(open_store(sys.argv[1]), plan, entries_for(Mode.HOLD), marks=Path(sys.argv[2]))
batch = [received(enrolled(name)) for name in ("ada", "poison", "zoe")]
print([receipt.taken.value for receipt in service.ingest(batch, START, "lms")])
"""


def work(url: str, marks: Path) -> subprocess.CompletedProcess[str]:
    """Run a worker that dies of one event."""
    return subprocess.run(
        [sys.executable, "-c", WORKER, url, str(marks)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )


def test_an_event_may_kill_three_workers(store: Store, database_url: str, tmp_path: Path) -> None:
    """The fourth puts it aside, with its neighbours accepted; nothing was half done before."""
    marks = tmp_path / "marks"
    for _ in range(3):
        assert 139 == work(database_url, marks).returncode
        assert 0 == store.counts()["events"]
    fourth = work(database_url, marks)
    assert "['accepted', 'quarantined', 'accepted']\n" == fourth.stdout, fourth.stderr
    (row,) = store.quarantine.listed()
    assert ("poison-enrolled", "worker: it was in hand when a worker died, 3 times") == (
        row.item,
        row.reason,
    )
    assert ["ada", "zoe"] == list(store.learners())


def test_a_repaired_worker_takes_it_after_a_retry(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    """A person tries it again: its deaths are forgotten."""
    marks = tmp_path / "marks"
    for _ in range(4):
        work(database_url, marks)
    service = Service(store, plan(), entries_for(Mode.HOLD), marks=marks)
    (row,) = store.quarantine.listed()
    (receipt,) = service.retry([row.id], lambda *_: received(enrolled("poison")), START)
    assert Taken.ACCEPTED is receipt.taken
    assert () == store.quarantine.listed()
    service.close()


def test_a_success_forgets_a_death(store: Store, tmp_path: Path) -> None:
    """Who was in hand when a machine was switched off is not to blame."""
    marks = tmp_path / "marks"
    mark = DeathMark(marks)
    mark.batch([("lms", "ada-enrolled")])
    mark.hand(0)
    dead = next(marks.iterdir()).read_bytes()
    mark.close()
    (marks / "worker-1-dead.mark").write_bytes(dead)
    service = Service(store, plan(), entries_for(Mode.HOLD), marks=marks)
    assert 1 == tries(store)
    service.ingest([received(enrolled("ada"))], START, "lms")
    assert 0 == tries(store)
    service.close()


def tries(store: Store) -> int:
    """Count the events that are under suspicion."""
    with store.database.read() as connection:
        number: int = connection.exec_driver_sql("SELECT count(*) FROM attempts").scalar_one()
    return number


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff" * 64, b"\x00\x00\x00\x00\x05\x00\x00\x00hello"]
)
def test_a_broken_mark_blames_nobody(tmp_path: Path, data: bytes) -> None:
    """A file that was cut short or is none of ours is passed over."""
    (tmp_path / "worker-1-x.mark").write_bytes(data)
    assert [None] == [key for _, key in victims(tmp_path)]


def test_the_living_are_not_blamed(tmp_path: Path) -> None:
    """A worker that is at work has something in hand, and holds its file."""
    with DeathMark(tmp_path) as mark:
        mark.batch([("lms", "x")])
        mark.hand(0)
        assert [] == list(victims(tmp_path))
    assert [] == list(tmp_path.iterdir())
