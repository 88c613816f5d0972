"""
A ruleset in another language: the same conditions, with other words for people.

Nothing is decided by it. It is for whoever tells people what was decided.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace

from engine.plan import Plan
from engine.ruleset import Ruleset
from engine.translation import Told, Translation


def languages_of(ruleset: Ruleset, credential: str) -> tuple[str, ...]:
    """Give the languages that a credential is told in, its pack's own first."""
    told = (each.language for each in ruleset.translations if credential in each.credentials)
    return tuple(dict.fromkeys((ruleset.pack_of(credential).language, *told)))


def languages_of_pathway(ruleset: Ruleset, pathway: str) -> tuple[str, ...]:
    """Give the languages that a pathway is told in, its pack's own first."""
    told = (each.language for each in ruleset.translations if pathway in each.pathways)
    return tuple(dict.fromkeys((ruleset.pack_of(pathway).language, *told)))


def in_language(ruleset: Ruleset, language: str) -> Ruleset:
    """Give a ruleset with the words of a language, where there are any."""
    spoken = [each for each in ruleset.translations if each.language == language]
    if not spoken:
        return ruleset
    packs = dict(ruleset.packs)
    for each in spoken:
        packs[each.pack] = replace(packs[each.pack], language=language)
    credentials = {
        name: replace(ruleset.credentials[name], title=told.title, describes=told.describes)
        for name, told in _all(spoken, ruleset.credentials, "credentials")
    }
    skills = {
        name: replace(ruleset.skills[name], title=told.title, describes=told.describes)
        for name, told in _all(spoken, ruleset.skills, "skills")
    }
    pathways = {
        name: replace(ruleset.pathways[name], title=told.title, describes=told.describes)
        for name, told in _all(spoken, ruleset.pathways, "pathways")
    }
    activities = {
        name: replace(ruleset.activities[name], title=told.title)
        for name, told in _all(spoken, ruleset.activities, "activities")
    }
    return replace(
        ruleset,
        packs=packs,
        credentials={**ruleset.credentials, **credentials},
        skills={**ruleset.skills, **skills},
        pathways={**ruleset.pathways, **pathways},
        activities={**ruleset.activities, **activities},
    )


def plan_in(plan: Plan, language: str) -> Plan:
    """Give a plan whose words are of a language; what is compiled of it is the same."""
    spoken = copy(plan)
    spoken.ruleset = in_language(plan.ruleset, language)
    return spoken


def plan_for(plan: Plan, wish: str) -> Plan:
    """
    Give a plan for somebody who wishes for a language: hers, or another region's of the same.

    Args:
        plan: In its packs' own languages.
        wish: A tag such as `es-MX`, "" where nothing is known.
    """
    known = dict.fromkeys(each.language for each in plan.ruleset.translations)
    tag = wish.replace("_", "-").lower()
    base = tag.partition("-")[0]
    exact = [each for each in known if each.lower() == tag]
    kin = [each for each in known if each.lower().partition("-")[0] == base]
    return plan_in(plan, (exact or kin)[0]) if exact or kin else plan


def _all(
    spoken: Iterable[Translation], known: Mapping[str, object], kind: str
) -> Iterable[tuple[str, Told]]:
    """Yield what is told of known things."""
    for each in spoken:
        things: Mapping[str, Told] = getattr(each, kind)
        for name, told in things.items():
            if name in known:
                yield name, told
