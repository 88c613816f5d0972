"""`milepost load`: everything once, whatever is run twice, cut short or lived through."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.adapters.load.milepost import PACKS, Milepost, Ran


def scalar(milepost: Milepost, statement: str) -> int:
    """Ask the database for one number."""
    with closing(sqlite3.connect(milepost.folder / "milepost.db")) as connection:
        found: int = connection.execute(statement).fetchone()[0]
    return found


def load(milepost: Milepost, *more: str | Path) -> Ran:
    """Load into the folder's database by the example pack."""
    packs = PACKS / "data-literacy"
    return milepost("load", *more, "--database", milepost.database, "--packs", packs, "--json")


@pytest.fixture
def cohort(milepost: Milepost) -> Path:
    """Give a file of a small cohort."""
    path = milepost.folder / "cohort.jsonl"
    assert 0 == milepost("cohort", "--learners", "12", "--seed", "5", "--out", path).code
    return path


def test_loading_twice_changes_nothing(milepost: Milepost, cohort: Path) -> None:
    """History earns credentials and sends nothing; the second time all is known."""
    lines = len(cohort.read_bytes().splitlines())
    first = load(milepost, cohort)
    awards = scalar(milepost, "SELECT count(*) FROM awards")
    second = load(milepost, cohort)
    counted = [(r.json["accepted"], r.json["duplicates"], r.code) for r in (first, second)]
    assert [(lines, 0, 0), (0, lines, 0)] == counted
    assert awards == scalar(milepost, "SELECT count(*) FROM awards")
    assert 0 < awards
    assert 0 == scalar(milepost, "SELECT count(*) FROM outbox WHERE kind = 'email'")
    assert lines == scalar(milepost, "SELECT count(*) FROM events")


def test_a_file_cut_short_is_said_and_can_be_resumed(milepost: Milepost, cohort: Path) -> None:
    """What came before the cut is stored; the whole file brings the rest."""
    whole = gzip.compress(cohort.read_bytes())
    cut = milepost.folder / "cut.jsonl.gz"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    broken = load(milepost, cut)
    taken = broken.json["accepted"]
    assert isinstance(taken, int)
    assert (1, True) == (broken.code, "cut short" in str(broken.json["error"]))
    assert 0 < taken
    cut.write_bytes(whole)
    again = load(milepost, cut)
    lines = len(cohort.read_bytes().splitlines())
    assert (0, taken, lines) == (
        again.code,
        again.json["duplicates"],
        taken + int(str(again.json["accepted"])),
    )


def test_what_cannot_be_used_is_put_aside_and_its_neighbours_are_not(
    milepost: Milepost, cohort: Path
) -> None:
    """It is listed with its reason, tried again once it makes sense, or dropped."""
    good = cohort.read_bytes().splitlines()[0]
    mixed = milepost.folder / "mixed.jsonl"
    mixed.write_bytes(b'{"learner":"a"\n' + good + b'\n{"learner":"a","is":"graded"}\n')
    ran = load(milepost, mixed)
    assert (0, 1, 2) == (ran.code, ran.json["accepted"], ran.json["quarantined"])

    def quarantine(*words: str) -> Ran:
        return milepost("quarantine", *words, "--database", milepost.database, "--json")

    listed = quarantine("list").json
    assert {"waiting": 2, "dropped": 0} == listed["counts"]
    retried = quarantine("retry", "--all")
    assert (1, 0, 2) == (retried.code, retried.json["taken"], retried.json["quarantined"])
    assert {"dropped": 1} == quarantine("drop", "1").json
    assert {"waiting": 1, "dropped": 1} == quarantine("list").json["counts"]
    assert 2 == quarantine("drop").code


def test_a_term_is_lived_through_on_a_simulated_clock(milepost: Milepost, cohort: Path) -> None:
    """Timers come due in between, with no service beside; mail waits for one that sends."""
    ran = load(
        milepost,
        cohort,
        *("--clock-from", "2025-02-20T00:00:00+00:00", "--clock-speed", "2000000"),
    )
    assert 0 == ran.code, ran.err
    assert len(cohort.read_bytes().splitlines()) == ran.json["accepted"]
    assert 0 < scalar(milepost, "SELECT count(*) FROM outbox WHERE status = 'held'")
    assert 0 == scalar(
        milepost, "SELECT count(*) FROM outbox WHERE kind='email' AND status<>'held'"
    )
    nudged = "SELECT count(*) FROM decisions WHERE did = 'fired' AND thing LIKE '%nudge%'"
    assert 0 < scalar(milepost, nudged)


def test_wrong_usage_is_said(milepost: Milepost) -> None:
    """A missing file, a clock that is none, packs with mistakes: a sentence and no traceback."""
    missing = load(milepost, "nowhere.jsonl")
    assert (2, "there is no file nowhere.jsonl\n") == (missing.code, missing.err)
    empty = milepost.folder / "empty.jsonl"
    empty.write_text("")
    clock = load(milepost, empty, "--clock-from", "yesterday")
    assert (2, True) == (clock.code, "is not a time with an offset" in clock.err)
    pack = milepost.folder / "packs" / "p"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("pack: p\n")
    bad = milepost("load", empty, "--database", milepost.database, "--packs", pack.parent)
    assert (1, True, False) == (
        bad.code,
        "nothing was loaded" in bad.err,
        "Traceback" in bad.err,
    )
