"""A small pack that tests write rules for, and what the fixtures that do so look like."""

from typing import Protocol

from rules.packs import Reading

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

Told = tuple[str, str, str, str]
"""A problem as place (file:line:column+length), code, message and hint."""


class Author(Protocol):
    """Writes a pack `p` with a rule file `a.yaml` and further files, and reads it."""

    def __call__(self, text: str = "", *, pack: str = PACK, **files: str) -> Reading:
        """Give what was read."""


class Mistakes(Protocol):
    """Writes the same pack, and gives what is wrong with it."""

    def __call__(self, text: str = "", **files: str) -> list[Told]:
        """Give the problems in order."""
