"""
Keys and signatures as text: multibase base58btc, and multicodec's names of key types.

The alphabet and the two-byte names are those of the W3C's Controlled Identifiers 1.0.
"""

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE58BTC = "z"
ED25519 = bytes((0xED, 0x01))
"""How an Ed25519 public key begins."""

BASE = len(ALPHABET)
ED25519_BYTES = 32


def encode(data: bytes) -> str:
    """Write bytes in base58btc, with the sign that says so."""
    number = int.from_bytes(data, "big")
    signs = ""
    while number:
        number, rest = divmod(number, BASE)
        signs = ALPHABET[rest] + signs
    zeros = len(data) - len(data.lstrip(b"\0"))
    return BASE58BTC + ALPHABET[0] * zeros + signs


def decode(text: str) -> bytes:
    """
    Read bytes from base58btc.

    Raises:
        ValueError: It is no multibase of this kind.
    """
    if not text.startswith(BASE58BTC):
        raise ValueError("it does not begin with z, the sign of base58btc")
    body = text[1:]
    number = 0
    for sign in body:
        place = ALPHABET.find(sign)
        if place < 0:
            raise ValueError("a sign in it is none of base58btc")
        number = number * BASE + place
    zeros = len(body) - len(body.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def ed25519_key(text: str) -> bytes:
    """
    Give the 32 bytes of an Ed25519 key that is written as a Multikey.

    Raises:
        ValueError: It is no such key.
    """
    data = decode(text)
    if not data.startswith(ED25519) or len(data) != len(ED25519) + ED25519_BYTES:
        raise ValueError("it is no Ed25519 key")
    return data[len(ED25519) :]


def multikey(key: bytes) -> str:
    """Write an Ed25519 public key as a Multikey."""
    return encode(ED25519 + key)
