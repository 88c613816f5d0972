"""A learner's own page: what she holds, what she can show of it, and what comes next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from urllib.parse import urlencode

from adapters.badges.drawing.words import dates_told
from adapters.badges.jsonvalue import JsonObject, as_object, as_text
from adapters.plain.proof import Line, Proof, Prover, plain_title
from adapters.plain.telling import proof_of
from adapters.showing.keeping import Keeping, keeping, local_of
from adapters.showing.keeping_words import keeping_words_of
from adapters.showing.sums import credits_told
from adapters.showing.words import Words
from adapters.store.badges import BadgeRow
from adapters.store.history import AwardRow
from adapters.store.outside import OutsideRow, Standing
from engine.calendar import Micros, instant, micros
from engine.explain import explain
from engine.leaves import leaves_of
from engine.ledger import EXPIRED, FELL, PART
from engine.mastery import standing
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential, State
from engine.terms import Noun
from engine.values import show_percent
from engine.verdict import Answer
from engine.view import View
from notifications.wording import wording

AHEAD = 6
"""Credentials shown that she does not hold yet: those with the least missing."""


@dataclass(frozen=True, slots=True)
class Held:
    """
    One award on a learner's page.

    Attributes:
        name: The last part of its address; "" where it has not been issued.
        anchor: The credential's name where this is the first award of it, else "".
        state_told: In her words.
        forms: The formats that it can be had in.
        linkedin: Where it is added to a profile.
        qr: Its address as a picture, as a data URL.
        embed: HTML that shows it on another page: its picture, with a link.
    """

    name: str
    anchor: str
    address: str
    title: str
    describes: str
    language: str
    state: str
    state_told: str
    dates: str
    because: str
    picture: str
    forms: tuple[str, ...]
    can_be_public: bool
    public: bool
    linkedin: str
    qr: str
    embed: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A credential that she does not hold yet, and what is missing."""

    title: str
    path: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Able:
    """A skill: its level and score so far, and the evidence."""

    title: str
    level: str
    score: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """A pathway, how far she has come on it, and what it has counted so far."""

    proof: Proof
    credits: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A badge from elsewhere, and whether it counts."""

    title: str
    issuer: str
    told: str
    is_good: bool


@dataclass(frozen=True, slots=True)
class Me:
    """
    All of a learner's page.

    Attributes:
        proof: Goes with every form, so that no other site sends one.
        credits: What all that she holds counts, "" where authors give no credits.
        keeping: By credential, until when it is good and what keeps it.
        outside: What she has brought from elsewhere.
    """

    name: str
    held: tuple[Held, ...]
    proof: str
    pathways: tuple[Walked, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    skills: tuple[Able, ...] = ()
    credits: str = ""
    keeping: Mapping[str, Keeping] = field(default_factory=dict)
    outside: tuple[Brought, ...] = ()


def state_of(award: AwardRow, badge: BadgeRow | None) -> str:
    """Give what has become of an award, by the name of its word."""
    if award.ended is not None:
        return "expired" if award.ended_by in (EXPIRED, PART) else "revoked"
    return "suspended" if badge is not None and badge.suspended is not None else "held"


def state_told(state: str, words: Words) -> str:
    """Say what has become of an award."""
    told = {
        "held": words.held,
        "expired": words.expired,
        "revoked": words.revoked,
        "suspended": words.suspended,
    }
    return told[state]


def dates_of(plan: Plan, award: AwardRow, language: str) -> str:
    """Say from when an award is, and the last day on which it is good, on its pack's clock."""
    until = None
    if award.expires is not None:
        until = local_of(plan, award.credential, micros(award.expires) - 1)
    return dates_told(language, local_of(plan, award.credential, micros(award.at)), until)


def because_of(award: AwardRow, said: str, language: str) -> str:
    """Say why an award ended: as a person said, else what took it along."""
    words = keeping_words_of(language)
    return said or {PART: words.part_expired, FELL: words.fell}.get(award.ended_by, "")


def linkedin_url(
    document: JsonObject, address: str, awarded: datetime, until: datetime | None
) -> str:
    """Give where LinkedIn takes a credential into a profile, with all that it asks for."""
    achievement = as_object(as_object(document.get("credentialSubject")).get("achievement"))
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": as_text(achievement.get("name")),
        "organizationName": as_text(as_object(document.get("issuer")).get("name")),
        "issueYear": str(awarded.year),
        "issueMonth": str(awarded.month),
        "certUrl": address,
        "certId": address.rpartition("/")[2],
    }
    if until is not None:
        fields |= {"expirationYear": str(until.year), "expirationMonth": str(until.month)}
    return f"https://www.linkedin.com/profile/add?{urlencode(fields)}"


