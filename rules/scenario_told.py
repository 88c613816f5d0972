"""What else a step makes known: a profile, an enrolment, an extension, an opt-out."""

import re
from collections.abc import Callable, Iterable, Iterator

from engine.events import Word
from rules.phrases.phrases import Misread
from rules.phrases.trigger import At, read_at
from rules.reader.block import Block
from rules.reader.findings import Findings
from rules.text import Node, Text
from rules.timeline import OPTED_OUT, Told

Named = Callable[[Text, str], str | None]
"""Gives the full name of what a text names, `a course` or the like; None if there is none."""


def read_told(block: Block, findings: Findings, named: Named) -> list[Told]:
    """Read what a step makes known; what is wrong is noted."""
    found = []
    profile = tuple(texts_of(block.named("profile")))
    if profile:
        found.append(Told(block.key("profile").span, Word.PROFILE, fields=profile))
    for word in (Word.ENROLLED, Word.UNENROLLED):
        for text in block.texts(word.value):
            full = named(text, "a course")
            if full:
                found.append(Told(text.span, word, full))
    found += _opted_out(block, findings)
    for name, node in block.named("due"):
        full = named(name, "an activity")
        at = _due(node, findings)
        if full and at is not None:
            found.append(Told(name.span, Word.DUE, full, due=at))
    return found


def _opted_out(block: Block, findings: Findings) -> Iterator[Told]:
    for name, node in block.named("opted out"):
        if name.value != "category":
            findings.add(
                name.span,
                "E102",
                f"`opted out` has no `{name.value[:60]}`",
                "write it like: opted out: {category: reminders}",
            )
        elif isinstance(node, Text):
            yield Told(name.span, OPTED_OUT, node.value)


def texts_of(entries: Iterable[tuple[Text, Node]]) -> list[tuple[str, str]]:
    """Give names with the texts after them."""
    return [(key.value, node.value) for key, node in entries if isinstance(node, Text)]


def _due(node: Node, findings: Findings) -> At | None:
    if isinstance(node, Text):
        value = read_at(node.value)
        if isinstance(value, Misread) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.value):
            value = read_at(f"{node.value} 00:00")
        if isinstance(value, At):
            return value
        findings.add(node.span, "E110", f"`{node.value[:40]}` is not a due day", value.hint)
    return None
