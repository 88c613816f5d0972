"""
Who an issuer is to the world: a DID, and the document that lists its keys.

`did:web` is the address of a web server, written differently: whoever controls the server
speaks for the issuer (W3C CCG, did:web method). `did:key` is a key and nothing else: for demos
and for working without a server.
"""

from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from adapters.badges.contexts import DID, MULTIKEY
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import IssuerKey, KeyKind, PublicKey

WEB = "did:web:"
KEY = "did:key:"
JWK_CONTEXT = "https://w3id.org/security/jwk/v1"
WELL_KNOWN = "/.well-known/did.json"
DOCUMENT = "/did.json"


class NoDidError(ValueError):
    """A text is no DID of a method that is read here."""


def did_web(public_url: str) -> str:
    """Give the DID of a web address; a port is written as %3A."""
    parts = urlsplit(public_url)
    steps = [step for step in parts.path.split("/") if step]
    return WEB + ":".join(quote(step, safe="") for step in (parts.netloc, *steps))


def document_url(did: str) -> str:
    """
    Give the address of a did:web document.

    Raises:
        NoDidError: It is no did:web.
    """
    host, *steps = did.removeprefix(WEB).split(":")
    if not did.startswith(WEB) or not host or not all(steps):
        raise NoDidError(f"{did} is no did:web")
    host = unquote(host)
    if any(sign in host for sign in "/@?#"):
        raise NoDidError(f"{did} names no host")
    path = "/".join(quote(unquote(step), safe="") for step in steps)
    return f"https://{host}/{path}{DOCUMENT}" if path else f"https://{host}{WELL_KNOWN}"


def did_key(key: PublicKey) -> str:
    """Give the DID that an ed25519 key is by itself."""
    return KEY + key.multikey


def method_of(did: str, key: PublicKey) -> str:
    """Give the full id of a key of a DID."""
    return f"{did}#{key.id}"


def document(did: str, keys: Iterable[IssuerKey]) -> JsonObject:
    """
    Give a DID document: the keys that sign, and those that have signed.

    Ids are absolute and `assertionMethod` holds texts, as 1EdTech's validator needs them.
    """
    published = [each.public for each in keys if each.is_published]
    methods: list[JsonObject] = []
    for key in published:
        method: JsonObject = {"id": method_of(did, key)}
        if key.kind is KeyKind.ED25519:
            method |= {"type": "Multikey", "controller": did, "publicKeyMultibase": key.multikey}
        else:
            method |= {"type": "JsonWebKey", "controller": did, "publicKeyJwk": own_jwk(key)}
        methods.append(method)
    return {
        "@context": [DID, MULTIKEY, JWK_CONTEXT],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method_of(did, key) for key in published],
    }


def own_jwk(key: PublicKey) -> JsonObject:
    """Give a key as a JSON Web Key that names itself."""
    algorithm = "EdDSA" if key.kind is KeyKind.ED25519 else key.kind.value.upper()
    return {**key.jwk, "kid": key.id, "alg": algorithm, "use": "sig"}


def jwks(did: str, keys: Iterable[IssuerKey]) -> JsonObject:
    """Give all published keys as a JSON Web Key Set; `iss` says whose they are."""
    return {"keys": [{**own_jwk(each.public), "iss": did} for each in keys if each.is_published]}
