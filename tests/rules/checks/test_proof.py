"""The most messages one learner can get, from the caps."""

from pathlib import Path
from textwrap import dedent

import pytest

from rules.checks.proof import Proof, prove
from rules.packs import read_packs

PACK = """\
pack: p
language: 1
version: 1.0
title: P
owner: somebody
activities:
  lab: {lms: "lesson:2", kind: activity, in: c1}
  quiz: {lms: "quiz:1", kind: quiz, in: c1, pass: 60%}
  other: {lms: "quiz:2", kind: quiz, in: c2, pass: 60%}
courses:
  c1: {lms: "course:1"}
  c2: {lms: "course:2"}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Give a folder with a pack.yaml and one message."""
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "m.md").write_text("---\nsubject: M\ncategory: service\n---\nM\n")
    (tmp_path / "pack.yaml").write_text(PACK)
    return tmp_path


def proof_of(pack: Path, text: str) -> Proof:
    """Prove a rule file."""
    (pack / "a.yaml").write_text(dedent(text))
    reading = read_packs([pack])
    assert reading.problems == ()
    return prove(reading.ruleset)


def rule(name: str, when: str, limits: str = "", then: str = "email: messages/m.md") -> str:
    """Write a rule on one line each."""
    said = f"{name}: {{title: T, when: {{{when}}}, then: [{{{then}}}]"
    return f"  {said}, limits: {{{limits}}}}}\n" if limits else f"  {said}}}\n"


def test_caps_per_course_add_up(pack: Path) -> None:
    """The caps of the rules of one course are added; another course's are not."""
    text = "rules:\n"
    text += rule("a", "inactive: 7 days, in: c1", "cap: 3 per course")
    text += rule("b", "quiz: quiz, is: failed", "cap: 2 per course")
    text += rule("c", "quiz: other, is: failed", "cap: 4 per course")
    proof = proof_of(pack, text)

    assert (5, "p/c1") == (proof.most, proof.course)
    assert "one learner gets at most 5 messages in one course (c1): p/a 3, p/b 2" == proof.sentence


def test_a_rule_of_two_courses_counts_in_each(pack: Path) -> None:
    """With `in: [A, B]` the cap counts per course."""
    text = "rules:\n" + rule("a", "inactive: 7 days, in: [c1, c2]", "cap: 3 per course")

    assert 3 == proof_of(pack, text).most


@pytest.mark.parametrize(
    ("when", "limits"),
    [
        ("quiz: quiz, is: failed", ""),
        ("quiz: quiz, is: failed", "gap: 7 days"),
        ("quiz: quiz, is: failed", "cap: 1 per week"),
        ("inactive: 7 days, in: c1", "cap: 5 in 30 days"),
        ("skill: any, is: reached", ""),
    ],
)
def test_without_a_cap_that_ends_there_is_no_bound(pack: Path, when: str, limits: str) -> None:
    """A gap, or a cap that begins anew, bounds nothing."""
    proof = proof_of(pack, "rules:\n" + rule("a", when, limits))

    assert proof.most is None
    assert "nothing bounds the messages one learner can get" in proof.sentence
    assert "`p/a`" in proof.sentence


@pytest.mark.parametrize(
    ("when", "most"),
    [
        ("enrolled: 14 days ago, in: c1", 1),
        ("course start: 3 days after, in: c1", 1),
        ("on: 2025-03-01 at 09:00, in: c1", 1),
        ("course: c1, is: enrolled", 1),
        ("learner: any, is: created", 1),
    ],
)
def test_what_comes_once_needs_no_cap(pack: Path, when: str, most: int) -> None:
    """A trigger that comes once in an enrolment bounds its rule."""
    assert most == proof_of(pack, "rules:\n" + rule("a", when)).most


def test_an_award_counts_once_and_a_draft_not_at_all(pack: Path) -> None:
    """The message of a credential is one; drafts, and mail to others, are none."""
    text = "rules:\n"
    text += rule("a", "quiz: quiz, is: failed", then="email: messages/m.md, to: instructor")
    text += "  d: {title: T, state: draft, when: {quiz: quiz, is: failed}, "
    text += "then: [{email: messages/m.md}]}\n"
    text += "credentials:\n  c: {title: C, describes: C., message: messages/m.md, "
    text += "requires: [{activity: lab, is: completed}]}\n"
    proof = proof_of(pack, text)

    assert (1, "p/c1") == (proof.most, proof.course)


def test_two_messages_of_one_firing_are_two(pack: Path) -> None:
    """A cap counts firings that write; each may hold several messages."""
    text = "rules:\n"
    then = "email: messages/m.md}, {email: messages/m.md"
    text += rule("a", "quiz: quiz, is: failed", "cap: 3 in all", then)

    assert 6 == proof_of(pack, text).most


def test_nothing_written_is_proved_too(pack: Path) -> None:
    """A pack that writes to nobody says so."""
    proof = proof_of(pack, "rules:\n" + rule("a", "quiz: quiz, is: failed", then="release: lab"))

    assert (0, "no rule and no award writes to learners") == (proof.most, proof.sentence)
