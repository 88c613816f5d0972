"""
Who may call over HTTP: names with secrets, as Basic name and secret or as Bearer secret.

The name becomes the source of the events, so that two systems which number their events
alike are not taken for one. Without any credential the service must not listen beyond this
machine; that is the business of whoever starts it.
"""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass

from adapters.inbound.received import REVIEWS

NOBODY = "http"
"""The source of events where no credential is configured."""


@dataclass(frozen=True, slots=True)
class Credential:
    """One caller."""

    name: str
    secret: bytes

    def __repr__(self) -> str:
        """Show the name alone."""
        return f"Credential({self.name!r})"


@dataclass(frozen=True, slots=True)
class Credentials:
    """All callers."""

    known: tuple[Credential, ...] = ()

    @classmethod
    def read(cls, written: Iterable[str]) -> "Credentials":
        """
        Read `name:secret` texts; a secret may have colons in it.

        Raises:
            ValueError: If one lacks its name or its secret, or a name comes twice; no secret
                is quoted.
        """
        found: dict[str, Credential] = {}
        for number, text in enumerate(written, 1):
            name, _, secret = text.strip().partition(":")
            if not name or not secret:
                raise ValueError(f"key {number} is not a name, a colon and a secret")
            if name == REVIEWS:
                raise ValueError(f"the name {name!r} is taken by the answers to reviews")
            if name in found:
                raise ValueError(f"the name {name!r} comes twice among the keys")
            found[name] = Credential(name, secret.encode())
        return cls(tuple(found.values()))

    def __bool__(self) -> bool:
        """Say whether any is configured."""
        return bool(self.known)

    def caller(self, authorization: str) -> str | None:
        """
        Give the name of whoever sent an Authorization header, None if nobody knows them.

        Every credential is compared, and each in constant time, so that the time taken tells
        nothing of a secret.
        """
        if not self.known:
            return NOBODY
        scheme, _, rest = authorization.partition(" ")
        name: bytes | None = None
        match scheme.lower():
            case "bearer":
                secret = rest.strip().encode("latin-1", "replace")  # as it was on the wire
            case "basic":
                try:
                    decoded = b64decode(rest.strip(), validate=True)
                except (binascii.Error, ValueError):
                    return None
                name, _, secret = decoded.partition(b":")
            case _:
                return None
        found: str | None = None
        for each in self.known:
            fits = hmac.compare_digest(each.secret, secret)
            if name is not None:
                fits &= hmac.compare_digest(each.name.encode(), name)
            if fits:
                found = each.name
        return found
