"""
Groups and cohorts told apart: a group is of a course, a cohort of the whole site.

An event names a cohort as `cohort:NAME`; a bare name is a group's, unless the rules know it as a
cohort only.
"""

from collections.abc import Iterator

from engine.actions import PutInCohort, PutInGroup
from engine.record import COHORT, GROUP
from engine.ruleset import Ruleset
from engine.terms import Condition, Group, Leaf, Noun
from engine.triggers import OnEvent, OnState

COHORT_OPENING = "cohort:"
"""What the name of a cohort begins with in an event."""


def membership_key(lms: str, only_cohorts: frozenset[str]) -> tuple[str, Noun]:
    """Give the key of the group or cohort that an event names, and which of the two it is."""
    name = lms.removeprefix(COHORT_OPENING)
    if name != lms or lms in only_cohorts:
        return COHORT + name, Noun.COHORT
    return GROUP + lms, Noun.GROUP


def only_cohorts(ruleset: Ruleset) -> frozenset[str]:
    """Give the names by which rules know cohorts and no groups."""
    named: dict[Noun, set[str]] = {Noun.COHORT: set(), Noun.GROUP: set()}
    for leaf in _leaves(ruleset):
        if leaf.noun in named:
            named[leaf.noun].add(leaf.name)
    for rule in ruleset.rules.values():
        for action in rule.then:
            if isinstance(action, PutInCohort):
                named[Noun.COHORT].add(action.cohort)
            elif isinstance(action, PutInGroup):
                named[Noun.GROUP].add(action.group)
    return frozenset(named[Noun.COHORT] - named[Noun.GROUP] - {""})


def _leaves(ruleset: Ruleset) -> Iterator[Leaf]:
    for rule in ruleset.rules.values():
        if isinstance(rule.when, OnEvent):
            yield from rule.when.leaves
        elif isinstance(rule.when, OnState):
            yield rule.when.leaf
        yield from _under(rule.condition)
    for credential in ruleset.credentials.values():
        yield from _under(credential.requires)


def _under(condition: Condition | None) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Group):
        for part in condition.parts:
            yield from _under(part)
