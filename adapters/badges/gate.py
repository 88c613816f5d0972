"""
The last look before a credential leaves: nothing goes out that a verifier would turn away.

It must fit the data model and 1EdTech's own schema, every term in it must be defined, its
contexts must stand in the order that 1EdTech's validator checks, and its own proof must hold.
"""

from adapters.badges.contexts import CLR, CREDENTIALS, EXTENSIONS, OPEN_BADGES
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.keys import PublicKey
from adapters.badges.linked_data import LinkedDataError
from adapters.badges.linked_data import canonical as plain
from adapters.badges.model import misfit
from adapters.badges.official import offence
from adapters.badges.proof import Canonical, holds

BADGE = "AchievementCredential"
RECORD = "ClrCredential"
ENDORSEMENT = "EndorsementCredential"
ORDER = {
    BADGE: [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
    ENDORSEMENT: [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
    RECORD: [CREDENTIALS, CLR, OPEN_BADGES, EXTENSIONS],
}
OFFICIAL = {BADGE: "", ENDORSEMENT: ENDORSEMENT}
"""What 1EdTech's schema has, and how that is called in it."""


class UnfitError(Exception):
    """A credential is not fit to leave; the message says why."""


def let_out(
    signed: JsonObject, key: PublicKey, kind: str = BADGE, canonical: Canonical = plain
) -> JsonObject:
    """
    Give a signed credential back if it may leave.

    Args:
        signed: The credential with its proof.
        key: What it was signed with.
        kind: BADGE, RECORD or ENDORSEMENT.
        canonical: How its statements are found.

    Raises:
        UnfitError: It may not.
    """
    if signed.get("@context") != ORDER[kind]:
        raise UnfitError("its contexts are not those of Open Badges 3.0 in their order")
    if wrong := misfit(signed, kind):
        raise UnfitError(f"it does not fit the data model at {wrong}")
    if kind in OFFICIAL and (wrong := offence(signed, OFFICIAL[kind])):
        raise UnfitError(f"1EdTech's schema turns it away at {wrong}")
    proof = as_object(as_list(signed.get("proof"))[0])
    try:
        good = holds(signed, proof, key.raw, canonical)
    except LinkedDataError as error:
        raise UnfitError(str(error)) from None
    if not good:
        raise UnfitError("its own proof does not hold")
    return signed
