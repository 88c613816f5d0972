"""Real learners' data through the database comes to what the oracle says, however it arrives."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest

from adapters.inbound.files import read_files
from adapters.inbound.received import Received
from adapters.outgoing.effects import entries_for
from adapters.service.ingest import Taken
from adapters.service.live import with_live
from adapters.service.service import Service
from adapters.store import Store
from engine.outcome import Did
from engine.plan import Plan
from notifications.mode import Mode
from rules.packs import read_packs

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT.parent / "shared" / "samples"
LONG_AGO = datetime(1971, 1, 1, tzinfo=UTC)
NOW = datetime(2030, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the samples may not be copied (licences) and are not here"
)


class Expected(msgspec.Struct):
    """One line of the oracle for a course of OULAD."""

    students_score_ge_40_on_every_assessment: int
    students_score_ge_70_on_every_assessment: int
    nudge_active_registered_no_submission_by_due_day: dict[str, int]


def oracle() -> Iterator[tuple[str, Expected]]:
    """Yield what is expected of each course of OULAD."""
    for line in (SAMPLES / "expected.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        if said["format"] == "oulad-csv":
            for course, expected in said["oracle"].items():
                yield course.partition("-")[0].lower(), msgspec.convert(expected, Expected)


class ExpectedOfFun(msgspec.Struct):
    """What the oracle says of the FUN course."""

    actors_completed_ge_1_distinct_videos: int
    actors_completed_ge_2_distinct_videos: int
    actors_completed_ge_3_distinct_videos: int
    actors_played_ge_10_times: int


def fun_oracle() -> ExpectedOfFun:
    """Give what is expected of the FUN course."""
    lines = (SAMPLES / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    said = next(found for line in lines if "fun-mooc" in (found := json.loads(line))["file"])
    return msgspec.convert(said["oracle"], ExpectedOfFun)


def service_for(pack: str, store: Store) -> Service:
    """Make a service with a pack of the repository that has been live for ever."""
    ruleset = read_packs([ROOT / "rules" / "packs" / pack]).ruleset
    plan = Plan(with_live(ruleset, dict.fromkeys(ruleset.rules, LONG_AGO)))
    return Service(store, plan, entries_for(Mode.HOLD))


def fired(store: Store, thing: str) -> int:
    """Count for how many learners a rule fired."""
    with store.database.read() as connection:
        number: int = connection.exec_driver_sql(
            "SELECT count(DISTINCT learner) FROM decisions "  # noqa: S608 - our own names
            f"WHERE thing = '{thing}' AND did = '{Did.FIRED.value}'"
        ).scalar_one()
    return number


def read(path: Path) -> list[Received]:
    """Read a folder or file of samples."""
    return list(read_files([path], "samples", NOW))


def test_oulad_lived_through_a_day_at_a_time(store: Store) -> None:
    """Credentials, and who was overdue at each due day's end, are the oracle's."""
    service = service_for("oulad", store)
    todo = sorted(read(SAMPLES / "oulad" / "dev"), key=lambda r: r.event.order if r.event else ())
    first = todo[0].event
    assert first is not None
    clock, start = first.time, 0
    while start < len(todo):
        clock, end = clock + timedelta(days=1), start
        while end < len(todo) and (event := todo[end].event) and event.time < clock:
            end += 1
        receipts = service.ingest(todo[start:end], clock, "samples")
        assert {Taken.ACCEPTED} >= {receipt.taken for receipt in receipts}
        while service.sweep(clock):
            pass
        start = end
    for course, expected in oracle():
        assert (
            expected.students_score_ge_40_on_every_assessment,
            expected.students_score_ge_70_on_every_assessment,
            expected.nudge_active_registered_no_submission_by_due_day,
        ) == (
            len(store.history.awards(f"oulad/{course}-sound")),
            len(store.history.awards(f"oulad/{course}-strong")),
            {
                name: fired(store, f"oulad/{course}-{name}-overdue")
                for name in expected.nudge_active_registered_no_submission_by_due_day
            },
        )


def test_fun_shuffled_and_sent_twice(store: Store) -> None:
    """Half of it out of order to begin with: the same credentials as in order, each once."""
    service = service_for("fun", store)
    once = read(SAMPLES / "xapi" / "fun-mooc" / "course-00001.jsonl.gz")
    sent = once + once
    Random(1).shuffle(sent)
    taken = [
        receipt.taken
        for start in range(0, len(sent), 700)
        for receipt in service.ingest(sent[start : start + 700], NOW, "samples")
    ]
    assert (8691, 8691) == (taken.count(Taken.ACCEPTED), taken.count(Taken.DUPLICATE))
    expected = fun_oracle()
    assert (
        expected.actors_completed_ge_1_distinct_videos,
        expected.actors_completed_ge_2_distinct_videos,
        expected.actors_completed_ge_3_distinct_videos,
        expected.actors_played_ge_10_times,
    ) == tuple(
        len(store.history.awards(f"fun/{name}"))
        for name in ("first-video", "two-videos", "three-videos", "keen-player")
    )
