"""Real xAPI over HTTP into a running service: what LMSs sent, in batches, shuffled, twice."""

import gzip
import json
import random
from pathlib import Path

import pytest

from adapters.store import open_store
from tests.acceptance.faults.oulad_course import PACKS, SAMPLES
from tests.acceptance.faults.processes import Processes
from tests.adapters.serve.service_process import write_pack

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason=f"the real samples are not at {SAMPLES} (licences)"
)

FUN = SAMPLES / "xapi" / "fun-mooc" / "course-00001.jsonl.gz"
XAPI = {"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"}
BATCH = 100


def rows_of(file: str) -> dict[str, object]:
    """Give the oracle's row about a file."""
    with (SAMPLES / "expected.jsonl").open() as lines:
        for row in map(json.loads, lines):
            if row["file"] == file:
                assert isinstance(row, dict)
                return row
    pytest.fail(f"the oracle knows no {file}")


def test_moodle_batches(processes: Processes) -> None:
    """Each batch is answered 200 with ids in order, and each statement is stored with its score."""
    database = f"sqlite:///{processes.folder / 'm.db'}"
    packs = write_pack(processes.folder)
    service = processes.serve("--packs", packs, "--database", database).ready()
    client = service.client()
    files = sorted((SAMPLES / "xapi" / "moodle").glob("*.statements.json"))
    assert 107 == len(files)
    answered: dict[Path, list[str]] = {}
    for path in files:
        answer = client.post("/xapi/statements", content=path.read_bytes(), headers=XAPI)
        assert 200 == answer.status_code, (path.name, answer.text)
        assert answer.headers["X-Experience-API-Version"]
        answered[path] = answer.json()
    assert 0 == service.stop()

    store = open_store(database)
    assert (0, 0) == (len(store.quarantine.listed()), store.counts()["quarantine"])
    stored = {event.id: event for _, events in store.histories() for event in events}
    with store.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT id, raw FROM events").all()
        raws = {str(name): bytes(raw) for name, raw in rows}
    store.close()
    for path, ids in answered.items():
        wanted = rows_of(f"xapi/moodle/{path.name}")["statements"]
        assert isinstance(wanted, list)
        assert len(wanted) == len(ids)
        for name, row in zip(ids, wanted, strict=True):
            raw = json.loads(raws[name])
            assert (row["verb"], row["object"]) == (raw["verb"]["id"], raw["object"]["id"])
            account = raw["actor"]["account"]
            assert row["actor"] == f"{account['homePage']}|{account['name']}"
            score = stored[name].score
            fraction = None if score is None else score.fraction
            assert row["score_fraction"] == (None if fraction is None else float(fraction))


def test_fun_statements_shuffled_and_twice(processes: Processes, database: str) -> None:
    """8,691 statements in batches, in any order, each twice: the database holds the oracle's."""
    service = processes.serve("--packs", PACKS / "fun", "--database", database).ready()
    client = service.client()
    statements = [line for line in gzip.decompress(FUN.read_bytes()).splitlines() if line]
    wanted = rows_of("xapi/fun-mooc/course-00001.jsonl.gz")["oracle"]
    assert isinstance(wanted, dict)
    assert wanted["statements"] == len(statements)
    # Not one list twice: xAPI refuses a batch that says one id two times.
    chance = random.Random(11)
    mixed = [one for _ in range(2) for one in chance.sample(statements, len(statements))]
    for start in range(0, len(mixed), BATCH):
        batch = list(dict.fromkeys(mixed[start : start + BATCH]))
        answer = client.post(
            "/xapi/statements", content=b"[" + b",".join(batch) + b"]", headers=XAPI
        )
        assert 200 == answer.status_code, answer.text
        assert [json.loads(one)["id"] for one in batch] == answer.json()
    assert 0 == service.stop()

    store = open_store(database)
    counts = store.counts()
    with store.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT credential, count(*) FROM awards GROUP BY credential"
        ).all()
    store.close()
    assert (wanted["statements"], wanted["actors"], 0) == (
        counts["events"],
        counts["records"],
        counts["quarantine"],
    )
    assert {
        name: number
        for name, number in {
            "fun/first-video": wanted["actors_completed_ge_1_distinct_videos"],
            "fun/two-videos": wanted["actors_completed_ge_2_distinct_videos"],
            "fun/three-videos": wanted["actors_completed_ge_3_distinct_videos"],
            "fun/keen-player": wanted["actors_played_ge_10_times"],
        }.items()
        if number
    } == {str(name): int(number) for name, number in rows}
