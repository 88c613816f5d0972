"""Packs written into a temporary folder, and what is wrong with them."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from rules.packs import Reading, read_packs

PACK = """\
pack: p
language: 1
version: 1.0
title: P
owner: somebody
activities:
  intro: {lms: "page:1", kind: activity, in: c1}
  lab: {lms: "lesson:2", kind: activity, in: c1}
  q1: {lms: "quiz:1", kind: quiz, in: c1, pass: 60%}
  report: {lms: "assign:1", kind: assignment, in: c1, due: day 40}
courses:
  c1: {lms: "course:1", title: C1, starts: 2025-03-03, ends: 2025-06-30}
  c2: {lms: "course:2"}
events:
  certified: {iri: "https://lms.uni.example/certified", fields: [mode]}
limits:
  polite:
    quiet hours: 21:00 to 08:00 and weekends
    gap: 7 days
    cap: 3 per course
"""

Author = Callable[..., Reading]


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
def mistakes(author: Author) -> Callable[..., list[tuple[str, str, str, str]]]:
    """Write a pack and give what is wrong: place, code, message and hint."""

    def read(text: str = "", **files: str) -> list[tuple[str, str, str, str]]:
        return [
            (
                f"{problem.span.file.removeprefix('p/')}:{problem.span.line}:"
                f"{problem.span.column}+{problem.span.length}",
                problem.code,
                problem.message,
                problem.hint,
            )
            for problem in author(text, **files).problems
        ]

    return read
