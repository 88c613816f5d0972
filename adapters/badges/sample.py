"""
A credential as it would be, of nobody: for previews, and for looking whether it can be drawn.

It says what the rules say, as a real one does. It is not signed and no list knows it.
"""

from collections.abc import Iterator
from datetime import datetime

from adapters.badges.achievement import achievement_of, credits_of
from adapters.badges.credential import Awarded, new_subject, unsigned
from adapters.badges.evidence import part_as_evidence
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.results import leaves_of
from adapters.plain.proof import plain_title
from engine.calendar import instant, micros
from engine.expiry import expiry_of
from engine.plan import Plan
from engine.ruleset import Credential
from engine.terms import Noun
from notifications.wording import wording

LEARNER = "Ada Example"
LONG_NAME = (
    "María-José Đặng Thị Nguyễn-Σωκράτους von und zu Løvenskiold-Кузнецова y Fernández de la Peña"
)
"""A name that is long, and whose letters not every font has."""


def sample(plan: Plan, credential: Credential, issuer: Issuer, now: datetime) -> JsonObject:
    """Give a credential as it would be, were it awarded now."""
    achievement = achievement_of(plan, credential, issuer)
    zone = plan.clocks.course_zone("", credential.id.partition("/")[0])
    ends = expiry_of(credential, micros(now), zone)
    awarded = Awarded(
        first=now,
        since=now,
        until=None if ends is None else instant(ends),
        subject=new_subject(""),
        evidence=tuple(_evidence(plan, credential, now)),
        credits=credits_of(credential),
    )
    return unsigned(f"urn:example:{credential.id}", issuer, achievement, awarded, None)


def _evidence(plan: Plan, credential: Credential, now: datetime) -> Iterator[JsonObject]:
    ruleset = plan.ruleset
    day = wording(ruleset.pack_of(credential.id).language).show_day(now)
    named = dict.fromkeys(credential.show_as_evidence)
    leaves = list(leaves_of(credential.requires))
    if not named:
        named = dict.fromkeys(leaf.name for leaf in leaves if leaf.name in ruleset.activities)
    for leaf in leaves:
        part = ruleset.credentials.get(leaf.name) if leaf.noun is Noun.CREDENTIAL else None
        if part is not None:
            yield part_as_evidence(f"urn:example:{part.id}", part.title, part.describes)
    for name in named:
        activity = ruleset.activities[name]
        title = plain_title(activity.title, activity.id)
        yield {"type": ["Evidence"], "name": title, "narrative": f"{title} ({day})"}
