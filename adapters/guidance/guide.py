"""
How close a learner is to an occupation: a sum that anybody can check.

What an occupation needs, and how much each need weighs, is the framework's. What a learner has is
what she has shown here: the score of each skill in which she has a level, and each credential that
she holds, where they align to what is needed. Closeness is the weighted share that she has.
Nothing is guessed from titles, and no other learner is looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from adapters.plain.proof import plain_title
from engine.calendar import Micros
from engine.mastery import standing
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential, Skill, State
from engine.view import View
from rules.frameworks import Framework, Item

NEEDS = {"requires": 1.0, "essential": 1.0, "optional": 0.5}
"""Associations by which an occupation needs a skill, and what each weighs where nothing is said."""

OCCUPATION = "occupation"
SHOWN = 5


class Need(msgspec.Struct, frozen=True):
    """
    One thing that an occupation needs.

    Attributes:
        weight: How much it weighs beside the others.
        has: How much of it she has, from 0 to 1.
        by: What shows it: a skill or a credential of ours, "" where nothing does.
        closes: Where it is not shown: our credentials and activities that would.
    """

    code: str
    title: str
    weight: float
    has: float
    by: str = ""
    closes: tuple[str, ...] = ()


class Closeness(msgspec.Struct, frozen=True):
    """How close she is to one occupation: `share` of 1 is all that it needs."""

    code: str
    title: str
    url: str
    share: float
    sum: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class _Ours:
    """A skill or a credential of ours that aligns to an item, and how much of it she has."""

    title: str
    has: float
    closes: tuple[str, ...]


def guide(
    plan: Plan, record: Record, now: Micros, framework: Framework, occupation: str = ""
) -> tuple[Closeness, ...]:
    """
    Say which occupations a learner is closest to.

    Args:
        plan: The rules in force.
        record: The learner, folded.
        now: As of when.
        framework: With occupations and what they need.
        occupation: The code of the one that is asked for; "" for the closest ones.

    Returns:
        The one asked for, or those of which she has anything, the closest first.
    """
    items = {item.id: item for item in framework.items}
    ours = _ours(plan, record, now, framework)
    found: list[Closeness] = []
    for job in framework.items:
        if job.kind != OCCUPATION or (occupation and job.code != occupation):
            continue
        needs = tuple(_needs(job, framework, items, ours))
        if not needs:
            continue
        total = sum(need.weight for need in needs)
        had = sum(need.weight * need.has for need in needs)
        if occupation or had:
            found.append(
                Closeness(
                    job.code, job.title, job.url, had / total, f"{had:.2f} of {total:.2f}", needs
                )
            )
    found.sort(key=lambda each: (-each.share, each.title))
    return tuple(found[:SHOWN])


def _needs(
    job: Item, framework: Framework, items: dict[str, Item], ours: dict[str, list[_Ours]]
) -> Iterator[Need]:
    for association in framework.associations:
        item = items.get(association.target)
        if association.source != job.id or association.kind not in NEEDS or item is None:
            continue
        weight = NEEDS[association.kind] if association.weight is None else association.weight
        known = ours.get(item.id, [])
        best = max(known, key=lambda each: each.has, default=None)
        has = best.has if best is not None else 0.0
        by = best.title if best is not None and has else ""
        closes = tuple(dict.fromkeys(text for each in known for text in each.closes))
        yield Need(item.code, item.title, weight, has, by, () if has else closes)


def _ours(plan: Plan, record: Record, now: Micros, framework: Framework) -> dict[str, list[_Ours]]:
    """Give what of ours aligns to each item of a framework, by its id."""
    found: dict[str, list[_Ours]] = {}
    for skill in plan.ruleset.skills.values():
        own = _skill(plan, record, now, skill)
        for item in _aligned(skill.aligns, framework):
            found.setdefault(item.id, []).append(own)
    for credential in plan.ruleset.credentials.values():
        if credential.state is State.LIVE:
            own = _credential(record, credential)
            for item in _aligned(credential.aligns, framework):
                found.setdefault(item.id, []).append(own)
    return found


def _aligned(aligns: tuple[str, ...], framework: Framework) -> Iterator[Item]:
    wanted = set(aligns)
    for item in framework.items:
        if f"{framework.name}/{item.code}" in wanted or (item.url and item.url in wanted):
            yield item


def _skill(plan: Plan, record: Record, now: Micros, skill: Skill) -> _Ours:
    pack = skill.id.partition("/")[0]
    zone = plan.clocks.zone(record.said("zone"), "", pack)
    stands = standing(skill, View(plan, record, now, zone, pack))
    has = float(stands.score) if stands.level and stands.score is not None else 0.0
    title = plain_title(skill.title, skill.id)
    activities = [
        plain_title(activity.title, activity.id)
        for source in skill.sources
        if (activity := plan.ruleset.activities.get(source.leaf.name)) is not None
    ]
    closes = f"the skill {title}" + (f", by {', '.join(activities)}" if activities else "")
    return _Ours(f"the skill {title}, {stands.level}" if has else title, has, (closes,))


def _credential(record: Record, credential: Credential) -> _Ours:
    awards = record.ledger.awards.get(credential.id, [])
    has = 1.0 if awards and not awards[-1].ended else 0.0
    title = f"the credential {credential.title}"
    return _Ours(title, has, (title,))
