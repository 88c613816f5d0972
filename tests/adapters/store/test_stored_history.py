"""A database's own events as a history: replayed like the files that they came from."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli import application
from adapters.inbound import native_line
from adapters.inbound.cohort import cohort

PACK = str(Path(__file__).parents[3] / "rules" / "packs" / "data-literacy")


def said(*words: str) -> str:
    """Run a verb as its user would, and give what it printed."""
    done = CliRunner().invoke(application(words[0]), list(words))

    assert done.exit_code == 0, done.output
    return done.stdout


def test_replays_from_file_and_database_are_byte_equal(database_url: str, tmp_path: Path) -> None:
    """The same events give the same document, from files, from SQLite and from PostgreSQL."""
    events = tmp_path / "events.jsonl"
    with events.open("wb") as file:
        for event in cohort(15, seed=3):
            file.write(native_line.encode(event) + b"\n")
    said("load", str(events), "--database", database_url, "--packs", PACK)

    from_files = said("replay", PACK, "--events", str(events), "--json")
    assert from_files == said("replay", PACK, "--database", database_url, "--json")


@pytest.mark.parametrize("more", [[], ["--events", PACK, "--database", "sqlite:///x.db"]])
def test_a_replay_needs_one_history(more: list[str]) -> None:
    """Neither files nor a database, or both, is wrong usage."""
    done = CliRunner().invoke(application("replay"), ["replay", PACK, *more])

    assert done.exit_code == 2
    assert "whose events" in done.output
