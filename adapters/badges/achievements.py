"""
A credential as an achievement in each language that it is told in, linked with one another.

Open Badges 3.0 has one achievement for a language: `inLanguage` says which, and `related` names
the same in others. Each has an address of its own, which ends in a digest of what it says; what
it is related to is no part of that, as an endorsement is not: a language more changes no other.
"""

from dataclasses import replace

from adapters.badges.achievement import NONE, Achievement, achievement_of
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject
from engine.in_language import languages_of, plan_in
from engine.plan import Plan
from engine.ruleset import Credential
from notifications.language_choice import choose
from rules.frameworks import Frameworks


def achievements_of(
    plan: Plan,
    credential: Credential,
    issuer: Issuer,
    frameworks: Frameworks = NONE,
    image: bytes = b"",
) -> tuple[Achievement, ...]:
    """
    Give a credential as an achievement in each of its languages, its pack's own first.

    Args:
        plan: The rules that award it.
        credential: One of them.
        issuer: Whose it is.
        frameworks: What names in `aligns` are looked up in.
        image: Its author's picture, empty for one that is drawn.
    """
    _, *others = languages_of(plan.ruleset, credential.id)
    found = [achievement_of(plan, credential, issuer, frameworks, image)]
    for language in others:
        spoken = plan_in(plan, language)
        told = spoken.ruleset.credentials[credential.id]
        found.append(achievement_of(spoken, told, issuer, frameworks, image))
    if not others:
        return tuple(found)
    return tuple(
        replace(each, related=tuple(_related(other) for other in found if other is not each))
        for each in found
    )


def _related(other: Achievement) -> JsonObject:
    return {
        "id": other.id,
        "type": ["Related"],
        "inLanguage": other.document["inLanguage"],
        "version": other.document["version"],
    }


def in_her_language(found: tuple[Achievement, ...], wish: str) -> Achievement:
    """
    Give the achievement for a learner: in her language, else in the pack's.

    Args:
        found: All of them, the pack's first.
        wish: Her language, "" where that is not known.
    """
    chosen = choose({each.language: each for each in found}, wish, found[0].language)
    return chosen or found[0]
