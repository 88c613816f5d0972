"""Files of a standard that are shipped as they were published, and known by their SHA-256."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from adapters.badges.jsonvalue import JsonObject


@dataclass(frozen=True, slots=True)
class ChangedFileError(Exception):
    """A shipped file is not the one that was pinned: the installation is damaged."""

    file: str

    def __str__(self) -> str:
        """Name the file."""
        return f"{self.file} is not the file that was shipped; install Milepost again"


def pinned(file: Path, digest: str) -> JsonObject:
    """
    Give what a shipped JSON file says.

    Args:
        file: Its path.
        digest: The SHA-256 of its bytes, in hexadecimal digits.

    Raises:
        ChangedFileError: Its bytes are not those that were pinned.
    """
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ChangedFileError(str(file))
    document: JsonObject = json.loads(data)
    return document
