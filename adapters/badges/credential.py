"""An award as an Open Badges 3.0 credential on the W3C data model 2.0, before it is signed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from uuid import uuid4

from adapters.badges.achievement import Achievement
from adapters.badges.contexts import CREDENTIALS, EXTENSIONS, OPEN_BADGES
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject, as_object
from adapters.badges.proof import zulu
from adapters.badges.status_list import Purpose, entry

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Awarded:
    """
    One award, as far as it is told to the world.

    Attributes:
        first: When it was awarded.
        since: From when this issue of it is good: when it was awarded, or last renewed.
        until: To when, None for ever.
        subject: Whose it is; see `new_subject`. Issued anew it stays the same.
        results: What was measured.
        evidence: What it rests on.
        credits: What it counts, None where that is not said.
        days: When what it rests on began and ended, None where that is not known.
    """

    first: datetime
    since: datetime
    until: datetime | None
    subject: JsonObject
    results: tuple[JsonObject, ...] = ()
    evidence: tuple[JsonObject, ...] = ()
    credits: float | None = None
    days: tuple[datetime, datetime] | None = None


def new_subject(email: str) -> JsonObject:
    """
    Give a recipient who can be recognised by whoever knows the e-mail address, and by nobody else.

    The salt is fresh for every award, so that two credentials of one person are not seen to be.
    """
    subject: JsonObject = {"id": uuid4().urn, "type": ["AchievementSubject"]}
    if email:
        salt = token_hex(SALT_BYTES)
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(email, salt),
                "identityType": "emailAddress",
                "salt": salt,
            }
        ]
    return subject


def identity_hash(identity: str, salt: str) -> str:
    """Give the hash of an identity, as Open Badges 3.0 says it is made."""
    return "sha256$" + hashlib.sha256((identity + salt).encode()).hexdigest()


def subject_of(credential: JsonObject) -> JsonObject:
    """Give the recipient of a credential that was issued before."""
    told = as_object(credential.get("credentialSubject"))
    return {name: told[name] for name in ("id", "type", "identifier") if name in told}


def unsigned(
    name: str,
    issuer: Issuer,
    achievement: Achievement,
    award: Awarded,
    place: tuple[int, int] | None,
) -> JsonObject:
    """
    Give an award as a credential without a proof.

    Args:
        name: Its address.
        issuer: Who issues it.
        achievement: What was awarded.
        award: To whom, when, on what.
        place: The pair of status lists, and the place in them; None without a server.
    """
    subject: JsonObject = {**award.subject, "achievement": achievement.carried}
    if award.results:
        subject["result"] = list(award.results)
    if award.credits is not None:
        subject["creditsEarned"] = award.credits
    if award.days is not None:
        subject["activityStartDate"], subject["activityEndDate"] = map(zulu, award.days)
    document: JsonObject = {
        "@context": [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
        "id": name,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.document["name"],
        "description": achievement.document["description"],
        "issuer": issuer.endorsed,
        "awardedDate": zulu(award.first),
        "validFrom": zulu(award.since),
    }
    if award.until is not None:
        document["validUntil"] = zulu(award.until)
    document["credentialSubject"] = subject
    if award.evidence:
        document["evidence"] = list(award.evidence)
    document["credentialSchema"] = [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}]
    if place is not None:
        number, bit = place
        entries: list[JsonObject] = [
            entry(status_url(issuer, purpose, number), purpose, bit) for purpose in issuer.purposes
        ]
        document["credentialStatus"] = entries[0] if len(entries) == 1 else entries
    return document


def status_url(issuer: Issuer, purpose: Purpose, number: int) -> str:
    """Give where a status list lies."""
    return issuer.address(f"status/{purpose.value}/{number}")
