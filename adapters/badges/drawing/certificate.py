"""A credential on paper: a PDF/A-3 with the signed credential attached, one file for both."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import msgspec
import segno

from adapters.badges.drawing.picture import DrawingError
from adapters.badges.drawing.pressing import Drawing, Job, press
from adapters.badges.drawing.words import Words

OURS = "/certificate.typ"
COLOUR = "1d3f72"


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
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
        own: Whether an author has said how it looks.
        logo: A picture among the files, "" for none.
        signed_by: Who signs, each `Name, role`.
        preview: What is written across it, "" for one that is meant.
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
    own: bool = False
    paper: str = "a4"
    colour: str = COLOUR
    logo: str = ""
    signed_by: tuple[str, ...] = ()
    statement: str = ""
    preview: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """What goes with it: the signed credential, and the badge's picture as SVG."""

    credential: bytes
    badge: str


@dataclass(frozen=True, slots=True)
class Paper:
    """
    What it is drawn with.

    Attributes:
        template: A file among the files, "" for ours.
        files: All that the template may read, by the name from the pack's folder on.
    """

    template: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


OUR_PAPER = Paper()


def qr_of(address: str) -> str:
    """Draw an address as a QR code."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=2, scale=4)
    return out.getvalue().decode()


def job_of(
    certificate: Certificate,
    attached: Attached,
    now: datetime,
    paper: Paper = OUR_PAPER,
    kind: Literal["pdf", "png"] = "pdf",
) -> Job:
    """Give what is to be drawn; see `pdf`. As PNG it is the first page."""
    return Job(
        {
            "said": msgspec.json.encode(certificate).decode(),
            "credential": attached.credential.decode(),
            "badge": attached.badge,
            "template": f"/{paper.template}" if paper.template else OURS,
        },
        int(now.astimezone(UTC).timestamp()),
        kind,
    )


def pdf(
    certificate: Certificate, attached: Attached, now: datetime, paper: Paper = OUR_PAPER
) -> bytes:
    """
    Make the PDF.

    Args:
        certificate: What stands on it.
        attached: What is attached to it.
        now: When it is made.
        paper: What it is drawn with.

    Raises:
        DrawingError: It can't be drawn, for want of a sign in the fonts, say.
    """
    return drawn(press(paper.files, [job_of(certificate, attached, now, paper)])[0])


def drawn(found: Drawing) -> bytes:
    """
    Give a drawing.

    Raises:
        DrawingError: There is none.
    """
    if isinstance(found, bytes):
        return found
    first = found[0]
    place = f"{first.file}:{first.line}:{first.column}: " if first.file else ""
    hint = f"; {first.hint}" if first.hint else ""
    raise DrawingError(f"the certificate can't be drawn: {place}{first.message}{hint}")
