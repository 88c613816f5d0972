"""The command line as a process of its own, in a folder of the test's own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
PACKS = REPOSITORY / "rules" / "packs"
PATIENCE = 120


@dataclass(frozen=True)
class Ran:
    """What a verb said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        """Read the one document on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Milepost:
    """The program, run in a folder."""

    folder: Path

    @property
    def database(self) -> str:
        """Give the URL of the folder's database."""
        return f"sqlite:///{self.folder / 'milepost.db'}"

    def __call__(self, *arguments: str | Path, environ: dict[str, str] | None = None) -> Ran:
        """Run a verb."""
        done = subprocess.run(
            self.words(*arguments),
            cwd=self.folder,
            env=environment() | (environ or {}),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def words(self, *arguments: str | Path) -> list[str]:
        """Give the words of a command."""
        return [sys.executable, str(REPOSITORY / "milepost.py"), *map(str, arguments)]


def environment() -> dict[str, str]:
    """Give the environment without what would change settings."""
    return {name: text for name, text in os.environ.items() if not name.startswith("MILEPOST_")}
