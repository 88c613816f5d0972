"""
A credential in a PNG: one uncompressed iTXt chunk behind the header, the picture left as it is.

The text is ASCII: a widely used wallet reads raw UTF-8 in it wrongly.
"""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadgecredential"
KEYWORDS = (KEYWORD, b"clrcredential", b"openbadges")
"""What a baked chunk is called: Open Badges 3.0, CLR 2.0, Open Badges 2.0."""

HEADER = 8
CHECKSUM = 4


class PictureError(ValueError):
    """A file is no picture of this kind, is damaged, or holds no credential."""


def baked(picture: bytes, text: str, keyword: bytes = KEYWORD) -> bytes:
    """
    Put a credential into a PNG, in place of one that is there.

    Args:
        picture: A PNG file.
        text: The credential as ASCII JSON, or as a token.
        keyword: Which kind of credential it is.

    Raises:
        PictureError: It is no PNG.
    """
    body = keyword + b"\0\0\0\0\0" + text.encode("ascii")
    added = _chunk(b"iTXt", body)
    parts = [SIGNATURE]
    for number, (kind, data) in enumerate(_chunks(picture)):
        if kind != b"iTXt" or data.partition(b"\0")[0] not in KEYWORDS:
            parts.append(_chunk(kind, data))
        if number == 0:
            parts.append(added)
    return b"".join(parts)


def text_in(picture: bytes) -> str:
    """
    Give the credential in a PNG.

    Raises:
        PictureError: It is no PNG, or holds none.
    """
    for kind, data in _chunks(picture):
        if kind != b"iTXt":
            continue
        keyword, _, rest = data.partition(b"\0")
        if keyword not in KEYWORDS or len(rest) < len(b"\0\0"):
            continue
        compressed, rest = rest[0], rest[2:]
        _language, _, rest = rest.partition(b"\0")
        _translated, _, text = rest.partition(b"\0")
        if compressed:
            text = _unpacked(text)
        return text.decode("utf-8", "replace")
    raise PictureError("the picture holds no credential")


MOST_TEXT = 8 * 1024 * 1024


def _unpacked(text: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(text, MOST_TEXT)
    except zlib.error:
        raise PictureError("the credential in the picture can't be unpacked") from None


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not picture.startswith(SIGNATURE):
        raise PictureError("it is no PNG")
    place = len(SIGNATURE)
    while place < len(picture):
        if place + HEADER > len(picture):
            raise PictureError("the PNG ends in the middle")
        size, kind = struct.unpack_from(">I4s", picture, place)
        data = picture[place + HEADER : place + HEADER + size]
        place += HEADER + size + CHECKSUM
        if place > len(picture):
            raise PictureError("the PNG ends in the middle")
        yield kind, data
        if kind == b"IEND":
            return
    raise PictureError("the PNG ends in the middle")


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
