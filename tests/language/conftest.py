"""Replays and explanations for the tests of the language that a scenario can't express."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import pytest

from tests.language.asked import Explain, Explained, Replay, Replayed

HERE = Path(__file__).parent
MILEPOST = Path(sys.executable).with_name("milepost")


def _run(*words: str) -> str:
    done = subprocess.run(
        [str(MILEPOST), *words, "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _written(path: Path, events: Iterable[Mapping[str, object]]) -> str:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return str(path)


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """Give `milepost replay PACK --events …` of some events, as its JSON document."""

    def run(pack: str, events: Iterable[Mapping[str, object]], until: str = "") -> Replayed:
        file = _written(tmp_path / "events.jsonl", events)
        end = ["--until", until] if until else []
        said = _run("replay", str(HERE / pack), "--events", file, *end)
        return msgspec.json.decode(said, type=Replayed)

    return run


@pytest.fixture
def explain(tmp_path: Path) -> Explain:
    """Give `milepost explain ada THING --events …`, as its JSON document."""

    def run(pack: str, events: Iterable[Mapping[str, object]], thing: str, on: str) -> Explained:
        file = _written(tmp_path / "events.jsonl", events)
        folder = str(HERE / pack)
        said = _run("explain", "ada", thing, "--events", file, "--pack", folder, "--on", on)
        return msgspec.json.decode(said, type=Explained)

    return run
