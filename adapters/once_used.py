"""
Which packs were used by which, in any ruleset that a database remembers.

A line under `uses` that is gone leaves no trace in the files; what was in force before is kept in
the database, with its files.
"""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.running.rules_in_force import decompressed
from adapters.store.store import Store
from rules import text as nodes
from rules.folders import PACK_FILE, name_in, packs_in
from rules.reader import pack as pack_reader
from rules.reader.uses import used_in


@dataclass(frozen=True, slots=True)
class OnceUsed:
    """
    A use of a pack by another.

    Attributes:
        user: The pack whose pack.yaml says it.
        name: The name by which the other pack is known there, and in the names of credentials.
        written: The entry, `data-literacy 2025.1 as autumn`.
    """

    user: str
    name: str
    written: str


def once_used(store: Store) -> Iterator[OnceUsed]:
    """Yield the uses of all rulesets that the database remembers, the latest first."""
    for _, fingerprint in reversed(store.reigns.all()):
        data = store.reigns.files(fingerprint)
        for file in () if data is None else decompressed(data).files:
            if Path(file.path).name == PACK_FILE:
                yield from _uses_in(b64decode(file.data))


def _uses_in(raw: bytes) -> Iterator[OnceUsed]:
    root = nodes.read_text(raw, PACK_FILE).root
    head = pack_reader.peek(root) if isinstance(root, nodes.Mapping) else None
    if head is not None and isinstance(root, nodes.Mapping):
        for used in used_in(root):
            yield OnceUsed(head.id, used.name, " ".join(used.text.value.split()))


def names_around(folders: Sequence[Path]) -> frozenset[str]:
    """Give the names of the packs right in some folders, and those by which they use others."""
    found: set[str] = set()
    for pack in (pack for folder in folders for pack in packs_in(folder)):
        found.add(name_in(pack))
        found.update(used.name for used in _uses_in((pack / PACK_FILE).read_bytes()))
    return frozenset(found)
