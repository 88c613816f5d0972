"""
A credential as a signed web token: VC-JWT as Open Badges 3.0 defines it.

The payload is the credential itself, with the registered claims beside it; RS256 or ES256, as
1EdTech's validator takes no other (Open Badges 3.0, section 8.2).
"""

import json
from base64 import urlsafe_b64encode
from binascii import Error as BinasciiError
from datetime import datetime

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from adapters.badges.jsonvalue import JsonObject, as_object, as_text, id_of
from adapters.badges.keys import PublicKey, Signer

ALGORITHMS = ["RS256", "ES256"]
PARTS = 3
PUBLIC = ("kty", "crv", "x", "y", "n", "e")
"""The members of a public key of these kinds; whatever else a key says of itself is left out."""


class _Registry(jws.JWSRegistry):
    """What joserfc reads; credentials are larger than the tokens of a log-in."""

    max_header_length = 16 * 1024
    max_payload_length = 8 * 1024 * 1024


_registry = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


class TokenError(ValueError):
    """A text is no signed credential."""


def issued(credential: JsonObject, key: PublicKey, method: str, signer: Signer) -> str:
    """
    Give a credential as a compact token.

    Args:
        credential: Without a proof.
        key: An rs256 or es256 key.
        method: Its full id, by which verifiers find it; "" puts the key itself in the header.
        signer: Holds its private part.
    """
    header: JsonObject = {"alg": key.kind.value.upper(), "typ": "JWT"}
    header |= {"kid": method} if method else {"jwk": dict(key.jwk)}
    payload = {**credential, **_claims(credential)}
    signing = f"{_part(header)}.{_part(payload)}"
    signature = signer.sign(key, signing.encode())
    return f"{signing}.{_base64(signature)}"


def _claims(credential: JsonObject) -> JsonObject:
    claims: JsonObject = {
        "iss": id_of(credential.get("issuer")),
        "jti": as_text(credential.get("id")),
        "sub": as_text(as_object(credential.get("credentialSubject")).get("id")),
        "nbf": _seconds(as_text(credential.get("validFrom"))),
    }
    if until := as_text(credential.get("validUntil")):
        claims["exp"] = _seconds(until)
    return claims


def header_of(text: str) -> JsonObject:
    """
    Give the header of a token, which nothing vouches for yet.

    Raises:
        TokenError: It is no token.
    """
    return _read(text)[0]


def credential_in(text: str) -> JsonObject:
    """
    Give the credential in a token, which nothing vouches for yet.

    Raises:
        TokenError: It is no token, or its claims contradict its credential.
    """
    payload = _read(text)[1]
    credential = {name: value for name, value in payload.items() if name not in CLAIMS}
    for name, said in _claims(credential).items():
        if name in payload and payload[name] != said:
            raise TokenError(f"the claim {name} says something else than the credential")
    if "vc" in payload:
        raise TokenError("the credential is in the claim vc, which Open Badges 3.0 does not use")
    if "exp" in payload and "validUntil" not in credential:
        raise TokenError("the claim exp says something else than the credential")
    return credential


CLAIMS = ("iss", "jti", "sub", "nbf", "exp", "iat", "aud")


def holds(text: str, jwk: JsonObject) -> bool:
    """Say whether a token was signed with a key; the algorithm must be one of ours."""
    try:
        members = {name: as_text(value) for name, value in jwk.items() if name in PUBLIC}
        is_rsa = members.get("kty") == "RSA"
        key = RSAKey.import_key({**members}) if is_rsa else ECKey.import_key({**members})
        jws.deserialize_compact(text, key, registry=_registry)
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return True


def _read(text: str) -> tuple[JsonObject, JsonObject]:
    if text.count(".") != PARTS - 1:
        raise TokenError("it is no signed web token")
    try:
        found = jws.extract_compact(text.encode(), registry=_registry)
        return found.headers(), msgspec.json.decode(found.payload, type=JsonObject)
    except (JoseError, ValueError, BinasciiError, msgspec.MsgspecError):
        raise TokenError("it is no signed web token") from None


def _part(value: JsonObject) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _seconds(moment: str) -> int:
    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except ValueError:
        return 0
