"""Secrets that apps are given: long, random, and kept here as a hash only."""

import hashlib
from secrets import token_urlsafe

BYTES = 32


def new_secret() -> str:
    """Make one that nobody guesses."""
    return token_urlsafe(BYTES)


def hashed(secret: str) -> str:
    """Give what is kept of it; a random 256 bits need no salt and no slow hash."""
    return digest(secret).hex()


def digest(secret: str) -> bytes:
    """Give the same as bytes."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
