"""
E315: values by date that say nothing of the first evidence there can be.

What was handed in before the first date is judged by nothing and so never meets it. Evidence
can begin with the course, or from where `evidence from` or the rule's `since` lets it count,
whichever is later; where none of them is known, nothing is said.
"""

from collections.abc import Iterator
from datetime import date

from engine.dated import ByDate
from engine.leaves import leaves_of
from engine.ruleset import Ruleset
from engine.source import Problem, Span
from engine.terms import ACTIVITY_NOUNS, Leaf, Noun
from engine.triggers import OnEvent
from rules.checks.subject import acts, short
from rules.packs import Reading

CODE = "E315"


def check_dates(reading: Reading) -> Iterator[Problem]:
    """Find first dates that lie after the first day of evidence."""
    ruleset = reading.ruleset
    for activity in ruleset.activities.values():
        starts = _starts(activity.course, ruleset)
        if isinstance(activity.pass_mark, ByDate):
            yield from _late(activity.pass_mark.first, starts, activity.span, short(activity.id))
    for credential in ruleset.credentials.values():
        for leaf in leaves_of(credential.requires):
            yield from _of_leaf(leaf, credential.evidence_from, ruleset)
    for rule in filter(acts, ruleset.rules.values()):
        if isinstance(rule.when, OnEvent):
            for leaf in rule.when.leaves:
                yield from _of_leaf(leaf, rule.since, ruleset)
        for leaf in leaves_of(rule.condition):
            yield from _of_leaf(leaf, None, ruleset)
    for skill in ruleset.skills.values():
        days = [_starts(_course(source.leaf, ruleset), ruleset) for source in skill.sources]
        known = [day for day in days if day is not None]
        starts = min(known) if known and len(known) == len(days) else None
        for level in skill.levels:
            if isinstance(level.asks, ByDate):
                yield from _late(level.asks.first, starts, level.span, level.name)


def _of_leaf(leaf: Leaf, counts_from: date | None, ruleset: Ruleset) -> Iterator[Problem]:
    if isinstance(leaf.score, ByDate):
        days = (counts_from, _starts(_course(leaf, ruleset), ruleset))
        begins = max((day for day in days if day is not None), default=None)
        yield from _late(leaf.score.first, begins, leaf.span, short(leaf.name) or leaf.noun.value)


def _course(leaf: Leaf, ruleset: Ruleset) -> str:
    if leaf.noun is Noun.COURSE:
        return leaf.name
    if leaf.noun in ACTIVITY_NOUNS and leaf.name in ruleset.activities:
        return ruleset.activities[leaf.name].course
    return leaf.course


def _starts(course: str, ruleset: Ruleset) -> date | None:
    return ruleset.courses[course].starts if course in ruleset.courses else None


def _late(first: date, begins: date | None, span: Span, name: str) -> Iterator[Problem]:
    if begins is not None and first > begins:
        yield Problem(
            span,
            CODE,
            f"evidence of {name} can be of {begins}, and its values begin only on {first}",
            f"begin them with: from {begins}",
        )
