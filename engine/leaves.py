"""What stands in a condition and in a rule, taken apart."""

from collections.abc import Iterator

from engine.ruleset import Rule, Ruleset
from engine.terms import (
    Condition,
    EnrolledFor,
    Enrolments,
    Group,
    HasFact,
    HasProfile,
    HasRole,
    Leaf,
)
from engine.triggers import OnEvent, OnState


def leaves_of(condition: Condition | None) -> Iterator[Leaf]:
    """Yield the leaves of a condition, in the order they were written."""
    match condition:
        case Leaf():
            yield condition
        case Group():
            for part in condition.parts:
                yield from leaves_of(part)
        case _:
            return


def conditions_of(condition: Condition | None) -> Iterator[Condition]:
    """Yield a condition and all conditions under it."""
    if condition is None:
        return
    yield condition
    if isinstance(condition, Group):
        for part in condition.parts:
            yield from conditions_of(part)


def is_of_the_person(condition: Condition) -> bool:
    """Say whether a condition may turn with the learner's roles, profile or enrolments."""
    if isinstance(condition, Leaf):
        return condition.enrolments is Enrolments.THIS
    return isinstance(condition, HasFact | HasRole | HasProfile | EnrolledFor)


def leaves_of_rule(rule: Rule) -> Iterator[Leaf]:
    """Yield the leaves of a rule: of its `when` and of its `if`."""
    if isinstance(rule.when, OnEvent):
        yield from rule.when.leaves
    elif isinstance(rule.when, OnState):
        yield rule.when.leaf
    yield from leaves_of(rule.condition)


def steps_of(ruleset: Ruleset, leaf: Leaf) -> list[Leaf]:
    """Give the leaves of the steps of the pathways that a leaf speaks of."""
    known = ruleset.pathways
    return [
        inner
        for name in ([leaf.name] if leaf.name else sorted(known))
        for step in known[name].steps
        for inner in leaves_of(step.condition)
    ]
