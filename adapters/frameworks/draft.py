"""What comes of reading a framework, while it is read: items, associations, and what was wrong."""

import re
import unicodedata
from dataclasses import dataclass, field

from rules.frameworks import Association, Framework, Item

MOST_PROBLEMS = 200
"""Problems that are kept; the rest is counted."""


class UnreadableFrameworkError(ValueError):
    """A file is no framework in a format that is read; the message says where and why."""


@dataclass(slots=True)
class Draft:
    """A framework in the making. Of two items with one id, the first stays."""

    id: str
    title: str
    format: str
    items: dict[str, Item] = field(default_factory=dict)
    associations: dict[tuple[str, ...], Association] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    further: int = 0
    name: str = ""

    def wrong(self, where: str, what: str) -> None:
        """Note that something is wrong at a place; it is read all the same."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{where}: {what}")
        else:
            self.further += 1

    def add(self, item: Item, where: str) -> None:
        """Add an item."""
        if item.id in self.items:
            self.wrong(where, f"the id {item.id} stands twice; the first is kept")
        else:
            self.items[item.id] = item

    def join(
        self, kind: str, source: str, target: str, weight: float | None = None, own: str = ""
    ) -> None:
        """Add an association, perhaps with an id of its own; the same one twice is one."""
        found = Association(kind=kind, source=source, target=target, weight=weight, id=own)
        self.associations.setdefault(named(found), found)

    def made(self) -> Framework:
        """Give the framework; codes that stand twice are told."""
        codes: dict[str, str] = {}
        for item in self.items.values():
            if codes.setdefault(item.code, item.id) != item.id:
                self.wrong(item.id, f"the code {item.code} stands twice; rules mean the first")
        problems = list(self.problems)
        if self.further:
            problems.append(f"and {self.further} more")
        return Framework(
            name=self.name or slug(self.title) or "framework",
            id=self.id,
            title=self.title,
            format=self.format,
            items=tuple(self.items.values()),
            associations=tuple(self.associations.values()),
            problems=tuple(problems),
        )


def named(association: Association) -> tuple[str, ...]:
    """Give what tells an association from others."""
    if association.id:
        return (association.id,)
    return (association.kind, association.source, association.target)


def slug(title: str) -> str:
    """Give a name that a rule file can use for a title: small letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")


def code_of(text: str) -> str:
    """Give a code without what a rule file could not hold."""
    return re.sub(r"\s+", "-", text.strip())
