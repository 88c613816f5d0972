"""Replays and explanations for the tests of the language that a scenario can't express."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MILEPOST = Path(sys.executable).with_name("milepost")

Json = Mapping[str, object]
Replay = Callable[..., dict[str, object]]
Explain = Callable[..., dict[str, object]]


def _run(*words: str) -> dict[str, object]:
    done = subprocess.run(  # noqa: S603 - our own command, our own words
        [str(MILEPOST), *words, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def _written(path: Path, events: Iterable[Json]) -> str:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return str(path)


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """Give `milepost replay PACK --events …` of some events, as its JSON document."""

    def run(pack: str, events: Iterable[Json], until: str = "") -> dict[str, object]:
        file = _written(tmp_path / "events.jsonl", events)
        end = ["--until", until] if until else []
        return _run("replay", str(HERE / pack), "--events", file, *end)

    return run


@pytest.fixture
def explain(tmp_path: Path) -> Explain:
    """Give `milepost explain LEARNER THING --events …`, as its JSON document."""

    def run(pack: str, events: Iterable[Json], thing: str, on: str) -> dict[str, object]:
        file = _written(tmp_path / "events.jsonl", events)
        folder = str(HERE / pack)
        return _run("explain", "ada", thing, "--events", file, "--pack", folder, "--on", on)

    return run
