"""
Data Integrity proofs of the cryptosuite eddsa-rdfc-2022 (W3C, Data Integrity EdDSA 1.0).

What is signed is the SHA-256 of the canonical proof options, then that of the canonical
document; the proof's own options are read in the document's contexts.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.badges import multibase
from adapters.badges.jsonvalue import JsonObject, as_text
from adapters.badges.linked_data import canonical as plain

Sign = Callable[[bytes], bytes]
Canonical = Callable[[JsonObject], bytes]

SUITE = "eddsa-rdfc-2022"
PROOF_TYPE = "DataIntegrityProof"
PURPOSE = "assertionMethod"
SIGNATURE_BYTES = 64


def signed(
    document: JsonObject,
    sign: Sign,
    method: str,
    created: datetime,
    canonical: Canonical = plain,
) -> JsonObject:
    """
    Give a document with a proof.

    Args:
        document: Without a proof, with its contexts.
        sign: Makes an Ed25519 signature of 64 bytes.
        method: The id of the key in its owner's DID document.
        created: When, aware.
        canonical: How its statements are found; see template.py for many of one shape.

    Raises:
        LinkedDataError: The document can't be signed whole.
    """
    options: JsonObject = {
        "type": PROOF_TYPE,
        "cryptosuite": SUITE,
        "created": zulu(created),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    signature = sign(_to_sign(document, options, canonical))
    return {**document, "proof": [{**options, "proofValue": multibase.encode(signature)}]}


def holds(
    document: JsonObject, proof: JsonObject, key: bytes, canonical: Canonical = plain
) -> bool:
    """
    Say whether a proof of this suite is of this document and this key.

    Args:
        document: With or without its proof.
        proof: One of its proofs.
        key: An Ed25519 public key, 32 bytes.
        canonical: How its statements are found.

    Raises:
        LinkedDataError: The document or the proof can't be read as JSON-LD.
    """
    try:
        signature = multibase.decode(as_text(proof.get("proofValue")))
    except ValueError:
        return False
    if len(signature) != SIGNATURE_BYTES:
        return False
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = {name: value for name, value in document.items() if name != "proof"}
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            signature, _to_sign(bare, options, canonical)
        )
    except InvalidSignature:
        return False
    return True


def zulu(moment: datetime) -> str:
    """Write an instant as every verifier reads it: to the second, in UTC, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _to_sign(document: JsonObject, options: JsonObject, canonical: Canonical) -> bytes:
    own = {**options, "@context": options.get("@context") or document.get("@context")}
    return _options_digest(msgspec.json.encode(own)) + hashlib.sha256(canonical(document)).digest()


@lru_cache(64)
def _options_digest(options: bytes) -> bytes:
    """Give the digest of proof options, which are the same throughout a batch."""
    return hashlib.sha256(plain(msgspec.json.decode(options, type=JsonObject))).digest()
