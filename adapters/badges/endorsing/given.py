"""
An endorsement that we give: somebody else's achievement or issuer, in our words, signed by us.

It names no status list: those are computed from awards, and this is none. So it can't be taken
back, and always ends: docs/decisions/endorsements-stand-on-their-own.md.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from adapters.badges.contexts import CREDENTIALS, EXTENSIONS, OPEN_BADGES
from adapters.badges.gate import ENDORSEMENT
from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject, as_object, as_text, id_of, types_of
from adapters.badges.proof import zulu
from adapters.badges.verifying.sources import Sources
from adapters.badges.verifying.verify import examined

ACHIEVEMENT, PROFILE = "Achievement", "Profile"


class NotEndorsableError(ValueError):
    """Something can't be endorsed; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Endorsable:
    """
    What may be endorsed: an achievement or an issuer, by its id.

    Attributes:
        by: The id of whose it is.
    """

    id: str
    name: str
    by: str


def endorsable(
    document: JsonObject, data: bytes, sources: Sources, now: datetime, *, issuer: bool
) -> Endorsable:
    """
    Give what a document names: an achievement or a profile, or that of a credential.

    Args:
        document: What was handed over.
        data: The same as a file: a credential has to be genuine.
        sources: Where keys and lists are looked up.
        now: The machine's clock.
        issuer: Of a credential or an achievement: whose it is, in place of what was achieved.

    Raises:
        NotEndorsableError: There is nothing in it to endorse.
    """
    thing = document
    kinds = types_of(document)
    if "credentialSubject" in document:
        verdict, told = examined(data, sources, now)
        if not verdict.verified:
            wrong = "; ".join(each.because for each in verdict.checks if not each.passed)
            raise NotEndorsableError(f"it is not to be relied on: {wrong}")
        thing = as_object(as_object(told.get("credentialSubject")).get("achievement"))
        whose = as_object(told.get("issuer"))
        kinds = types_of(thing)
    else:
        whose = as_object(document.get("creator"))
    if issuer and PROFILE not in kinds:
        thing, kinds = whose, types_of(whose)
    if not {ACHIEVEMENT, PROFILE} & set(kinds):
        what = "issuer" if issuer else "achievement"
        raise NotEndorsableError(f"there is no {what} in it that could be endorsed")
    name = id_of(thing)
    if ":" not in name:
        raise NotEndorsableError("it has no address or id, so nobody could tell what is meant")
    by = name if PROFILE in kinds else id_of(whose)
    return Endorsable(name, as_text(thing.get("name")) or name, by)


def endorsement(
    thing: Endorsable, comment: str, issuer: Issuer, since: datetime, until: datetime
) -> JsonObject:
    """
    Give an endorsement without a proof.

    Args:
        thing: What is endorsed.
        comment: What we say of it.
        issuer: Who we are.
        since: From when on it is good.
        until: To when.

    Raises:
        NotEndorsableError: It is our own, or nothing is said, or it would never be good.
    """
    if issuer.did in (thing.id, thing.by):
        raise NotEndorsableError(f"{thing.name} is our own, and nobody endorses herself")
    if not comment.strip():
        raise NotEndorsableError("say with --comment what you found")
    if until <= since:
        raise NotEndorsableError(f"it would have ended on {until:%Y-%m-%d}")
    return {
        "@context": [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
        "id": uuid4().urn,
        "type": ["VerifiableCredential", ENDORSEMENT],
        "name": f"Endorsement of {thing.name}",
        "issuer": issuer.profile,
        "validFrom": zulu(since),
        "validUntil": zulu(until),
        "credentialSubject": {
            "id": thing.id,
            "type": ["EndorsementSubject"],
            "endorsementComment": comment.strip(),
        },
    }
