"""Whose courses a credential rests on: where somebody must teach whose word counts."""

from collections.abc import Iterable

from engine.leaves import leaves_of
from engine.ruleset import Credential, Ruleset
from engine.terms import Leaf, Noun


def courses_taught(ruleset: Ruleset, credential: Credential) -> tuple[str, ...]:
    """
    Give the LMS's names of all courses (every run of them) that a credential's evidence is of.

    Args:
        ruleset: The credential's own.
        credential: Parts that it is stacked on and skills that it requires count with it.

    Returns:
        The names, sorted; none where the pack does not say of which course anything is.
    """
    found: set[str] = set()
    seen: set[str] = set()
    waiting: list[Leaf] = [*leaves_of(credential.requires)]
    while waiting:
        leaf = waiting.pop()
        found |= _courses(ruleset, leaf)
        if leaf.name in seen:
            continue
        seen.add(leaf.name)
        waiting += _under(ruleset, leaf)
    courses = [ruleset.courses[name] for name in found if name in ruleset.courses]
    names = {lms for course in courses for lms in course.lms}
    names.update(lms for course in courses for run in course.runs for lms in run.lms)
    return tuple(sorted(names))


def _courses(ruleset: Ruleset, leaf: Leaf) -> set[str]:
    """Give the full names of the courses that a condition names."""
    named = {leaf.course} if leaf.course else set[str]()
    if leaf.noun is Noun.COURSE and leaf.name:
        named.add(leaf.name)
    for name in (leaf.name, *(ruleset.units[leaf.name].of if leaf.name in ruleset.units else ())):
        activity = ruleset.activities.get(name)
        if activity is not None and activity.course:
            named.add(activity.course)
    return named


def _under(ruleset: Ruleset, leaf: Leaf) -> Iterable[Leaf]:
    """Yield the conditions that stand behind a skill, a credential or a pathway."""
    match leaf.noun:
        case Noun.CREDENTIAL if leaf.name in ruleset.credentials:
            yield from leaves_of(ruleset.credentials[leaf.name].requires)
        case Noun.PATHWAY if leaf.name in ruleset.pathways:
            for step in ruleset.pathways[leaf.name].steps:
                yield from leaves_of(step.condition)
        case Noun.SKILL if leaf.name in ruleset.skills:
            skill = ruleset.skills[leaf.name]
            yield from (source.leaf for source in skill.sources)
            for part in skill.parts:
                yield Leaf(leaf.span, Noun.SKILL, part)
        case _:
            return
