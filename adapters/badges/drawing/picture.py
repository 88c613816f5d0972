"""The picture of a badge whose author has given none: title, level and issuer, as SVG or PNG."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Literal

import typst

TEMPLATE = Path(__file__).with_name("badge.typ")
PIXELS_PER_INCH = 288.0
HUES = 360
LONGEST = 120
"""Signs of a title that fit; a longer one is cut with an ellipsis."""


class DrawingError(Exception):
    """Something can't be drawn; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Face:
    """
    What stands on a badge.

    Attributes:
        of: What it is of; its colour comes from this name, so that it stays the same.
        level: What it counts, or its level; "" for nothing.
    """

    of: str
    title: str
    issuer: str
    level: str = ""
    language: str = "en"

    @property
    def hue(self) -> int:
        """Give a colour's angle."""
        return int.from_bytes(hashlib.sha256(self.of.encode()).digest()[:2], "big") % HUES


def svg(face: Face) -> str:
    """
    Draw a badge as SVG, with its title as text for those who can't see it.

    Raises:
        DrawingError: It can't be drawn.
    """
    drawn = _drawn(face, "svg").decode()
    opening, _, rest = drawn.partition(">")
    label = escape(f"{face.title}, {face.issuer}" if face.issuer else face.title)
    return f'{opening} role="img" aria-label="{label}"><title>{label}</title>{rest}'


def png(face: Face) -> bytes:
    """
    Draw a badge as PNG, 800 pixels wide.

    Raises:
        DrawingError: It can't be drawn.
    """
    return _drawn(face, "png")


@lru_cache(256)
def _drawn(face: Face, kind: Literal["svg", "png"]) -> bytes:
    title = face.title if len(face.title) <= LONGEST else f"{face.title[: LONGEST - 1]}…"
    inputs = {
        "title": title,
        "issuer": face.issuer,
        "level": face.level,
        "language": face.language.partition("-")[0],
        "hue": str(face.hue),
    }
    try:
        found = typst.compile(TEMPLATE, format=kind, ppi=PIXELS_PER_INCH, sys_inputs=inputs)
    except typst.TypstError as error:
        raise DrawingError(f"the badge can't be drawn: {error.message}") from None
    if not isinstance(found, bytes):
        raise DrawingError("the badge can't be drawn on one page")
    return found
