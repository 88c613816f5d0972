"""
The tables of `docs/coming-from/`, generated from the packs beside them.

A row is a rule (or a credential, or a skill) of such a pack: its title is what the other tool
calls it, what is shown is the part that says the same here, and the scenario with its title
proves it. So a row can't say what does not run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

COMING_FROM = Path(__file__).resolve().parents[2] / "docs" / "coming-from"
MARK = re.compile(
    r"^<!-- rows: (?P<file>[\w-]+) -->\n(?P<table>.*?)^<!-- end of rows -->$",
    re.MULTILINE | re.DOTALL,
)
SHOWN = {"conditions": ("if",), "lookups": ("if",), "actions": ("if", "then", "limits")}
"""What a row of these files shows of a rule; of others it is what triggers."""
TRIGGERS = ("when", "if", "since", "until", "limits")
ASKED = "asked"
"""The event that asks one rule, so that its `if` can be shown alone; it is not part of a row."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the other tool calls it, and how it is written here."""

    title: str
    written: str


def rows_of(file: Path) -> Iterator[Row]:
    """Give the rows of a rule file, in its order."""
    tree = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    assert tree is not None
    for block, things in _pairs(tree):
        for _, thing in _pairs(things):
            parts = dict(_pairs(thing))
            keys = [key for key in _shown(file.stem, block, parts) if key in parts]
            if not any(key in parts for key in TRIGGERS if key != "limits") or block != "rules":
                keys = [key for key in parts if key not in {"title", "describes"}]
            yield Row(
                _text(parts["title"]),
                "<br>".join(f"`{key}: {_flow(parts[key])}`" for key in keys),
            )


def table(file: Path) -> str:
    """Give the table of a rule file."""
    lines = [f"| {row.title} | {row.written} |\n" for row in rows_of(file)]
    return "| there | here |\n| --- | --- |\n" + "".join(lines)


def page_anew(page: Path) -> str:
    """Give a page with its tables as the packs have them."""
    pack = page.with_suffix("")

    def anew(found: re.Match[str]) -> str:
        rows = table(pack / f"{found['file']}.yaml")
        return f"<!-- rows: {found['file']} -->\n{rows}<!-- end of rows -->"

    return MARK.sub(anew, page.read_text(encoding="utf-8"))


def _shown(stem: str, block: str, parts: dict[str, yaml.Node]) -> tuple[str, ...]:
    if block != "rules":
        return ()
    asked = _flow(parts["when"]).startswith(f"{{event: {ASKED},")
    given = _flow(parts["then"]) == "[{webhook: noted}]"
    if stem in SHOWN:
        when = () if asked or stem != "actions" else ("when",)
        return (*when, *SHOWN[stem])
    shown = tuple(key for key in TRIGGERS if not (asked and key == "when"))
    return shown if given else (*shown, "then")


def _pairs(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        yield _text(key), value


def _text(node: yaml.Node) -> str:
    assert isinstance(node, yaml.ScalarNode)
    text: str = node.value
    return text


def _flow(node: yaml.Node) -> str:
    """Write a node in one line, as an author may."""
    if isinstance(node, yaml.MappingNode):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in _pairs(node)) + "}"
    if isinstance(node, yaml.SequenceNode):
        return "[" + ", ".join(_flow(each) for each in node.value) + "]"
    assert isinstance(node, yaml.ScalarNode)
    return f'"{node.value}"' if node.style else _text(node)
