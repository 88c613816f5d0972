"""
A stack with all its parts in one file: a Comprehensive Learner Record 2.0.

Each part is carried as it was signed, so a verifier looks at each by itself; associations say
which is part of which, as Open Badges has no word for that.
"""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

import msgspec

from adapters.badges.contexts import CLR, CREDENTIALS, EXTENSIONS, OPEN_BADGES
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.store.badges import BadgeRow, Badges

KEPT = ("issuer", "awardedDate", "validFrom", "validUntil", "credentialStatus")
"""What a record says in its stack's own words: who, when, until when, and whether still."""


def parts_of(badges: Badges, badge: BadgeRow) -> tuple[tuple[BadgeRow, BadgeRow], ...]:
    """
    Give the credentials that a stack rests on, to the bottom: each part with its whole.

    One that is in several wholes comes once with each.
    """
    found: list[tuple[BadgeRow, BadgeRow]] = []
    waiting = [badge]
    seen = {badge.id}
    while waiting:
        whole = waiting.pop(0)
        for each in as_list(_told(whole).get("evidence")):
            part = badges.named(as_text(as_object(each).get("id")))
            if part is None:
                continue
            found.append((part, whole))
            if part.id not in seen:
                seen.add(part.id)
                waiting.append(part)
    return tuple(found)


def record_of(badge: BadgeRow, parts: Sequence[tuple[BadgeRow, BadgeRow]]) -> JsonObject:
    """
    Give a stack and its parts as a record without a proof.

    Args:
        badge: The stack.
        parts: See `parts_of`.
    """
    whole = _told(badge)
    own = as_object(whole.get("credentialSubject"))
    carried = {each.id: _told(each) for pair in parts for each in pair[:1]}
    subject: JsonObject = {"id": own["id"], "type": ["ClrSubject"]}
    if "identifier" in own:
        subject["identifier"] = own["identifier"]
    subject["verifiableCredential"] = [whole, *carried.values()]
    associations = [
        {
            "type": "Association",
            "associationType": "isPartOf",
            "sourceId": part.achievement,
            "targetId": larger.achievement,
        }
        for part, larger in parts
    ]
    if associations:
        subject["association"] = associations
    return {
        "@context": [CREDENTIALS, CLR, OPEN_BADGES, EXTENSIONS],
        "id": uuid5(NAMESPACE_URL, f"{badge.id}/record").urn,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": whole["name"],
        "description": whole["description"],
        **{name: whole[name] for name in KEPT if name in whole},
        "credentialSubject": subject,
    }


def _told(badge: BadgeRow) -> JsonObject:
    return msgspec.json.decode(badge.document, type=JsonObject)
