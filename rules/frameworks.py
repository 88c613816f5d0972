"""
Frameworks of skills that were imported: what `aligns: esco/S1.2` names.

They lie beside the packs, in a folder `frameworks`: one file of ours for each, and what it was
read from. A name in a rule file is the framework's, a slash, and the item's code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

FOLDER = "frameworks"
ENDING = ".framework.json"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """
    One skill, standard or occupation.

    Attributes:
        id: As the framework itself names it: a URI, a UUID, an element's id.
        code: What people call it by, in rule files too.
        title: Its name.
        url: Where it is described, "" where the framework gives no address.
        kind: What it is: `skill`, `occupation`, or the framework's own word.
    """

    id: str
    code: str
    title: str
    statement: str = ""
    url: str = ""
    kind: str = "skill"


class Association(msgspec.Struct, frozen=True, kw_only=True):
    """
    How two items hang together.

    Attributes:
        kind: The framework's word, such as `isChildOf`.
        source: An item's id.
        target: An item's id, or the address of something outside the framework.
        weight: How much it matters, on the framework's scale; None where nothing is said.
        id: Its own, "" where it has none.
    """

    kind: str
    source: str
    target: str
    weight: float | None = None
    id: str = ""


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """
    A framework.

    Attributes:
        name: What rule files call it.
        id: Its own.
        format: What it was read from.
        problems: What was wrong with that, a sentence each; it was read all the same.
    """

    name: str
    id: str
    title: str
    format: str
    items: tuple[Item, ...] = ()
    associations: tuple[Association, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frameworks:
    """All frameworks beside some packs, by the names that rule files use."""

    known: Mapping[str, Framework] = field(default_factory=dict)

    def find(self, written: str) -> tuple[Framework, Item] | None:
        """Give what `esco/S1.2` names, None where it names nothing."""
        name, _, code = written.partition("/")
        framework = self.known.get(name)
        if framework is None:
            return None
        found = by_code(framework).get(code)
        return None if found is None else (framework, found)

    def codes(self, name: str) -> Sequence[str]:
        """Give the codes of a framework."""
        framework = self.known.get(name)
        return () if framework is None else tuple(by_code(framework))


@lru_cache(64)
def _read(path: str, _changed: int) -> Framework:
    return msgspec.json.decode(Path(path).read_bytes(), type=Framework)


def by_code(framework: Framework) -> Mapping[str, Item]:
    """Give a framework's items by their codes; of two with one code the first."""
    found: dict[str, Item] = {}
    for item in framework.items:
        found.setdefault(item.code, item)
    return found


def frameworks_in(folder: Path) -> Frameworks:
    """Give the frameworks in a folder of packs; one that can't be read is not there."""
    found: dict[str, Framework] = {}
    for path in sorted((folder / FOLDER).glob(f"*{ENDING}")):
        try:
            framework = _read(str(path), path.stat().st_mtime_ns)
        except (OSError, msgspec.MsgspecError):
            continue
        found[framework.name] = framework
    return Frameworks(found)
