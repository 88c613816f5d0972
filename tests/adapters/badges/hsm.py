"""A stand-in for a hardware module: it holds a key that no database has, and signs with it."""

import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.badges.keys import PublicKey, SecretError

PRIVATE = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"in the module").digest())
PEM = PRIVATE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


class Module:
    """Signs with the one key that it holds."""

    def sign(self, key: PublicKey, data: bytes) -> bytes:
        """Sign, or say that another key is asked for."""
        if key.raw != PRIVATE.public_key().public_bytes_raw():
            raise SecretError(f"the module does not hold {key.id}")
        return PRIVATE.sign(data)


def open_signer() -> Module:
    """Open it, as `[issuer] signer` names it."""
    return Module()
