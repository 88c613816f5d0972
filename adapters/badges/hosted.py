"""
The same award as Open Badges 2.0: three documents that lie on the issuer's server.

Moodle and older backpacks read no other. Whether it is genuine is told by where it lies, so it
can be verified only while its learner has made it public.
"""

from adapters.badges.issuer import Issuer
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text

CONTEXT = "https://w3id.org/openbadges/v2"
FOLDER = "/ob2"
ALIGNED = ("targetName", "targetUrl", "targetDescription", "targetFramework", "targetCode")


def issuer_document(issuer: Issuer) -> JsonObject:
    """Give the issuer."""
    document: JsonObject = {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": issuer.address("ob2/issuer"),
        "name": issuer.name,
        "url": issuer.public_url,
    }
    return {**document, "email": issuer.email} if issuer.email else document


def class_document(issuer: Issuer, achievement: JsonObject) -> JsonObject:
    """Give what was awarded, from its Open Badges 3.0 achievement."""
    document: JsonObject = {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": _hosted(issuer, as_text(achievement.get("id"))),
        "name": achievement["name"],
        "description": achievement["description"],
        "image": as_object(achievement.get("image")).get("id"),
        "criteria": {"narrative": as_object(achievement.get("criteria")).get("narrative")},
        "issuer": issuer.address("ob2/issuer"),
    }
    alignment = [
        {name: each[name] for name in ALIGNED if name in each}
        for each in map(as_object, as_list(achievement.get("alignment")))
    ]
    if alignment:
        document["alignment"] = alignment
    if tags := as_list(achievement.get("tag")):
        document["tags"] = tags
    return document


def assertion(issuer: Issuer, credential: JsonObject) -> JsonObject | None:
    """
    Give an award as an assertion, from its Open Badges 3.0 credential.

    None where its recipient has no e-mail address, without which there is none in 2.0.
    """
    subject = as_object(credential.get("credentialSubject"))
    identities = map(as_object, as_list(subject.get("identifier")))
    recipient = next((each for each in identities if each.get("identityType") == EMAIL), None)
    if recipient is None:
        return None
    achievement = as_object(subject.get("achievement"))
    document: JsonObject = {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": _hosted(issuer, as_text(credential.get("id"))),
        "recipient": {
            "type": "email",
            "hashed": True,
            "salt": recipient["salt"],
            "identity": recipient["identityHash"],
        },
        "badge": _hosted(issuer, as_text(achievement.get("id"))),
        "verification": {"type": "HostedBadge"},
        "issuedOn": credential["awardedDate"],
    }
    if until := credential.get("validUntil"):
        document["expires"] = until
    evidence = [_evidence(each) for each in map(as_object, as_list(credential.get("evidence")))]
    if evidence:
        document["evidence"] = evidence
    return document


EMAIL = "emailAddress"


def revoked(issuer: Issuer, name: str) -> JsonObject:
    """Give what is told of an award that was taken back."""
    return {
        "@context": CONTEXT,
        "type": "Assertion",
        "id": _hosted(issuer, name),
        "revoked": True,
    }


def _evidence(told: JsonObject) -> JsonObject:
    names = ("id", "name", "description", "narrative", "genre")
    return {"type": "Evidence", **{name: told[name] for name in names if name in told}}


def _hosted(issuer: Issuer, address: str) -> str:
    """Give where the 2.0 view of something lies."""
    return f"{issuer.public_url}{FOLDER}{address.removeprefix(issuer.public_url)}"
