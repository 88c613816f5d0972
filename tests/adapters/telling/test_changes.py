"""What a changed ruleset will mean is told of everything that can change."""

from dataclasses import fields, replace
from pathlib import Path

import pytest

from adapters.telling.changes import changes, changes_text
from engine.ruleset import Ruleset
from rules.fingerprint import NOT_MEANING, WORDS
from rules.packs import read_packs

LANGUAGE = Path(__file__).parents[2] / "language"
KINDS = ("credentials", "skills", "pathways", "rules", "courses", "units", "activities", "packs")

TOLD_APART = {"state", "share"}
"""Told in a sentence of their own, which the tests of the verb have."""


class Other:
    """A value that is no other's."""


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    """Give a ruleset in which something of every kind is."""
    packs = ("pathways", "people", "scope", "skills", "messaging", "progress")
    return read_packs([LANGUAGE / name for name in packs]).ruleset


def told(before: Ruleset, after: Ruleset) -> str:
    """Give what is told of a change."""
    return changes_text(changes(before, after))


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_of_any_field_is_told_by_the_authors_word(ruleset: Ruleset, kind: str) -> None:
    """So a new word of the language cannot be forgotten here."""
    things = getattr(ruleset, kind)
    name, thing = next(iter(sorted(things.items())))
    missing = []
    for field in fields(thing):
        if field.name in NOT_MEANING | TOLD_APART:
            continue
        changed = {kind: {**things, name: _with(thing, field.name)}}
        after = replace(ruleset, **changed)  # type: ignore[arg-type] # the kind is a parameter
        word = WORDS.get(field.name, field.name.replace("_", " "))
        said = told(ruleset, after)
        if f"`{word}`" not in said or name not in said:
            missing.append((field.name, said))
    assert [] == missing


def _with(thing: object, name: str) -> object:
    """Give a copy in which one field says something else."""
    value: object = 17 if name == "confirm_above" else Other()
    return replace(thing, **{name: value})  # type: ignore[type-var] # every thing is a dataclass


def test_nothing_changed_says_so(ruleset: Ruleset) -> None:
    """A title is no change."""
    rules = {name: replace(rule, title="Another") for name, rule in ruleset.rules.items()}
    assert "Nothing that is decided has changed." == told(ruleset, replace(ruleset, rules=rules))


def test_who_is_asked_before_many_messages_leave_is_told(ruleset: Ruleset) -> None:
    """Higher, lower, and nobody any more."""
    name, rule = next(iter(sorted(ruleset.rules.items())))

    def with_(number: int | None) -> Ruleset:
        return replace(ruleset, rules={**ruleset.rules, name: replace(rule, confirm_above=number)})

    assert "a person is asked before more than 500 messages leave" in told(with_(50), with_(500))
    assert "nobody is asked before many" in told(with_(50), with_(None))
