"""
All that is looked at before a credential is called genuine, each with its reason.

A check that can't be made does not pass: who can't reach an issuer does not know.
"""

from datetime import datetime
from urllib.parse import unquote

import msgspec

from adapters.badges import web_token
from adapters.badges.credential import identity_hash
from adapters.badges.did import WEB
from adapters.badges.gate import ENDORSEMENT
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text, id_of, types_of
from adapters.badges.linked_data import LinkedDataError
from adapters.badges.proof import PROOF_TYPE, PURPOSE, SUITE, holds
from adapters.badges.verifying.methods import FoundKey, NoKeyError, key_of
from adapters.badges.verifying.reading import Presented
from adapters.badges.verifying.sources import LookupFailedError, Sources

KINDS = ("OpenBadgeCredential", "AchievementCredential", "ClrCredential", ENDORSEMENT)

FORMS = {
    "json": "JSON",
    "jwt": "a signed token",
    "png": "a PNG picture",
    "svg": "an SVG picture",
    "pdf": "a PDF",
}


TAKEN_BACK = "its issuer has "
"""How the reason of a check of the status begins where the issuer itself says no."""


EXPIRED = "it expired on "
"""How the reason of a check of the dates begins where its time is over."""


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at: `name`, whether it `passed`, and the reason."""

    name: str
    passed: bool
    because: str


def shape(shown: Presented) -> Check:
    """Say whether it has what every achievement credential has."""
    document = shown.document
    kinds = [each for each in KINDS if each in types_of(document)]
    lacks = [
        name
        for name in ("@context", "id", "issuer", "validFrom", "credentialSubject")
        if not document.get(name)
    ]
    if "VerifiableCredential" not in types_of(document) or not kinds:
        return Check("format", passed=False, because="it is no Open Badges 3.0 or CLR credential")
    if lacks:
        return Check("format", passed=False, because=f"it has no {', '.join(lacks)}")
    return Check("format", passed=True, because=f"{kinds[0]} in {FORMS[shown.form]}")


def proof(shown: Presented, sources: Sources) -> Check:
    """Say whether it is signed by its issuer, and unchanged since."""
    found = _token_proof(shown, sources) if shown.token else _embedded_proof(shown, sources)
    return Check("proof", passed=not found, because=found or f"signed by {_issuer(shown.document)}")


def _embedded_proof(shown: Presented, sources: Sources) -> str:
    """Say why the embedded proof proves nothing, "" where it does."""
    proofs = [as_object(each) for each in as_list(shown.document.get("proof"))]
    if not proofs:
        return "it is not signed"
    known = [
        each
        for each in proofs
        if each.get("type") == PROOF_TYPE and each.get("cryptosuite") == SUITE
    ]
    if not known:
        kinds = ", ".join(
            as_text(each.get("cryptosuite")) or as_text(each.get("type")) for each in proofs
        )
        return f"its proof is of a kind that is not read here: {kinds}"
    if known[0].get("proofPurpose") != PURPOSE:
        return "its proof was made for another purpose"
    key = _published(as_text(known[0].get("verificationMethod")), shown.document, sources)
    if isinstance(key, str):
        return key
    if not key.ed25519:
        return "its proof names a key of another kind"
    try:
        good = holds(shown.document, known[0], key.ed25519)
    except LinkedDataError as error:
        return f"what it says can't be checked: {error}"
    return "" if good else "it was changed after it was signed, or another key signed it"


def _token_proof(shown: Presented, sources: Sources) -> str:
    """Say why the signature of a token proves nothing, "" where it does."""
    header = web_token.header_of(shown.token)
    if header.get("alg") not in web_token.ALGORITHMS:
        return f"the algorithm {as_text(header.get('alg')) or 'none'} is not accepted"
    kid = as_text(header.get("kid"))
    if not kid:
        own = as_object(header.get("jwk"))
        if own and web_token.holds(shown.token, own):
            return "its key came with it, and nobody vouches that it is the issuer's"
        return "it does not say who signed it"
    method = kid if ":" in kid else f"{_issuer(shown.document)}#{kid.removeprefix('#')}"
    key = _published(method, shown.document, sources)
    if isinstance(key, str):
        return key
    if key.jwk is None:
        return "it names a key of another kind"
    good = web_token.holds(shown.token, key.jwk)
    return "" if good else "it was changed after it was signed, or another key signed it"


def _published(method: str, document: JsonObject, sources: Sources) -> FoundKey | str:
    """Give the issuer's key, or why there is none."""
    try:
        key = key_of(method, sources)
    except (NoKeyError, LookupFailedError) as error:
        return str(error)
    issuer = _issuer(document)
    if key.owner != issuer and not key.owner.startswith(_home(issuer)):
        return f"it was signed by {key.owner}, which is not its issuer {issuer}"
    return key


def _home(issuer: str) -> str:
    """Give under which address an issuer's own keys lie: many may share one host."""
    host, *steps = issuer.removeprefix(WEB).split(":")
    path = "".join(f"{step}/" for step in steps)
    return f"https://{unquote(host)}/{path}" if issuer.startswith(WEB) else issuer


def dates(document: JsonObject, now: datetime) -> Check:
    """Say whether it is good today."""
    since, until = (moment_of(document.get(name)) for name in ("validFrom", "validUntil"))
    if since is None or (document.get("validUntil") and until is None):
        return Check("dates", passed=False, because="its dates can't be read")
    if since > now:
        return Check("dates", passed=False, because=f"it is not valid before {since:%Y-%m-%d}")
    if until is not None and until < now:
        return Check("dates", passed=False, because=f"{EXPIRED}{until:%Y-%m-%d}")
    end = f"valid until {until:%Y-%m-%d}" if until else "valid without an end"
    return Check("dates", passed=True, because=f"{end}, since {since:%Y-%m-%d}")


def recipient(document: JsonObject, email: str) -> Check:
    """Say whether it was issued to an e-mail address."""
    subject = as_object(document.get("credentialSubject"))
    for identity in map(as_object, as_list(subject.get("identifier"))):
        if is_of(identity, email):
            return Check("recipient", passed=True, because=f"it was issued to {email}")
    return Check("recipient", passed=False, because=f"it was not issued to {email}")


def is_of(identity: JsonObject, email: str) -> bool:
    """Say whether an identity is an e-mail address, in the clear or hashed."""
    known = as_text(identity.get("identityHash"))
    if not identity.get("hashed"):
        return known.casefold() == email.casefold()
    salt = as_text(identity.get("salt"))
    return known in {identity_hash(each, salt) for each in (email, email.lower())}


def _issuer(document: JsonObject) -> str:
    return id_of(document.get("issuer"))


def moment_of(value: object) -> datetime | None:
    """Read an instant with its offset, None where it is none."""
    try:
        found = datetime.fromisoformat(as_text(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
