"""The key that a credential says it was signed with, as its owner publishes it."""

from dataclasses import dataclass

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from adapters.badges import multibase
from adapters.badges.did import KEY, WEB, NoDidError, document_url
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text, id_of
from adapters.badges.verifying.sources import LOOPBACK, LookupFailedError, Sources


class NoKeyError(Exception):
    """There is no such key, or it may not sign credentials; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class FoundKey:
    """
    A public key, and whose it is.

    Attributes:
        owner: The DID or address that publishes it.
        ed25519: 32 bytes, empty where it is of another kind.
        jwk: As a JSON Web Key, empty where it is published as a Multikey.
    """

    owner: str
    ed25519: bytes = b""
    jwk: JsonObject | None = None


def key_of(method: str, sources: Sources) -> FoundKey:
    """
    Find a key by its full id.

    Raises:
        NoKeyError: It is not there, or not for signing credentials.
        LookupFailedError: Its owner's document can't be had.
    """
    owner, _, fragment = method.partition("#")
    if method.startswith(KEY):
        return _of_did_key(owner, fragment)
    if method.startswith(WEB):
        return _in_document(method, owner, _did_document(owner, sources))
    if method.startswith("https://"):
        return FoundKey(method, jwk=_json(sources.get(method), method))
    raise NoKeyError(f"{method[:200]} is a key of a kind that is not looked up here")


def _of_did_key(owner: str, fragment: str) -> FoundKey:
    name = owner.removeprefix(KEY)
    if fragment and fragment != name:
        raise NoKeyError(f"{owner} has no key {fragment[:100]}")
    try:
        return FoundKey(owner, multibase.ed25519_key(name))
    except ValueError as error:
        raise NoKeyError(f"{owner[:200]}: {error}") from None


def _did_document(owner: str, sources: Sources) -> JsonObject:
    try:
        url = document_url(owner)
    except NoDidError as error:
        raise NoKeyError(str(error)) from None
    host = url.removeprefix("https://").partition("/")[0].rpartition(":")[0] or url
    if host in LOOPBACK:
        # On the machine itself there is nobody in between, and seldom a certificate.
        url = url.replace("https://", "http://", 1)
    document = _json(sources.get(url), url)
    if as_text(document.get("id")) != owner:
        raise NoKeyError(f"{url} is not the document of {owner}")
    return document


def _in_document(method: str, owner: str, document: JsonObject) -> FoundKey:
    def full(name: str) -> str:
        return owner + name if name.startswith("#") else name

    allowed = as_list(document.get("assertionMethod"))
    if method not in {full(id_of(each)) for each in allowed}:
        raise NoKeyError(f"{owner} does not list {method} among the keys that sign for it")
    for each in (*as_list(document.get("verificationMethod")), *allowed):
        known = as_object(each)
        if full(as_text(known.get("id"))) != method:
            continue
        if as_text(known.get("controller")) != owner:
            raise NoKeyError(f"the key {method} is somebody else's")
        return _key(method, owner, known)
    raise NoKeyError(f"{owner} does not publish the key {method}")


def _key(method: str, owner: str, known: JsonObject) -> FoundKey:
    if "publicKeyMultibase" in known:
        try:
            return FoundKey(owner, multibase.ed25519_key(as_text(known["publicKeyMultibase"])))
        except ValueError as error:
            raise NoKeyError(f"the key {method} can't be read: {error}") from None
    jwk = as_object(known.get("publicKeyJwk"))
    if jwk.get("crv") == "Ed25519":
        return FoundKey(owner, _okp(method, jwk), jwk)
    if not jwk:
        raise NoKeyError(f"the key {method} is of a kind that is not read here")
    return FoundKey(owner, jwk=jwk)


def _okp(method: str, jwk: JsonObject) -> bytes:
    try:
        key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": as_text(jwk.get("x"))})
        return key.public_key.public_bytes_raw()
    except (JoseError, ValueError):
        raise NoKeyError(f"the key {method} can't be read") from None


def _json(data: bytes, url: str) -> JsonObject:
    try:
        return msgspec.json.decode(data, type=JsonObject)
    except (msgspec.MsgspecError, RecursionError):
        raise LookupFailedError(f"what lies at {url} is no JSON object") from None
