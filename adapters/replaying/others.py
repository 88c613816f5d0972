"""The rules that a replay is held beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.packs import read_for_use
from engine.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Others:
    """Other rules: whose they are, in words, and what they mean."""

    of: str
    ruleset: Ruleset


def of_folders(folders: Sequence[Path], zone: str) -> Others:
    """Read other rules from folders; exits with a sentence where they are wrong."""
    reading = read_for_use(folders, zone)
    return Others(", ".join(map(str, folders)), reading.ruleset)
