"""
Signed webhooks: proof that a request is ours, whole and fresh, by the Standard Webhooks scheme.

The signature covers id, time and body. The id is the outbox key's and stays the same through
retries, so a receiver that remembers ids does each thing once.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PREFIX = "whsec_"
SHORTEST_SECRET = 24
"""Bytes; the scheme asks for 24 to 64."""
LONGEST_SECRET = 64
TOLERANCE = timedelta(minutes=5)
"""How far a request's time may be from the receiver's."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What sender and receiver share, written `whsec_` and base64. Never shown."""

    key: bytes

    def __repr__(self) -> str:
        return "Secret(…)"

    @classmethod
    def read(cls, written: str) -> "Secret":
        """
        Read a secret as config.toml has it.

        Raises:
            ValueError: In an operator's words; the secret itself is never quoted.
        """
        try:
            key = base64.b64decode(written.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not written.startswith(PREFIX) or not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
            raise ValueError(
                f"a webhook secret is {PREFIX} and the base64 of {SHORTEST_SECRET} to "
                f"{LONGEST_SECRET} random bytes"
            )
        return cls(key)


def sign(secret: Secret, message_id: str, time: datetime, body: bytes) -> Mapping[str, str]:
    """Give the three headers that prove a request; `time` is aware and cut to the second."""
    seconds = _seconds(time)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": _signature(secret, message_id, str(seconds), body),
    }


def verify(
    secrets: tuple[Secret, ...], headers: Mapping[str, str], body: bytes, now: datetime
) -> str:
    """
    Say why a request is not to be believed; empty if it is.

    Args:
        secrets: Those in force: two while one replaces the other.
        headers: The request's, names in any case.
        body: The bytes as they came.
        now: The receiver's time, aware.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    message_id = lowered.get("webhook-id", "")
    timestamp = lowered.get("webhook-timestamp", "")
    signatures = lowered.get("webhook-signature", "").split()
    if not message_id or not timestamp or not signatures:
        return "a header is missing: webhook-id, webhook-timestamp or webhook-signature"
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < len("99999999999")):
        return "webhook-timestamp is no time in seconds"
    if abs(_seconds(now) - int(timestamp)) > TOLERANCE.total_seconds():
        return "webhook-timestamp is too far from now"
    good = [_signature(secret, message_id, timestamp, body).encode() for secret in secrets]
    # Every pair is compared, so that time tells nothing.
    matches = [
        hmac.compare_digest(mine, theirs.encode("utf-8", "replace"))
        for mine in good
        for theirs in signatures
    ]
    return "" if any(matches) else "webhook-signature does not fit"


def _signature(secret: Secret, message_id: str, timestamp: str, body: bytes) -> str:
    content = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret.key, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _seconds(time: datetime) -> int:
    if time.utcoffset() is None:
        raise ValueError("a signature needs a time with a zone")
    return int((time - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
