"""A learner's credential in the format that somebody asks for, from the one unsigned object."""

import json
from enum import StrEnum

import msgspec

from adapters.badges import web_token
from adapters.badges.baking import png, svg
from adapters.badges.did import method_of
from adapters.badges.drawing import picture
from adapters.badges.jsonvalue import JsonObject, as_object
from adapters.badges.keys import KeyKind, SecretError
from adapters.badges.publication import face_of
from adapters.badges.registrar import Desk, UnissuableError
from adapters.store.badges import BadgeRow


class Format(StrEnum):
    """How a credential leaves."""

    JSON = "json"
    JWT = "jwt"
    PNG = "png"
    SVG = "svg"


MEDIA_TYPES = {
    Format.JSON: "application/vc+ld+json",
    Format.JWT: "application/jwt",
    Format.PNG: "image/png",
    Format.SVG: "image/svg+xml",
}


def exported(badge: BadgeRow, desk: Desk, asked: Format) -> bytes:
    """
    Give a credential in a format.

    Args:
        badge: As it was issued.
        desk: What to sign with.
        asked: The format.

    Raises:
        UnissuableError: It can't be given in this format, for the reason given.
        DrawingError: Its picture can't be drawn.
    """
    document = msgspec.json.decode(badge.document, type=JsonObject)
    match asked:
        case Format.JSON:
            return badge.document
        case Format.JWT:
            return _token(document, desk).encode()
        case Format.PNG:
            return png.baked(picture.png(_face(document)), _ascii(document))
        case Format.SVG:
            return svg.baked(picture.svg(_face(document)), _ascii(document)).encode()


def _token(document: JsonObject, desk: Desk) -> str:
    bare = {name: value for name, value in document.items() if name != "proof"}
    key = desk.key(KeyKind.RS256)
    issuer = as_object(document.get("issuer")).get("id")
    # Without a server nobody could look the key up: then it travels with the token.
    method = method_of(str(issuer), key.public) if issuer == desk.issuer.did else ""
    try:
        return web_token.issued(bare, key.public, method, desk.signer)
    except SecretError as error:
        raise UnissuableError(str(error)) from None


def _face(document: JsonObject) -> picture.Face:
    return face_of(as_object(as_object(document.get("credentialSubject")).get("achievement")))


def _ascii(document: JsonObject) -> str:
    return json.dumps(document, ensure_ascii=True, separators=(",", ":"))
