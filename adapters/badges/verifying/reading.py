"""A file that somebody says is a credential: JSON, a signed token, or a picture that holds one."""

from dataclasses import dataclass

import msgspec

from adapters.badges import web_token
from adapters.badges.baking import png, svg
from adapters.badges.jsonvalue import JsonObject, as_list, as_object

MOST_BYTES = 8 * 1024 * 1024


class UnreadableError(ValueError):
    """A file is no credential; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Presented:
    """
    A credential as it was handed over.

    Attributes:
        form: What it was in: `json`, `jwt`, `png` or `svg`.
        document: What it says; nothing vouches for it yet.
        token: The token, where it is one.
    """

    form: str
    document: JsonObject
    token: str = ""


def presented(data: bytes) -> Presented:
    """
    Read a file.

    Raises:
        UnreadableError: It is no credential in any form that is read here.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"it is larger than {MOST_BYTES // 1024 // 1024} MiB")
    if data.startswith(png.SIGNATURE):
        return _inside("png", _text_of_png(data))
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise UnreadableError("it is no JSON, no token, and no PNG or SVG picture") from None
    if text.startswith("<"):
        return _inside("svg", _text_of_svg(text))
    return _inside("", text)


def _text_of_png(data: bytes) -> str:
    try:
        return png.text_in(data)
    except png.PictureError as error:
        raise UnreadableError(str(error)) from None


def _text_of_svg(text: str) -> str:
    try:
        return svg.text_in(text)
    except png.PictureError as error:
        raise UnreadableError(str(error)) from None


def _inside(form: str, text: str) -> Presented:
    if not text.startswith("{"):
        try:
            return Presented(form or "jwt", web_token.credential_in(text), text)
        except web_token.TokenError as error:
            raise UnreadableError(f"it is no JSON, and {error}") from None
    try:
        document = msgspec.json.decode(text, type=JsonObject)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnreadableError(f"it is no JSON: {error}") from None
    # A wallet hands over a presentation: the one credential in it is meant.
    held = as_list(document.get("verifiableCredential"))
    if "VerifiablePresentation" in as_list(document.get("type")) and len(held) == 1:
        document = as_object(held[0])
    return Presented(form or "json", document)
