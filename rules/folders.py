"""The folders of packs, and what lies in them."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.source import Span
from rules import text as nodes
from rules.reader import pack as pack_reader
from rules.reader.findings import Findings

PACK_FILE = "pack.yaml"


def packs_among(folders: Sequence[Path], findings: Findings) -> list[Path]:
    """Give the folders of packs among the given ones and right in them."""
    found: list[Path] = []
    for folder in folders:
        if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where it may not look
            what = "is a file, not a folder" if os.path.exists(folder) else "isn't there"  # noqa: PTH110 - as above
            findings.add(
                Span(str(folder)),
                "E101",
                f"the folder {folder} {what}",
                "name a folder that holds a pack.yaml",
            )
        elif (folder / PACK_FILE).is_file():
            found.append(folder)
        else:
            below = packs_in(folder)
            found.extend(below)
            if not below and any(folder.glob("*.yaml")):
                findings.add(
                    Span(str(folder)),
                    "E106",
                    f"the folder {folder} has rule files and no pack.yaml",
                    "write one; `milepost new pack` shows how",
                )
    seen: dict[Path, Path] = {}
    for folder in found:
        seen.setdefault(folder.resolve(), folder)
    return list(seen.values())


def category_of(message: Path) -> str:
    """Give the category that a message's head says, "" where it can't be told."""
    try:
        lines = message.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    for line in lines[1:MOST_HEAD]:
        key, colon, value = line.partition(":")
        if colon and key.strip() == "category":
            return value.strip().strip("\"'")
    return ""


MOST_HEAD = 10
"""Lines in which a message's head has ended."""


def base_of(name: str) -> str:
    """Give the file that a variant is of: `messages/x.es.md` is of `messages/x.md`."""
    stem, _, language = name.removesuffix(".md").rpartition(".")
    return f"{stem}.md" if stem and "/" not in language else name


def files_in(folder: Path) -> Iterator[Path]:
    """Give the files of a folder and of those below, in order; hidden ones are left out."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError:
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            if not (path / PACK_FILE).is_file():
                yield from files_in(path)
        elif path.is_file():
            yield path


def packs_in(folder: Path) -> list[Path]:
    """Give the folders right in a folder that hold a pack, in order."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
        return [
            path
            for path in entries
            if not path.name.startswith(".") and (path / PACK_FILE).is_file()
        ]
    except OSError:
        return []


def name_in(folder: Path) -> str:
    """Give the name that a folder's pack.yaml says, "" where there is none."""
    try:
        raw = (folder / PACK_FILE).read_bytes()
    except OSError:
        return ""
    root = nodes.read_text(raw, PACK_FILE).root
    head = pack_reader.peek(root) if isinstance(root, nodes.Mapping) else None
    return head.id if head else ""
