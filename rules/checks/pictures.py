"""`image` names a picture in the pack that a badge can be made of: PNG or SVG, not too large."""

from collections.abc import Iterator
from pathlib import Path

from engine.ruleset import Credential
from engine.source import Problem
from rules.packs import Reading

LARGEST = 512 * 1024
"""Bytes of a picture; it goes into every badge."""

PNG = b"\x89PNG\r\n\x1a\n"
CODE = "E210"


def check_pictures(reading: Reading) -> Iterator[Problem]:
    """Say which pictures are not there, or can't be used."""
    for credential in reading.ruleset.credentials.values():
        pack = credential.id.partition("/")[0]
        if credential.image and pack in reading.folders:
            yield from _wrong(credential, Path(reading.folders[pack]))


def _wrong(credential: Credential, folder: Path) -> Iterator[Problem]:
    name = credential.image
    path = folder / name
    hint = "put a PNG or an SVG there, or leave `image` away: then it is drawn from the title"
    if not path.resolve().is_relative_to(folder.resolve()):
        message = f"the picture `{name}` lies outside of the pack"
    elif not path.is_file():
        message = f"there is no picture `{name}`"
    elif path.stat().st_size > LARGEST:
        message = f"the picture `{name}` is larger than {LARGEST // 1024} KiB"
        hint = "make it smaller: it goes into every badge"
    elif not _is_picture(path):
        message = f"`{name}` is no PNG and no SVG"
    else:
        return
    yield Problem(credential.span, CODE, message, hint)


def _is_picture(path: Path) -> bool:
    opening = path.read_bytes()[:1024]
    if path.suffix == ".png":
        return opening.startswith(PNG)
    return path.suffix == ".svg" and b"<svg" in opening
