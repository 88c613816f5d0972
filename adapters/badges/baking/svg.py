"""
A credential in an SVG: an `openbadges:credential` element as the first child of the picture.

JSON stands in one CDATA section, since a reader may take the first piece of text alone; a token
stands in the attribute `verify`.
"""

import re
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import quoteattr

from adapters.badges.baking.png import PictureError

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
SVG = "http://www.w3.org/2000/svg"
OLDER = "http://openbadges.org"
"""Open Badges 2.0's namespace, in which the element is called `assertion`."""

_OPENING = re.compile(r"<(?:\w+:)?svg\b[^>]*?(/?)>", re.DOTALL)
_BAKED = re.compile(
    r"\s*<openbadges:(?:credential|assertion)\b.*?(?:/>|</openbadges:(?:credential|assertion)>)",
    re.DOTALL,
)
_DECLARED = re.compile(r'\s+xmlns:openbadges="[^"]*"')


def baked(picture: str, text: str, *, is_token: bool = False) -> str:
    """
    Put a credential into an SVG, in place of one that is there.

    Args:
        picture: An SVG file.
        text: The credential as ASCII JSON, or as a token.
        is_token: Which of the two it is.

    Raises:
        PictureError: It is no SVG.
    """
    _root(picture)
    picture = _DECLARED.sub("", _BAKED.sub("", picture))
    opening = _OPENING.search(picture)
    if opening is None or opening.group(1):
        raise PictureError("the SVG has nothing in it")
    tag = opening.group()
    declared = f'{tag[:-1]} xmlns:openbadges="{NAMESPACE}">'
    if is_token:
        added = f"<openbadges:credential verify={quoteattr(text)}/>"
    else:
        safe = text.replace("]]>", "]]\\u003e")
        added = f"<openbadges:credential><![CDATA[{safe}]]></openbadges:credential>"
    return picture[: opening.start()] + declared + added + picture[opening.end() :]


def text_in(picture: str) -> str:
    """
    Give the credential in an SVG.

    Raises:
        PictureError: It is no SVG, or holds none.
    """
    root = _root(picture)
    for space, name in ((NAMESPACE, "credential"), (OLDER, "assertion")):
        for element in root.iter(f"{{{space}}}{name}"):
            text = (element.text or "").strip() or element.get("verify", "").strip()
            if text:
                return text
    raise PictureError("the picture holds no credential")


def _root(picture: str) -> Element:
    if "<!DOCTYPE" in picture or "<!ENTITY" in picture:
        raise PictureError("the SVG defines entities, which can be made to fill the memory")
    try:
        root = fromstring(picture)  # noqa: S314 - without entities there is nothing to expand
    except (ParseError, ValueError) as error:
        raise PictureError(f"it is no SVG: {error}") from None
    if root.tag != f"{{{SVG}}}svg":
        raise PictureError("it is no SVG")
    return root
