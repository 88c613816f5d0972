"""The fingerprint is of the meaning: what people read and how it is ordered leave it alone."""

from pathlib import Path

import pytest

from rules.fingerprint import fingerprint_of
from rules.packs import read_packs
from tests.rules.authors import Author

RULES = """\
rules:
  a:
    title: A
    why: Because.
    when: {inactive: 2 weeks, in: [c1, c2]}
    if:
      - {quiz: q1, score: at least 70%}
      - {activity: lab, is: completed}
    then:
      - release: lab
      - email: messages/hello.md
    limits: polite
  b:
    title: B
    when: {quiz: q1, is: failed}
    then:
      - lock: q1
skills:
  s:
    title: S
    describes: S
    evidence: [{quiz: q1, weight: 1}]
    levels: {fair: at least 40%, good: at least 70%}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: A", "title: Another title   # and a comment"),
        ("why: Because.", "why: For another reason."),
        ("    why: Because.\n", ""),
        ("describes: S", "describes: Something else"),
        ("2 weeks", "14 days"),
        ("2 weeks", "P14D"),
        ("at least 70%}\n      - {activity", "at least 70.0 %}\n\n      - {activity"),
        ("[c1, c2]", "[c2, c1]"),
        ("      - release: lab\n", ""),
    ],
)
def test_what_leaves_it_and_what_does_not(author: Author, old: str, new: str) -> None:
    """Texts, order and ways to write leave it; a missing action does not."""
    assert old in RULES
    same = new != "" or "why" in old

    before = author(RULES).ruleset
    after = author(RULES.replace(old, new, 1)).ruleset

    assert same == (before.fingerprint == after.fingerprint)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at least 70%}", "more than 70%}"),
        ("2 weeks", "3 weeks"),
        ("lock: q1", "release: q1"),
        ("  b:", "  b2:"),
        ("limits: polite", "limits: {cap: 3 per course}"),
        ("title: B", "title: B\n    state: draft"),
        ("{fair: at least 40%, good: at least 70%}", "{good: at least 70%, fair: at least 40%}"),
    ],
)
def test_every_change_of_meaning_shows(author: Author, old: str, new: str) -> None:
    """One edit, another fingerprint."""
    assert old in RULES

    before = author(RULES).ruleset
    after = author(RULES.replace(old, new, 1)).ruleset

    assert before.fingerprint != after.fingerprint
    assert 16 == len(after.fingerprint)


def test_the_order_of_things_and_files_means_nothing(author: Author, tmp_path: Path) -> None:
    """Two files, or the same in another order, are the same rules."""
    before = author(RULES).ruleset
    rules, skills = RULES.split("skills:")
    first, second = rules.split("  b:")

    after = author(
        f"skills:{skills}rules:\n  b:{second}", z=first.replace("rules:\n", "rules:\n")
    ).ruleset

    assert {"p/a", "p/b"} == set(after.rules)
    assert before.fingerprint == after.fingerprint
    (tmp_path / "p").rename(tmp_path / "elsewhere")
    assert before.fingerprint == read_packs([tmp_path / "elsewhere"]).ruleset.fingerprint


def test_a_rule_that_is_only_renamed_is_not_edited(author: Author) -> None:
    """The fingerprint of one thing leaves its name out, so that `was` can be followed."""
    before = author(RULES).ruleset.rules["p/b"]
    after = author(RULES.replace("  b:\n", "  c:\n    was: b\n")).ruleset.rules["p/c"]

    assert fingerprint_of(before) == fingerprint_of(after)
