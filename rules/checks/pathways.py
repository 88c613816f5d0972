"""
W513, W514: pathways that don't lead where they say.

A step that can never be done ends the way before its end. And whoever has done every step should
have met what the credential requires, as far as that can be told from names.
"""

from collections.abc import Iterator

from engine.leaves import leaves_of
from engine.ruleset import Pathway, Ruleset, State
from engine.source import Problem, Severity
from engine.terms import ACTIVITY_NOUNS, Condition, Group, Leaf, Noun, Quantifier
from rules.checks.subject import place, short
from rules.checks.unreachable import can_never_be, unreachable
from rules.packs import Reading

NEVER = "W513"
MISSES = "W514"


def check_pathways(reading: Reading) -> Iterator[Problem]:
    """Warn of steps that can never be done, and of what no step leads to."""
    ruleset = reading.ruleset
    dead = unreachable(ruleset).credentials if ruleset.pathways else {}
    for pathway in ruleset.pathways.values():
        for step in pathway.steps:
            never = can_never_be(step.condition, ruleset, dead)
            if never:
                yield Problem(
                    step.span,
                    NEVER,
                    f"this step can never be done: {never.why}",
                    never.hint,
                    Severity.WARNING,
                )
        yield from _missing(pathway, ruleset)


def _missing(pathway: Pathway, ruleset: Ruleset) -> Iterator[Problem]:
    credential = ruleset.credentials.get(pathway.leads_to)
    if credential is None:
        return
    if credential.state is State.RETIRED:
        yield Problem(
            pathway.span,
            MISSES,
            f"this pathway leads to {short(credential.id)}, which is retired",
            f"write `leads to: {short(credential.replaced_by)}`" if credential.replaced_by else "",
            Severity.WARNING,
        )
        return
    named = _named(pathway, ruleset)
    for leaf in _needed(credential.id, ruleset, named, ()):
        name = short(leaf.name)
        yield Problem(
            pathway.span,
            MISSES,
            f"no step of this pathway names `{leaf.noun.value}: {name}`, which "
            f"{short(credential.id)} requires ({place(leaf.span, pathway.span)})",
            f"add a step, such as: - required: {{{leaf.noun.value}: {name}, {_asked(leaf)}}}",
            Severity.WARNING,
        )


def _asked(leaf: Leaf) -> str:
    if leaf.word:
        return f"is: {leaf.word}"
    if leaf.level:
        return f"level: at least {leaf.level}"
    return f"score: {leaf.score}" if leaf.score else "is: completed"


def _named(pathway: Pathway, ruleset: Ruleset) -> frozenset[str]:
    """Give what the steps name, and the activities of units and courses among it."""
    found: set[str] = set()
    for step in pathway.steps:
        for leaf in leaves_of(step.condition):
            found.add(leaf.name)
            if leaf.name in ruleset.units:
                found.update(ruleset.units[leaf.name].of)
            if leaf.noun is Noun.COURSE:
                found.update(a.id for a in ruleset.activities.values() if a.course == leaf.name)
    return frozenset(found)


def _needed(
    credential: str, ruleset: Ruleset, named: frozenset[str], path: tuple[str, ...]
) -> Iterator[Leaf]:
    """Yield what a credential cannot do without and no step names."""
    known = ruleset.credentials.get(credential)
    if known is None or credential in named or credential in path:
        return
    for leaf in _always(known.requires):
        if leaf.name in named or not leaf.name:
            continue
        if leaf.noun is Noun.CREDENTIAL:
            yield from _needed(leaf.name, ruleset, named, (*path, credential))
        elif leaf.noun is Noun.SKILL:
            skill = ruleset.skills.get(leaf.name)
            sources = {source.leaf.name for source in skill.sources} if skill else set()
            if sources and not sources & named:
                yield leaf
        elif leaf.noun in ACTIVITY_NOUNS:
            yield leaf


def _always(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves that must all hold; of a choice nothing is certain."""
    match condition:
        case Leaf(word=word) if not word.startswith("not "):
            yield condition
        case Group(quantifier=Quantifier.ALL, parts=parts):
            for part in parts:
                yield from _always(part)
        case _:
            return
