"""A credential on paper: a PDF/A-3 with the signed credential attached, one file for both."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec
import segno
import typst

from adapters.badges.drawing.picture import DrawingError
from adapters.badges.drawing.words import Words

TEMPLATE = Path(__file__).with_name("certificate.typ")
STANDARD: Literal["a-3a"] = "a-3a"
"""PDF/A-3 with tags for screen readers."""


class Certificate(msgspec.Struct, frozen=True):
    """
    What stands on a certificate.

    Attributes:
        learner: Her name, as she is known to the issuer.
        dates: When it was awarded, and until when it is good, in a sentence.
        counts: What it counts and its level, "" where nothing is said.
        criteria: What it took, a line each.
        evidence: What was done, a line each.
        address: Where it is checked; a URN where there is no server.
        qr: The address as a picture (SVG), "" for none.
    """

    title: str
    describes: str
    issuer: str
    learner: str
    dates: str
    counts: str
    criteria: tuple[str, ...]
    evidence: tuple[str, ...]
    address: str
    qr: str
    language: str
    words: Words


@dataclass(frozen=True, slots=True)
class Attached:
    """What goes with it: the signed credential, and the badge's picture as SVG."""

    credential: bytes
    badge: str


def qr_of(address: str) -> str:
    """Draw an address as a QR code."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, scale=4)
    return out.getvalue().decode()


def pdf(certificate: Certificate, attached: Attached, now: datetime) -> bytes:
    """
    Make the PDF.

    Args:
        certificate: What stands on it.
        attached: What is attached to it.
        now: When it is made.

    Raises:
        DrawingError: It can't be drawn, for want of a sign in the fonts, say.
    """
    try:
        found = typst.compile(
            TEMPLATE,
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=now.astimezone(UTC).replace(microsecond=0),
            sys_inputs={
                "said": msgspec.json.encode(certificate).decode(),
                "credential": attached.credential.decode(),
                "badge": attached.badge,
            },
        )
    except typst.TypstError as error:
        raise DrawingError(f"the certificate can't be drawn: {error.message}") from None
    if not isinstance(found, bytes):
        raise DrawingError("the certificate can't be drawn")
    return found
