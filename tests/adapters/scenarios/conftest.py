"""A small pack whose scenarios leave something out."""

from pathlib import Path

import pytest

FILES = {
    "pack.yaml": """\
pack: small
language: 1
version: 1.0
title: Small
owner: tests@uni.example
zone: Europe/Madrid
activities:
  quiz-1: {lms: "quiz:1", kind: quiz, in: c1, pass: 60%}
  lab:    {lms: "page:1", kind: activity, in: c1}
  extra:  {lms: "page:2", kind: activity, in: c1}
courses:
  c1: {lms: "course:1", title: Course 1, starts: 2025-03-03, ends: 2025-06-30}
""",
    "rules.yaml": """\
credentials:
  done:
    title: Done
    describes: Has done the lab.
    requires:
      - activity: lab
        is: completed
      - quiz: quiz-1
        score: at least 60%

rules:
  failed:
    title: Open the lab
    when:
      any:
        - quiz: quiz-1
          score: below 60%
        - quiz: quiz-1
          score: below 30%
    if:
      - none:
          - activity: lab
            is: completed
      - course: c1
        is: enrolled
    then:
      - release: lab

  quiet:
    title: Write after a week
    when:
      inactive: 7 days
      in: c1
    then:
      - email: messages/quiet.md
    limits:
      cap: 1 per course

  begun:
    title: Recommend more
    when:
      enrolled: 30 days ago
      in: c1
    then:
      - recommend: extra
""",
    "messages/quiet.md": "---\nsubject: Come back\ncategory: reminders\n---\nHello.\n",
    "rules.test.yaml": """\
tests: rules.yaml
starts: 2025-03-03 Monday
learner: {name: Ada, zone: Europe/Madrid, enrolled: c1}

scenarios:

  59% opens the lab:
    - at: day 1 10:00
      seen: {quiz: quiz-1, score: 59%}
      expect: {release: lab}

  60% opens nothing, and a week later she is written to:
    - at: day 1 10:00
      seen: {quiz: quiz-1, score: 60%}
    - at: day 8 10:00
      expect: {email: messages/quiet.md}
""",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a fresh copy of the pack."""
    folder = tmp_path / "small"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
