"""
W502, W506: what two rules do on one event: two messages, or an act and its opposite.

Rules whose `if` can't hold at once are no pair, and neither are rules of which one acts later.
"""

from collections.abc import Iterator
from itertools import combinations

from engine.ruleset import (
    Action,
    Credential,
    Email,
    Lock,
    Noun,
    OnEvent,
    PutInGroup,
    Release,
    Rule,
    State,
)
from engine.source import Problem, Severity, Span
from rules.checks.never import exclude_each_other
from rules.checks.subject import acts, one_event, place, short
from rules.packs import Reading

TWO_MESSAGES = "W502"
OPPOSED = "W506"


def check_together(reading: Reading) -> Iterator[Problem]:
    """Find pairs of rules, rules and awards, and pairs of actions that get in each other's way."""
    rules = [rule for rule in reading.ruleset.rules.values() if acts(rule)]
    for rule in rules:
        yield from _within(rule)
    for first, second in _pairs(rules):
        if one_event(first, second) and not exclude_each_other(first, second):
            yield from _between(first, second)
    for credential in reading.ruleset.credentials.values():
        if credential.message and credential.state is not State.RETIRED:
            yield from _beside_award(credential, rules)


def _pairs(rules: list[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Give the pairs of event rules that speak of one thing; *any* speaks of all."""
    by_name: dict[str, list[Rule]] = {}
    for rule in rules:
        if isinstance(rule.when, OnEvent):
            for name in dict.fromkeys(leaf.name for leaf in rule.when.leaves):
                by_name.setdefault(name, []).append(rule)
    wild = by_name.pop("", [])
    seen: set[tuple[str, str]] = set()
    for group in (*by_name.values(), []):
        for one, other in combinations([*group, *wild], 2):
            first, second = sorted((one, other), key=lambda rule: rule.span)
            if first.id != second.id and (first.id, second.id) not in seen:
                seen.add((first.id, second.id))
                yield first, second


def _between(first: Rule, second: Rule) -> Iterator[Problem]:
    written = {action.to for action in first.then if isinstance(action, Email)}
    for action in second.then:
        if isinstance(action, Email) and action.to in written:
            yield _two_messages(
                action.span,
                f"`{short(first.id)}` ({place(first.span, second.span)}) "
                f"writes to the {action.to} on the same event",
            )
            break
    for one in first.then:
        for other in second.then:
            said = _opposed(one, other)
            if said:
                yield _warn_opposed(
                    other.span,
                    f"`{short(first.id)}` ({place(first.span, second.span)}) "
                    f"{said[0]} on the same event, and this {said[1]}",
                    said[2],
                )


def _within(rule: Rule) -> Iterator[Problem]:
    """Compare the actions of one rule."""
    for one, other in combinations(rule.then, 2):
        if isinstance(one, Email) and isinstance(other, Email) and one.to == other.to:
            yield _two_messages(
                other.span, f"this rule writes to the {other.to} twice (line {one.span.line})"
            )
        said = _opposed(one, other) or _opposed(other, one)
        if said:
            yield _warn_opposed(other.span, f"this rule both {said[0]} and {said[1]}", said[2])


def _beside_award(credential: Credential, rules: list[Rule]) -> Iterator[Problem]:
    """Find rules that write when a credential is awarded that has a message of its own."""
    for rule in rules:
        if not isinstance(rule.when, OnEvent) or rule.when.after is not None:
            continue
        told = any(
            leaf.noun is Noun.CREDENTIAL
            and leaf.word == "awarded"
            and leaf.name in ("", credential.id)
            for leaf in rule.when.leaves
        )
        for action in rule.then:
            if told and isinstance(action, Email) and action.to == "learner":
                yield _two_messages(
                    action.span,
                    f"the award of {short(credential.id)} "
                    f"({place(credential.span, action.span)}) has a message of its own",
                )
                break


def _opposed(one: Action, other: Action) -> tuple[str, str, str] | None:
    """Say what two actions do to one thing, and which of them wins."""
    match one, other:
        case Release(activity=name), Lock(activity=same) if name == same:
            thing = short(name)
            return f"releases {thing}", f"locks {thing}", "the release wins"
        case Lock(activity=name), Release(activity=same) if name == same:
            thing = short(name)
            return f"locks {thing}", f"releases {thing}", "the release wins"
        case PutInGroup(group=name), PutInGroup(group=same) if name == same:
            if one.remove is other.remove:
                return None
            said = [
                f"takes out of {name}" if a.remove else f"puts into {name}" for a in (one, other)
            ]
            return said[0], said[1], "putting in wins"
        case _:
            return None


def _two_messages(span: Span, message: str) -> Problem:
    hint = "leave one of them out, or let `if` keep them apart"
    return Problem(span, TWO_MESSAGES, message, hint, Severity.WARNING)


def _warn_opposed(span: Span, message: str, wins: str) -> Problem:
    hint = f"{wins}; take one of them out"
    return Problem(span, OPPOSED, message, hint, Severity.WARNING)
