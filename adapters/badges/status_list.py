"""
Which credentials are revoked or suspended, as bits that a verifier looks up.

W3C Bitstring Status List 1.0. One list has 131,072 places, the fewest that keep a reader from
knowing whose place is asked for. Bit 0 is the leftmost of the first byte.
"""

import gzip
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from adapters.badges.contexts import CREDENTIALS
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.proof import zulu

PLACES = 131_072
BYTES = PLACES // 8
MOST_BYTES = 64 * BYTES
"""A list that unpacks to more is refused: nobody needs one, and it could fill the memory."""


class Purpose(StrEnum):
    """What a set bit means."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


class StatusListError(ValueError):
    """A status list can't be read."""


def encoded(places: Iterable[int]) -> str:
    """Give a list with the bits of some places set; the same places give the same text."""
    bits = bytearray(BYTES)
    for place in places:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + urlsafe_b64encode(gzip.compress(bytes(bits), 9, mtime=0)).rstrip(b"=").decode()


def is_set(text: str, place: int) -> bool:
    """
    Say whether the bit of a place is set.

    Raises:
        StatusListError: It is no list, too short, or has no such place.
    """
    if not text.startswith("u"):
        raise StatusListError("the list is not written in base64url")
    try:
        packed = urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        bits = unpacker.decompress(packed, MOST_BYTES)
    except (BinasciiError, ValueError, zlib.error):
        raise StatusListError("the list can't be unpacked") from None
    if len(bits) < BYTES:
        raise StatusListError(f"the list has fewer than {PLACES:,} places")
    if not 0 <= place < len(bits) * 8:
        raise StatusListError(f"the list has no place {place}")
    return bool(bits[place // 8] & 0x80 >> place % 8)


def list_credential(
    url: str, issuer: JsonObject, purpose: Purpose, places: Iterable[int], dates: list[datetime]
) -> JsonObject:
    """
    Give a status list as a credential without a proof.

    Args:
        url: Where it lies.
        issuer: The profile that has issued what it tells of.
        purpose: What a set bit means.
        places: Those set.
        dates: From when, and until when it is good.
    """
    since, until = dates
    return {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer["id"],
        "validFrom": zulu(since),
        "validUntil": zulu(until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose.value,
            "encodedList": encoded(places),
        },
    }


def entry(url: str, purpose: Purpose, place: int) -> JsonObject:
    """Give what a credential says of where its bit is."""
    return {
        "id": f"{url}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(place),
        "statusListCredential": url,
    }
