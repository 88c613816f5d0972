"""
Mail as files: mode `folder`, for trying things out and for looking at what would be sent.

One file a message, named by its key, put in place whole: so sending it twice leaves one
file, and a mail program opens it with a double click.
"""

import asyncio
import os
from pathlib import Path

from notifications import address
from notifications.envelope import message_name
from notifications.transport import Accepted, Answer, Deferred, OnWire, Parcel, Rejected


class FolderTransport:
    """Writes each message to `folder/<name>.eml`; the folder is made when first needed."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder."""
        self._folder = folder

    @property
    def idempotent(self) -> bool:
        """True: a message has one name, whenever it is written."""
        return True

    async def send(self, parcel: Parcel, on_wire: OnWire) -> Answer:  # noqa: ARG002 - no doubt
        """Write the file; see `Transport.send`."""
        if why := address.refusal(parcel.recipient):
            return Rejected("bad_address", f"{parcel.recipient!r}: {why}", address=True)
        path = self._folder / f"{message_name(parcel.key)}.eml"
        try:
            await asyncio.to_thread(_write, path, parcel.data)
        except OSError as error:
            return Deferred("folder", str(error))
        return Accepted(str(path))

    async def close(self) -> None:
        """Nothing is open."""


def _write(path: Path, data: bytes) -> None:
    """Put a file in place whole and durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
