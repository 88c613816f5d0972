"""Two versions of a pack, and a term of made-up learners to replay them over."""

from pathlib import Path

import pytest

from tests.adapters.load.milepost import Milepost, Ran

PACK = """\
pack: p
language: 1
version: "1"
title: A pack
owner: me@uni.example
zone: Europe/Madrid
activities:
  quiz: {lms: "quiz:4411", kind: quiz, in: course, pass: 60%}
  workshop: {lms: "lesson:77", kind: activity, in: course}
courses:
  course: {lms: "course:101", starts: 2025-03-03, ends: 2025-06-30}
"""

RULES = """\
credentials:
  sampler:
    title: Sampler
    describes: Samples.
    requires:
      - quiz: quiz
        score: at least 70%
rules:
  offer:
    title: Offer the workshop
    when: {quiz: quiz, score: below 60%}
    then:
      - release: workshop
      - email: messages/offer.md
    limits: {cap: 1 per course}
  quiet:
    title: Write to whoever is quiet
    when: {inactive: 7 days, in: course}
    then:
      - email: messages/offer.md
    limits: {quiet hours: "21:00 to 08:00", cap: 2 per course}
"""

MESSAGE = "---\nsubject: The workshop\ncategory: feedback\n---\nHello {{ learner.first_name }}.\n"


def write_pack(folder: Path, rules: str = RULES) -> Path:
    """Write the pack with some rules; give its folder."""
    (folder / "messages").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK)
    (folder / "rules.yaml").write_text(rules)
    (folder / "messages" / "offer.md").write_text(MESSAGE)
    return folder


@pytest.fixture
def milepost(tmp_path: Path) -> Milepost:
    """Give the program, in a folder of the test's own."""
    return Milepost(tmp_path)


@pytest.fixture
def term(milepost: Milepost) -> Path:
    """Give the file of a made-up term."""
    path = milepost.folder / "term.jsonl"
    assert 0 == milepost("cohort", "--learners", "60", "--seed", "4", "--out", path).code
    return path


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Give the rules as they were."""
    return write_pack(tmp_path / "before")


@pytest.fixture
def after(tmp_path: Path) -> Path:
    """Give them changed: an easier credential, an earlier nudge, no quiet hours."""
    changed = (
        RULES.replace("at least 70%", "at least 65%")
        .replace("inactive: 7 days", "inactive: 5 days")
        .replace('quiet hours: "21:00 to 08:00", ', "")
    )
    return write_pack(tmp_path / "after", changed)


def good(ran: Ran) -> Ran:
    """Give what a verb said that went well."""
    assert 0 == ran.code, ran.err
    return ran
