"""Rules that announce what they wait for go in circles."""

from pathlib import Path

from rules.checks import run_checks
from rules.packs import read_packs

PACK = """\
pack: circles
language: 1
version: 2025.1
title: Circles
owner: tests@uni.example
zone: Europe/Madrid
events:
  one: {iri: "https://lms.uni.example/one"}
  two: {iri: "https://lms.uni.example/two"}
"""
RULES = """\
rules:
  a: {title: A, when: {event: one}, then: [{announce: two}]}
  b: {title: B, when: {event: two}, then: [{announce: EVENT}]}
"""


def codes(folder: Path, event: str) -> list[str]:
    """Read two rules, the second of which announces an event; give the codes of E3."""
    (folder / "pack.yaml").write_text(PACK)
    (folder / "rules.yaml").write_text(RULES.replace("EVENT", event))
    return [p.code for p in run_checks(read_packs([folder])) if p.code.startswith("E3")]


def test_two_rules_that_announce_to_each_other_are_refused(tmp_path: Path) -> None:
    """Once for the circle."""
    assert ["E301"] == codes(tmp_path, "one")


def test_a_rule_that_announces_what_it_waits_for_is_refused(tmp_path: Path) -> None:
    """The shortest circle."""
    assert ["E301"] == codes(tmp_path, "two")
