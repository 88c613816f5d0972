"""
W502, W506: what two rules do on one event: two messages, or an act and its opposite.

Rules whose `if` can't hold at once are no pair, and neither are rules of which one acts later.
"""

from collections.abc import Iterator
from itertools import combinations

from engine.actions import Action, Email
from engine.doing import GIVEN_BY, kind_and_target
from engine.outcome import UNDONE_BY, Kind
from engine.ruleset import Credential, Rule, State
from engine.source import Problem, Severity, Span
from engine.terms import Noun
from engine.triggers import OnEvent
from rules.checks.never import exclude_each_other
from rules.checks.subject import acts, one_event, place, short
from rules.packs import Reading

TWO_MESSAGES = "W502"
OPPOSED = "W506"

_Deed = tuple[str, str]
"""What is done, and to whom or what."""


def check_together(reading: Reading) -> Iterator[Problem]:
    """Find pairs of rules, rules and awards, and pairs of actions that get in each other's way."""
    rules = [rule for rule in reading.ruleset.rules.values() if acts(rule)]
    for rule in rules:
        yield from _within(rule)
    told: set[tuple[str, _Deed]] = set()
    for deed, group in _neighbours(rules):
        for number, second in enumerate(group):
            for first in group[:number]:
                if (second.id, deed) in told:
                    break
                found = _between(first, second, deed)
                if _in_one_digest(first, second) and deed[0] == "email":
                    continue
                if found and one_event(first, second) and not exclude_each_other(first, second):
                    told.add((second.id, deed))
                    yield found
    for credential in reading.ruleset.credentials.values():
        if credential.message and credential.state is not State.RETIRED:
            yield from _beside_award(credential, rules)


def _neighbours(rules: list[Rule]) -> Iterator[tuple[_Deed, list[Rule]]]:
    """Give the event rules that speak of one thing (*any* speaks of all) and do alike to one."""
    found: dict[tuple[str, _Deed], dict[str, Rule]] = {}
    for rule in rules:
        if isinstance(rule.when, OnEvent):
            for leaf in rule.when.leaves:
                for deed in filter(None, map(_deed, rule.then)):
                    found.setdefault((leaf.name, deed), {})[rule.id] = rule
    for (name, deed), group in found.items():
        wild = found.get(("", deed), {}) if name else {}
        yield deed, sorted({**wild, **group}.values(), key=lambda rule: rule.span)


def _deed(action: Action) -> _Deed | None:
    """Give what an action does to whom or what, without saying whether it gives or takes."""
    if isinstance(action, Email):
        return ("email", action.to)
    kind, name = kind_and_target(action)
    kind = GIVEN_BY.get(kind, kind)
    return (kind.value, name) if kind in UNDONE_BY else None


def _between(first: Rule, second: Rule, deed: _Deed) -> Problem | None:
    """Say how two rules get in each other's way in one deed, None if they don't."""
    where = f"`{short(first.id)}` ({place(first.span, second.span)})"
    for other in second.then:
        if _deed(other) != deed:
            continue
        if isinstance(other, Email):
            return _two_messages(other.span, f"{where} writes to the {other.to} on the same event")
        for one in first.then:
            said = _opposed(one, other)
            if said:
                message = f"{where} {said[0]} on the same event, and this {said[1]}"
                return _warn_opposed(other.span, message, said[2])
    return None


def _in_one_digest(first: Rule, second: Rule) -> bool:
    """Say whether what two rules write to one person is collected in one message."""
    rhythm = first.limits.digest
    return rhythm is not None and rhythm is second.limits.digest


def _within(rule: Rule) -> Iterator[Problem]:
    """Compare the actions of one rule."""
    for one, other in combinations(rule.then, 2):
        if isinstance(one, Email) and isinstance(other, Email) and one.to == other.to:
            yield _two_messages(
                other.span,
                f"this rule writes to the {other.to} twice (line {one.span.line})",
                "make one message of both",
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


_SAID = {
    Kind.RELEASE: ("releases {}", "the release wins"),
    Kind.LOCK: ("locks {}", ""),
    Kind.GROUP: ("puts into {}", "putting in wins"),
    Kind.UNGROUP: ("takes out of {}", ""),
    Kind.COHORT: ("puts into {}", "putting in wins"),
    Kind.UNCOHORT: ("takes out of {}", ""),
    Kind.ENROL: ("enrols in {}", "enrolling wins"),
    Kind.UNENROL: ("unenrols from {}", ""),
}
"""How giving and taking are said, and which of the two wins."""


def _opposed(one: Action, other: Action) -> tuple[str, str, str] | None:
    """Say what two actions do to one thing, and which of them wins."""
    (first, name), (second, same) = kind_and_target(one), kind_and_target(other)
    gives = GIVEN_BY.get(second, second)
    if name != same or {first, second} != {gives, UNDONE_BY.get(gives)}:
        return None
    thing = short(name)
    return _SAID[first][0].format(thing), _SAID[second][0].format(thing), _SAID[gives][1]


def _two_messages(
    span: Span, message: str, hint: str = "leave one of them out, or let `if` keep them apart"
) -> Problem:
    return Problem(span, TWO_MESSAGES, message, hint, Severity.WARNING)


def _warn_opposed(span: Span, message: str, wins: str) -> Problem:
    hint = f"{wins}; take one of them out"
    return Problem(span, OPPOSED, message, hint, Severity.WARNING)
