"""A file that somebody says is a credential: JSON, a token, a picture or a PDF that holds one."""

import io
from dataclasses import dataclass

import msgspec
from pypdf import PdfReader

from adapters.badges import web_token
from adapters.badges.baking import png, svg
from adapters.badges.jsonvalue import JsonObject, as_list, as_object

PDF = b"%PDF-"
MOST_BYTES = 8 * 1024 * 1024


class UnreadableError(ValueError):
    """A file is no credential; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Presented:
    """
    A credential as it was handed over.

    Attributes:
        form: What it was in: `json`, `jwt`, `png`, `svg` or `pdf`.
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
    if data.startswith(PDF):
        return _inside("pdf", _text_of_pdf(data))
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise UnreadableError("it is no JSON, no token, and no picture and no PDF") from None
    if text.startswith("<"):
        return _inside("svg", _text_of_svg(text))
    return _inside("", text)


def _text_of_png(data: bytes) -> str:
    try:
        return png.text_in(data)
    except png.PictureError as error:
        raise UnreadableError(str(error)) from None


def _text_of_pdf(data: bytes) -> str:
    """Give the JSON that is attached to a PDF, as certificates have it."""
    try:
        attached = PdfReader(io.BytesIO(data)).attachments
        for name in attached:
            if name.endswith((".json", ".jsonld", ".jwt")):
                return attached[name][0].decode()
    except Exception as error:  # noqa: BLE001 - whatever a hostile PDF makes the reader raise
        raise UnreadableError(f"the PDF can't be read: {type(error).__name__}") from None
    raise UnreadableError("no credential is attached to the PDF")


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
