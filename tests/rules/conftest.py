"""Packs written into a temporary folder, and what is wrong with them."""

from pathlib import Path
from textwrap import dedent

import pytest

from rules.packs import Reading, read_packs
from tests.rules.authors import PACK, Author, Mistakes, Told


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    """Write a pack `p` with a rule file `a.yaml` (and further files), and read it."""
    monkeypatch.chdir(tmp_path)

    def write(text: str = "", *, pack: str = PACK, **files: str) -> Reading:
        folder = Path("p")
        (folder / "messages").mkdir(parents=True, exist_ok=True)
        (folder / "messages" / "hello.md").write_text("---\nsubject: Hello\n---\nHello\n")
        (folder / "pack.yaml").write_text(dedent(pack))
        (folder / "a.yaml").write_text(dedent(text))
        for name, content in files.items():
            (folder / f"{name}.yaml").write_text(dedent(content))
        return read_packs([folder])

    return write


@pytest.fixture
def mistakes(author: Author) -> Mistakes:
    """Write a pack and give what is wrong: place, code, message and hint."""

    def read(text: str = "", **files: str) -> list[Told]:
        return [
            (
                f"{str(problem.span).removeprefix('p/')}+{problem.span.length}",
                problem.code,
                problem.message,
                problem.hint,
            )
            for problem in author(text, **files).problems
        ]

    return read
