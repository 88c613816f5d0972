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
from rules.checks.subject import acts, one_event, short
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
        for one, other in combinations(dict.fromkeys([*map(_Id, group), *map(_Id, wild)]), 2):
            first, second = sorted((one.rule, other.rule), key=lambda rule: rule.span)
            if (first.id, second.id) not in seen:
                seen.add((first.id, second.id))
                yield first, second
