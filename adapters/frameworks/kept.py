"""Where imported frameworks are kept: beside the packs, as files that people can look at."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from adapters.frameworks.draft import Draft, named
from rules.frameworks import ENDING, FOLDER, Framework, frameworks_in


def keep(draft: Draft, source: Path, packs: Path) -> tuple[Framework, bool]:
    """
    Keep what was read, with the file that it was read from.

    What is known already of the same framework stays: tables of one framework come one by one,
    and a file that is imported twice changes nothing.

    Args:
        draft: What was read.
        source: The file.
        packs: The folder of packs.

    Returns:
        The framework as it is kept, and whether anything has changed.

    Raises:
        OSError: It can't be written.
    """
    known = frameworks_in(packs).known
    before = next((each for each in known.values() if each.id == draft.id), None)
    new = draft.made()
    if before is not None:
        new = _joined(before, new)
        if new == before:
            return before, False
    else:
        new = msgspec.structs.replace(new, name=_free(new.name, known))
    folder = packs / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{new.name}{ENDING}"
    data = msgspec.json.format(msgspec.json.encode(new), indent=1)
    partial = path.with_suffix(".partial")
    partial.write_bytes(data + b"\n")
    partial.replace(path)
    original = folder / "originals" / f"{new.name}-{source.name}"
    original.parent.mkdir(exist_ok=True)
    if source.resolve() != original.resolve():
        shutil.copyfile(source, original)
    return new, True


def _joined(before: Framework, new: Framework) -> Framework:
    """Give a framework with what was read now; newer words for the same thing count."""
    items = {item.id: item for item in before.items}
    for item in new.items:
        known = items.get(item.id)
        bare = known is not None and item.title in (item.id, "") and not item.statement
        if not bare:
            items[item.id] = item
    associations = {named(each): each for each in (*before.associations, *new.associations)}
    problems = dict.fromkeys((*before.problems, *new.problems))
    return msgspec.structs.replace(
        before,
        title=new.title,
        items=tuple(items.values()),
        associations=tuple(associations.values()),
        problems=tuple(problems),
    )


def _free(name: str, taken: Mapping[str, Framework]) -> str:
    number, found = 2, name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found