def embedded(document: JsonObject, address: str) -> str:
    """Give HTML that shows a credential on another page; no script, and nothing of the learner."""
    achievement = as_object(as_object(document.get("credentialSubject")).get("achievement"))
    issuer = as_text(as_object(document.get("issuer")).get("name"))
    told = escape(f"{as_text(achievement.get('name'))}, {issuer}")
    picture = escape(f"{as_text(achievement.get('id'))}/image.svg")
    return (
        f'<a href="{escape(address)}"><img src="{picture}" alt="{told}" width="152" '
        'height="152"></a>'
    )


def pathways(plan: Plan, record: Record, now: Micros, language: str) -> tuple[Walked, ...]:
    """Give how far she is on each pathway on which she has taken a step, or part of one."""
    found = []
    for name, pathway in plan.ruleset.pathways.items():
        proof = proof_of(plan, explain(plan, record, f"pathway:{name}", now), language)
        if _has_yes(proof.lines):
            leaves = [leaf for step in pathway.steps for leaf in leaves_of(step.condition)]
            named = [leaf.name for leaf in leaves if leaf.noun is Noun.CREDENTIAL]
            named.append(pathway.leads_to)
            found.append(Walked(proof, credits_told(plan, record, named, language)))
    return tuple(found)


def _has_yes(lines: list[Line]) -> bool:
    return any(line.answer == Answer.YES.value or _has_yes(line.under) for line in lines)


def brought(rows: Iterable[OutsideRow], language: str) -> tuple[Brought, ...]:
    """Give what she has brought from elsewhere, and whether it counts."""
    words, shown = keeping_words_of(language), wording(language)
    found = []
    for row in rows:
        is_good = row.state is Standing.GOOD
        told = words.outside_good.format(day=shown.show_day(instant(row.looked)))
        if not is_good:
            told = words.outside_fallen.format(because=row.because)
        if row.doubt:
            told = f"{told} ({words.outside_doubt})"
        found.append(Brought(row.title, row.issuer.partition(" (")[0], told, is_good))
    return tuple(found)


def kept(
    plan: Plan, record: Record, now: Micros, language: str, held: Iterable[str]
) -> dict[str, Keeping]:
    """Give how each of some credentials is kept."""
    found = {name: keeping(plan, record, name, now, language) for name in held}
    return {name: each for name, each in found.items() if each is not None}


def called(learner: str) -> str:
    """Give what a learner without a known name is called: of `https://lms.uni.example|12`, 12."""
    return learner.rpartition("|")[2].removeprefix("mailto:") or learner


def ahead(
    plan: Plan, record: Record, now: Micros, language: str, held: frozenset[str]
) -> tuple[Ahead, ...]:
    """Give the credentials that she lacks least for, with what is missing."""
    found: list[tuple[int, Ahead]] = []
    for name, credential in plan.ruleset.credentials.items():
        if name in held or credential.state is not State.LIVE:
            continue
        proof = proof_of(plan, explain(plan, record, f"credential:{name}", now), language)
        if _has_begun(proof.lines):
            title = plain_title(credential.title, credential.id)
            found.append((len(proof.missing), Ahead(title, name, tuple(proof.missing))))
    found.sort(key=lambda pair: (pair[0], pair[1].title))
    return tuple(each for _, each in found[:AHEAD])


def _has_begun(lines: list[Line]) -> bool:
    """Say whether anything of it is done, or has a mark: nobody is shown all of a catalogue."""
    return any(
        line.answer == Answer.YES.value or line.fact or _has_begun(line.under) for line in lines
    )


def skills(plan: Plan, record: Record, now: Micros, language: str) -> tuple[Able, ...]:
    """Give her skills of which there is evidence."""
    prover, shown = Prover(plan, language), wording(language)
    found = []
    for name, skill in plan.ruleset.skills.items():
        pack = name.partition("/")[0]
        zone = plan.clocks.zone(record.said("zone"), "", pack)
        stands = standing(skill, View(plan, record, now, zone, pack))
        if stands.score is None or not stands.sources:
            continue
        verdict = explain(plan, record, f"skill:{name}", now).verdict
        lines = tuple(prover.of_skill(skill, verdict).lines)
        score = shown.show_percent(show_percent(stands.score))
        found.append(Able(plain_title(skill.title, name), stands.level, score, lines))
    return tuple(found)


def told_of(credential: Credential | None, name: str) -> tuple[str, str]:
    """Give title and description of a credential that may not be in the rules any more."""
    if credential is None:
        return plain_title("", name), ""
    return credential.title, credential.describes
