"""A replay that is interrupted goes on where it was, and never with another replay's results."""

import subprocess
import time
from pathlib import Path

import pytest

from tests.adapters.load.milepost import Milepost, environment
from tests.adapters.replaying.conftest import good


@pytest.fixture
def longer(milepost: Milepost) -> Path:
    """Give a term that takes long enough to be killed in the middle."""
    path = milepost.folder / "longer.jsonl"
    good(milepost("cohort", "--learners", "1500", "--seed", "2", "--out", path))
    return path


def test_a_killed_replay_goes_on(
    milepost: Milepost, longer: Path, before: Path, after: Path
) -> None:
    """Parts that were done are not done again, and the answer is that of an undisturbed one."""
    kept = milepost.folder / "kept"
    words: list[str | Path] = [
        "replay",
        after,
        "--events",
        longer,
        "--beside",
        before,
        "--jobs",
        "1",
        "--json",
    ]
    process = subprocess.Popen(
        milepost.words(*words, "--keep", kept),
        cwd=milepost.folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while len(list(kept.glob("*.result"))) < 3 and process.poll() is None:
        assert time.monotonic() < until, "nothing was ever done"
        time.sleep(0.01)
    process.kill()
    process.wait()
    done = {path: path.stat().st_mtime_ns for path in kept.glob("*.result")}
    parts = len(list(kept.glob("events/*.spool")))
    resumed = good(milepost(*words, "--keep", kept)).out

    assert 3 <= len(done) < parts
    assert done == {path: path.stat().st_mtime_ns for path in done}
    assert good(milepost(*words)).out == resumed


def test_a_folder_of_another_replay_is_refused(
    milepost: Milepost, term: Path, before: Path, after: Path
) -> None:
    """Results of other rules would be taken for those of these: it says what differs."""
    kept = milepost.folder / "kept"
    good(milepost("replay", before, "--events", term, "--keep", kept))
    ran = milepost("replay", after, "--events", term, "--keep", kept)

    assert 1 == ran.code
    assert "holds another replay (ruleset differ)" in ran.err


def test_changed_events_are_no_resumption(milepost: Milepost, term: Path, before: Path) -> None:
    """A file that has grown since is another history."""
    kept = milepost.folder / "kept"
    good(milepost("replay", before, "--events", term, "--keep", kept))
    with term.open("a") as file:
        file.write("\n")
    ran = milepost("replay", before, "--events", term, "--keep", kept)

    assert 1 == ran.code
    assert "history" in ran.err
