"""A picture that an author has made, as the other kind: an SVG as PNG, a PNG within an SVG."""

import struct
from base64 import b64encode
from functools import lru_cache
from html import escape

import typst

from adapters.badges.baking.png import SIGNATURE
from adapters.badges.drawing.picture import PIXELS_PER_INCH, DrawingError

TEMPLATE = b"""
#set page(width: 200pt, height: auto, margin: 0pt, fill: none)
#image(bytes(sys.inputs.picture), format: "svg", width: 200pt)
"""
SIZE = 16
"""Where a PNG says its width and height."""


def is_png(picture: bytes) -> bool:
    """Say whether a picture is a PNG; the other kind is SVG."""
    return picture.startswith(SIGNATURE)


@lru_cache(64)
def own_png(picture: bytes) -> bytes:
    """
    Give a picture as PNG.

    Raises:
        DrawingError: It can't be drawn.
    """
    if is_png(picture):
        return picture
    inputs = {"picture": picture.decode("utf-8", "replace")}
    try:
        found = typst.compile(TEMPLATE, format="png", ppi=PIXELS_PER_INCH, sys_inputs=inputs)
    except typst.TypstError as error:
        raise DrawingError(f"the picture can't be drawn: {error.message}") from None
    if not isinstance(found, bytes):
        raise DrawingError("the picture can't be drawn on one page")
    return found


def own_svg(picture: bytes, title: str) -> str:
    """Give a picture as SVG; a PNG stands in it as it is, with its title for a screen reader."""
    if not is_png(picture):
        return picture.decode("utf-8", "replace")
    width, height = struct.unpack_from(">II", picture, SIZE)
    data, label = b64encode(picture).decode(), escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{label}"><title>{label}</title>'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )
