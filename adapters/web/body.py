"""
The bytes of a request, within bounds: no body, and no gzip bomb, fills the memory.

What is too large is still read to its end and thrown away, up to a second bound, because a
client that is cut off in mid-sentence sees a broken connection and not the reason.
"""

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

from litestar.datastructures import Headers
from litestar.exceptions import ClientException, HTTPException

MOST = 50 * 1024 * 1024
"""Bytes in a body, also after unpacking."""

MOST_THROWN_AWAY = 512 * 1024 * 1024
GZIP_HEADER = 16 + zlib.MAX_WBITS
IDENTITY = frozenset({"", "identity"})
GZIP = frozenset({"gzip", "x-gzip"})


class TooLargeError(HTTPException):
    """The body is larger than the service takes."""

    status_code = 413


class UnsupportedError(HTTPException):
    """The body is packed or labelled in a way that the service does not read."""

    status_code = 415


class Incoming(Protocol):
    """A request whose body can be streamed."""

    @property
    def headers(self) -> Headers:
        """Its headers."""
        ...

    def stream(self) -> AsyncIterator[bytes]:
        """Give its body, piece by piece."""
        ...


async def body_of(request: Incoming, most: int = MOST) -> bytes:
    """
    Read a request's body and unpack it.

    Raises:
        TooLargeError: More than `most` bytes, packed or unpacked.
        UnsupportedError: Packed in another way than gzip.
        ClientException: Not gzip although it says so, or cut short.
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in IDENTITY | GZIP:
        await _throw_away(request, most)
        raise UnsupportedError(f"the body is packed as {encoding[:40]!r}; gzip or none is read")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        if int(told) <= MOST_THROWN_AWAY:
            await _throw_away(request, MOST_THROWN_AWAY)
        raise _too_large(most)
    unpack = zlib.decompressobj(GZIP_HEADER) if encoding in GZIP else None
    parts: list[bytes] = []
    size = packed = 0
    large = False
    async for piece in request.stream():
        packed += len(piece)
        if packed > MOST_THROWN_AWAY:
            break
        if large:
            continue
        if unpack is None:
            found = piece
        else:
            unpack, found = _unpacked(unpack, piece, most - size + 1)
        size += len(found)
        parts.append(found)
        if size > most or packed > most:
            large = True
            parts.clear()
    if large or packed > MOST_THROWN_AWAY:
        raise _too_large(most)
    if unpack is not None and packed and not unpack.eof:
        raise ClientException("the body says it is gzip, and is cut short")
    return b"".join(parts)


def _unpacked(
    unpack: "zlib._Decompress", piece: bytes, most: int
) -> tuple["zlib._Decompress", bytes]:
    """Unpack a piece, at most so many bytes of it; one gzip member may follow another."""
    parts: list[bytes] = []
    left = most
    while piece and left > 0:
        if unpack.eof:
            if not piece.strip(b"\x00"):
                break
            unpack = zlib.decompressobj(GZIP_HEADER)
        try:
            found = unpack.decompress(piece, left)
        except zlib.error:
            raise ClientException("the body says it is gzip, and is not") from None
        parts.append(found)
        left -= len(found)
        piece = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        if not found and not unpack.eof and not unpack.unconsumed_tail:
            break
    return unpack, b"".join(parts)


async def _throw_away(request: Incoming, most: int) -> None:
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            return


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(
        f"the body has more than {most // 1024 // 1024} MB; send it in several requests"
    )
