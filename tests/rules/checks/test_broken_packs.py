"""However a pack is broken, `check` tells of it and never fails itself."""

import shutil
from pathlib import Path
from random import Random

import pytest

from adapters.checking import check_packs
from adapters.telling.show import show_problems
from tests.rules.checks.golden import BASE, PACKS

ROUNDS = 12
FILES = ("pack.yaml", "credentials.yaml", "nudges.yaml", "reminders.yaml", "nudges.test.yaml")
WORDS = (
    "any", "all", "none", "", "sampling", "data-literacy", "sampling-quiz", "held", "completed",
    "at least 70%", "7 days", "course", "credential", "skill", "[]", "{}", "- x", "0", "polite",
)  # fmt: skip


def broken(text: str, chance: Random) -> str:
    """Change a line or two: drop it, double it, move it, or put another word in."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[at])
            case 2:
                lines[at] = " " * chance.randrange(8) + lines[at].strip()
            case 3:
                key, colon, _ = lines[at].partition(":")
                lines[at] = f"{key}{colon} {chance.choice(WORDS)}"
            case _:
                old, new = chance.sample(("quiz", "activity", "credential"), 2)
                lines[at] = lines[at].replace(old, new)
        lines = lines or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_broken_pack_is_told_of(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each round breaks one more file; every problem can be shown, and errors forbid a proof."""
    monkeypatch.chdir(tmp_path)
    for pack in (BASE, "shared"):
        shutil.copytree(PACKS / pack, tmp_path / pack)
    chance = Random(seed)
    for _ in range(6):
        path = tmp_path / BASE / chance.choice(FILES)
        path.write_text(broken(path.read_text(), chance))
        checked = check_packs([Path(BASE)])

        assert bool(checked.errors) == (checked.proof is None)
        shown = show_problems(checked.problems, checked.texts)
        assert all(f"{problem.span}  {problem.code}  " in shown for problem in checked.problems)
