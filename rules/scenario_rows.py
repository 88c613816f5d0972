"""
A scenario as it is written: a list of steps, or a block with rows that each fill the steps anew.

`<mark>` in a step is filled from the row's `mark`. A text that is nothing but such a blank may
be filled with a list or a block as well; nothing is computed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.spelling import suggest
from rules import text as nodes
from rules.reader.block import Block
from rules.reader.findings import Findings
from rules.text import List, Node, Text
from rules.words.word import Place

BLANK = re.compile(r"<([A-Za-z][\w -]*)>")
"""A blank of a step: the name of something that each row says."""

LONGEST = 60
"""Characters of a row's value in the name of its scenario."""

Row = Mapping[str, tuple[Text, Node]]


@dataclass(frozen=True, slots=True)
class Written:
    """
    One scenario to be read, its blanks filled.

    Attributes:
        name: What it is called; the row's own where there are rows.
        steps: Its steps, as written.
        given: The file of the history that it begins with, None where there is none.
    """

    name: Text
    steps: List
    given: Text | None = None


def scenarios_of(name: Text, node: Node, findings: Findings) -> Iterator[Written]:
    """Yield the scenarios that stand under a name: one, or one a row."""
    if isinstance(node, List):
        yield Written(name, node)
        return
    if isinstance(node, Text) or node.get("at") is not None:
        findings.add(
            name.span,
            "E104",
            "a scenario wants a list of steps, each opening with a dash",
            "write it like: - at: day 1 10:00",
        )
        return
    block = Block(node, Place.SCENARIO, findings, name.span)
    steps = block.values["steps"][1] if "steps" in block else None
    if not isinstance(steps, List):
        return
    given = block.text("given")
    if "each" not in block:
        yield Written(name, steps, given)
        return
    rows = list(_rows(block, findings))
    if rows and _are_whole(rows, (name, steps, given), findings):
        for row in rows:
            made = filled(steps, row)
            assert isinstance(made, List)  # noqa: S101 - a list stays one
            yield Written(_name(name, row), made, _text(given, row) if given else None)


def _rows(block: Block, findings: Findings) -> Iterator[Row]:
    value = block.values["each"][1]
    for item in value.items if isinstance(value, List) else ():
        if isinstance(item, nodes.Mapping) and item.entries:
            yield {key.value: (key, node) for key, node in item.entries}
        else:
            findings.add(
                item.span,
                "E105",
                "a row wants names, each with a colon and what it says",
                "write it like: - {mark: 59%}",
            )


def _are_whole(rows: list[Row], parts: tuple[Text, List, Text | None], findings: Findings) -> bool:
    """Say whether each row fills every blank, and fills nothing that is not there."""
    blanks = {blank: text for part in parts if part is not None for text, blank in blanks_of(part)}
    said: dict[str, Text] = {}
    for row in rows:
        for name, (key, _) in row.items():
            said.setdefault(name, key)
    right = True
    meant: set[str] = set()
    for blank, text in blanks.items():
        if blank not in said:
            near = suggest(blank, list(said))
            meant.add(near)
            hint = f"did you mean `<{near}>`?" if near else f"the rows say: {', '.join(said)}"
            findings.add(text.span, "E201", f"no row says `{blank}`", hint)
            right = False
    for name, key in said.items():
        if name not in blanks and name not in meant:
            hint = "write it where the row's value goes, or take it out"
            findings.add(key.span, "E201", f"no step says `<{name}>`", hint)
            right = False
    for row in rows if right else ():
        for name in said:
            if name not in row:
                first = next(iter(row.values()))[0]
                findings.add(
                    first.span,
                    "E106",
                    f"this row says no `{name}`, and others do",
                    "each row fills the same blanks",
                )
                right = False
    return right


def blanks_of(node: Node) -> Iterator[tuple[Text, str]]:
    """Yield the blanks of a node, each with the text that it stands in."""
    match node:
        case Text():
            for found in BLANK.finditer(node.value):
                yield node, found.group(1)
        case List():
            for item in node.items:
                yield from blanks_of(item)
        case nodes.Mapping():
            for _, value in node.entries:
                yield from blanks_of(value)


def filled(node: Node, row: Row) -> Node:
    """Fill the blanks of a node; a text that is one blank becomes what the row says, whole."""
    match node:
        case Text():
            whole = BLANK.fullmatch(node.value.strip())
            return row[whole.group(1)][1] if whole else _text(node, row)
        case List():
            return List(node.span, tuple(filled(item, row) for item in node.items))
        case nodes.Mapping():
            entries = tuple((key, filled(value, row)) for key, value in node.entries)
            return nodes.Mapping(node.span, entries)


def _text(text: Text, row: Row) -> Text:
    said = BLANK.sub(lambda found: _shown(row[found.group(1)][1]), text.value)
    return Text(text.span, said, text.home)


def _shown(node: Node) -> str:
    """Give what a row says as a text, as it can stand in another."""
    match node:
        case Text():
            return node.value
        case List():
            return ", ".join(map(_shown, node.items))
        case nodes.Mapping():
            return ", ".join(f"{key.value} {_shown(value)}" for key, value in node.entries)


def _name(name: Text, row: Row) -> Text:
    """Name a row's scenario: the blanks filled, or all that the row says after the name."""
    first = next(iter(row.values()))[0]
    if BLANK.search(name.value):
        return Text(first.span, _text(name, row).value)
    said = ", ".join(f"{key} {_shown(value)[:LONGEST]}" for key, (_, value) in row.items())
    return Text(first.span, f"{name.value} ({said})")
