"""W508: rules and credentials that speak of a retired credential, which nobody earns any more."""

from collections.abc import Iterator

from engine.leaves import leaves_of
from engine.ruleset import Credential, Rule, Ruleset, State
from engine.source import Problem, Severity
from engine.terms import Leaf, Noun
from engine.triggers import OnEvent, OnState
from rules.checks.subject import acts, short
from rules.packs import Reading

CODE = "W508"


def check_retired(reading: Reading) -> Iterator[Problem]:
    """Find leaves that name a retired credential, and replacements that are retired too."""
    credentials, rules = reading.ruleset.credentials, reading.ruleset.rules
    for leaf in _leaves(reading.ruleset):
        known = credentials.get(leaf.name) if leaf.noun is Noun.CREDENTIAL else None
        if known is not None and known.state is State.RETIRED:
            instead = short(known.replaced_by)
            yield Problem(
                leaf.span,
                CODE,
                f"{short(leaf.name)} is retired ({known.span.file}:{known.span.line})",
                f"write `credential: {instead}`" if instead else "nobody earns it any more",
                Severity.WARNING,
            )
    things: tuple[Credential | Rule, ...] = (*credentials.values(), *rules.values())
    for thing in things:
        by: Credential | Rule | None = credentials.get(thing.replaced_by) or rules.get(
            thing.replaced_by
        )
        if by is not None and by.state is State.RETIRED:
            yield Problem(
                thing.span,
                CODE,
                f"{short(thing.id)} is replaced by {short(by.id)}, which is retired too",
                f"write `replaced by: {short(by.replaced_by)}`" if by.replaced_by else "",
                Severity.WARNING,
            )


def _leaves(ruleset: Ruleset) -> Iterator[Leaf]:
    """Give the leaves of all that still acts."""
    for credential in ruleset.credentials.values():
        if credential.state is not State.RETIRED:
            yield from leaves_of(credential.requires)
    for rule in ruleset.rules.values():
        if not acts(rule):
            continue
        yield from leaves_of(rule.condition)
        if isinstance(rule.when, OnEvent):
            yield from rule.when.leaves
        elif isinstance(rule.when, OnState):
            yield rule.when.leaf
