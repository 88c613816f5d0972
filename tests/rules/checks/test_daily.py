"""The most messages one learner can get in one day."""

from pathlib import Path

import pytest

from rules.checks.daily import prove_day
from rules.checks.proof import Proof
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
courses:
  c1: {lms: "course:1"}
  c2: {lms: "course:2"}
"""


def proof_of(folder: Path, *rules: str, daily_cap: int = 0, more: str = "") -> Proof:
    """Prove a pack of rules, each given as `when | limits`."""
    (folder / "messages").mkdir()
    (folder / "messages" / "m.md").write_text("---\nsubject: M\ncategory: service\n---\nM\n")
    (folder / "pack.yaml").write_text(PACK)
    text = more + "rules:\n"
    for number, rule in enumerate(rules):
        when, _, limits = rule.partition(" | ")
        said = f", limits: {{{limits}}}" if limits else ""
        then = "then: [{email: messages/m.md}]"
        text += f"  r{number}: {{title: T, when: {{{when}}}, {then}{said}}}\n"
    (folder / "a.yaml").write_text(text)
    reading = read_packs([folder])
    assert reading.problems == ()
    return prove_day(reading.ruleset, daily_cap=daily_cap)


@pytest.mark.parametrize(
    ("rule", "most"),
    [
        ("quiz: quiz, is: failed", None),
        ("quiz: quiz, is: failed | cap: 3 per course", 3),
        ("quiz: quiz, is: failed | cap: 2 per day", 2),
        ("quiz: quiz, is: failed | cap: 5 in 30 days", 5),
        ("quiz: quiz, is: failed | gap: 1 days", 1),
        ("quiz: quiz, is: failed | gap: 12 hours", 3),
        ("quiz: quiz, is: failed | gap: 30 minutes", 50),
        ("quiz: quiz, is: failed | gap: 7 days, cap: 3 per course", 1),
        ("inactive: 7 days, in: c1 | cap: 3 per course", 1),
        ("inactive: 7 days, in: '[c1, c2]' | cap: 3 per course", 2),
        ("inactive: 12 hours, in: c1 | quiet hours: 21:00 to 08:00", 4),
        ("every: monday at 09:00 | quiet hours: 21:00 to 08:00", 2),
        ("every: monday at 09:00 | cap: 9 in all", 1),
        ("on: 2025-03-01 at 09:00, in: c1 | cap: 2 in all", 1),
    ],
)
def test_what_bounds_a_day(rule: str, most: int | None, tmp_path: Path) -> None:
    """A cap, a gap, or how often what triggers a rule can come; the least of them counts."""
    assert most == proof_of(tmp_path, rule.replace("'", "")).most


def test_what_is_not_bounded_is_named(tmp_path: Path) -> None:
    """The sentence names the rule that can write without end, with its line."""
    proof = proof_of(tmp_path, "quiz: quiz, is: failed", "inactive: 7 days, in: c1 | gap: 7 days")

    assert ("p/r0",) == proof.unbounded
    assert proof.sentence == (
        "nothing bounds the messages one learner can get in one day: "
        f"`p/r0` ({tmp_path}/a.yaml:2) can write without end"
    )


def test_the_institution_s_cap_bounds_what_nothing_else_does(tmp_path: Path) -> None:
    """`daily_cap` holds for all rules together, and not for the messages of awards."""
    award = "credentials:\n  c: {title: C, describes: C., message: messages/m.md, "
    award += "requires: [{activity: lab, is: completed}]}\n"
    rules = ("quiz: quiz, is: failed", "activity: lab, is: viewed")

    assert 3 == proof_of(tmp_path, *rules, daily_cap=2, more=award).most
