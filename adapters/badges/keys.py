"""
The keys that an issuer signs with: made here, sealed with the operator's secret, or held elsewhere.

The private part leaves this module only sealed: as PKCS#8, encrypted with a key that scrypt
derives from the secret. Whoever keeps keys in an HSM or a key service brings a `Signer`, which
signs and never shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, OKPKey, RSAKey

from adapters.badges import multibase

Private = Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Jwk = dict[str, str]

RSA_BITS = 2048
"""What 1EdTech's certification suite accepts, and signs at 1,700 to 2,400 a second."""

P256_BYTES = 32
SHOWN = 12


class KeyKind(StrEnum):
    """What a key is for: `ed25519` signs embedded proofs, the others signed web tokens."""

    ED25519 = "ed25519"
    RS256 = "rs256"
    ES256 = "es256"


class SecretError(Exception):
    """The secret is not the one that a key was sealed with, or there is none."""


class Signer(Protocol):
    """
    Whatever holds private keys: this process, an HSM behind PKCS#11, a key service.

    Signatures are raw: 64 bytes for ed25519 and es256 (r and s), PKCS#1 v1.5 for rs256.
    """

    def sign(self, key: "PublicKey", data: bytes) -> bytes:
        """
        Sign some bytes, hashed with SHA-256 where the kind says so.

        Raises:
            SecretError: It can't use the key.
        """
        ...


@dataclass(frozen=True, slots=True)
class PublicKey:
    """
    The public part of a key.

    Attributes:
        id: Its name in the DID document, after the `#`; of ed25519 the key itself.
        jwk: As a JSON Web Key, the public members alone.
    """

    id: str
    kind: KeyKind
    jwk: Mapping[str, str]

    @property
    def multikey(self) -> str:
        """Give an ed25519 key as a Multikey."""
        return multibase.multikey(Ed25519PublicKey.from_public_bytes(self.raw).public_bytes_raw())

    @property
    def raw(self) -> bytes:
        """Give the 32 bytes of an ed25519 key."""
        return OKPKey.import_key(dict(self.jwk)).public_key.public_bytes_raw()


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """
    One key of the issuer.

    Attributes:
        sealed: The private part, encrypted; empty where a `Signer` elsewhere holds it.
        created: Since when it is there.
        retired: Since when nothing new is signed with it; what it signed stays good.
        compromised: Since when it is worth nothing; it is no longer published.
    """

    public: PublicKey
    sealed: bytes
    created: datetime
    retired: datetime | None = None
    compromised: datetime | None = None
    because: str = ""

    @property
    def signs(self) -> bool:
        """Say whether new credentials are signed with it."""
        return self.retired is None and self.compromised is None

    @property
    def is_published(self) -> bool:
        """Say whether the DID document holds it."""
        return self.compromised is None


def new_key(kind: KeyKind, secret: str, created: datetime) -> IssuerKey:
    """
    Make a key and seal it.

    Raises:
        SecretError: There is no secret to seal it with.
    """
    if not secret:
        raise SecretError("there is no secret to seal keys with")
    private: Private
    match kind:
        case KeyKind.ED25519:
            private = Ed25519PrivateKey.generate()
        case KeyKind.RS256:
            private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        case KeyKind.ES256:
            private = ec.generate_private_key(ec.SECP256R1())
    sealed = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(secret.encode()),
    )
    return IssuerKey(public_part(kind, private), sealed, created)


def public_part(kind: KeyKind, private: Private) -> PublicKey:
    """Give the public part of a private key."""
    pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public_key(kind, pem)


def public_key(kind: KeyKind, pem: bytes) -> PublicKey:
    """
    Read a public key.

    Raises:
        ValueError: It is no key of this kind.
    """
    jwk: OKPKey | RSAKey | ECKey
    if kind is KeyKind.ED25519:
        jwk = OKPKey.import_key(pem)
    else:
        jwk = RSAKey.import_key(pem) if kind is KeyKind.RS256 else ECKey.import_key(pem)
    members = {str(name): str(value) for name, value in jwk.as_dict(private=False).items()}
    members.pop("kid", None)
    if members.get("crv", CURVES.get(kind)) != CURVES.get(kind):
        raise ValueError(f"it is no {kind.value} key")
    found = PublicKey("", kind, members)
    name = found.multikey if kind is KeyKind.ED25519 else f"{kind}-{jwk.thumbprint()[:SHOWN]}"
    return PublicKey(name, kind, members)


CURVES = {KeyKind.ED25519: "Ed25519", KeyKind.ES256: "P-256"}


class SealedKeys:
    """Signs with the keys that are sealed in the database; unsealing one takes a tenth second."""

    def __init__(self, keys: Mapping[str, bytes], secret: str) -> None:
        """Take sealed keys by their ids, and the secret."""
        self._sealed = dict(keys)
        self._secret = secret

    def sign(self, key: PublicKey, data: bytes) -> bytes:
        """Sign; see `Signer`."""
        sealed = self._sealed.get(key.id, b"")
        if not sealed:
            raise SecretError(f"the private part of the key {key.id} is not in this database")
        return sign_with(_unsealed(sealed, self._secret), data)


@lru_cache(8)
def _unsealed(sealed: bytes, secret: str) -> Private:
    try:
        found = serialization.load_pem_private_key(sealed, secret.encode() or None)
    except (ValueError, TypeError):
        digest = sha256(sealed).hexdigest()[:SHOWN]
        raise SecretError(
            f"the secret is not the one that the key was sealed with (sealed key {digest})"
        ) from None
    if not isinstance(found, Private):
        raise SecretError("the sealed key is of a kind that is not used here")
    return found


def sign_with(private: Private, data: bytes) -> bytes:
    """Sign with a private key, as `Signer` says."""
    match private:
        case Ed25519PrivateKey():
            return private.sign(data)
        case rsa.RSAPrivateKey():
            return private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        case _:
            r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")
