"""
Text of a rule file as positioned nodes: texts, lists and blocks that know where they stand.

YAML is read without its guesses: every word stays text (`22:00`, `no` and `1.10` too) until
the reader knows what its key expects. Anchors, aliases, merge keys, tags and second documents
are refused, since what they mean is seen by nobody who reads the file from top to bottom.
Nodes are built from the parser's events, not by its recursive composer, so that depth is
bounded before anything can run out of stack. Any bytes give nodes and problems, never an
exception.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.source import Problem, Span
from rules.slips import explain

LARGEST = 2_000_000
"""Bytes of a file; a designer's file has some thousands."""

DEEPEST = 60
"""Levels of lists and blocks in one another; the language needs about ten."""

LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
UNSEEN = re.compile(
    r"[^\t\n\r\x20-\x7e\x85\xa0-\u200a\u200c-\u205f\u2061-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    r"\U00010000-\U0010ffff]"
)
LIKE_A_SPACE = re.compile(r"^(?: *(?:- +)*)(?:[\w -]+:)?(?P<space>[\xa0\u2000-\u200a\u202f\u3000])")
"""What a web page or a word processor puts for a space, where the structure is made of spaces."""
LEADING_TAB = re.compile(r"[ \t]*?(\t)[ \t]*[^ \t#]")

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml where PyYAML was built with it (ten times faster), else the same in Python."""


@dataclass(frozen=True, slots=True)
class Text:
    """
    A word or a text; `value` is "" where the author wrote nothing.

    Attributes:
        home: The pack whose names it means, where that is not the one that is read: a pattern of
            another pack speaks of its own things. "" otherwise.
    """

    span: Span
    value: str
    home: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """Items, each written after a dash or between commas in brackets."""

    span: Span
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A block of names and what stands under them; every name stands once."""

    span: Span
    entries: tuple[tuple[Text, "Node"], ...]

    def get(self, name: str) -> "Node | None":
        """Give what stands under a name, None where the name is not there."""
        return next((value for key, value in self.entries if key.value == name), None)

    def key(self, name: str) -> Text | None:
        """Give the name itself, with its place."""
        return next((key for key, _ in self.entries if key.value == name), None)


Node = Text | List | Mapping


@dataclass(frozen=True, slots=True)
class Document:
    """
    One file as it was read.

    Attributes:
        file: Its name as the author knows it.
        root: Its content; None if it is empty or not well-formed.
        lines: Its lines, for showing the place of a problem.
        problems: What is wrong with it as a text.
    """

    file: str
    root: Node | None
    lines: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def is_broken(self) -> bool:
        """Say whether its content could not be read at all."""
        return self.root is None and bool(self.problems)


@dataclass(slots=True)
class _Open:
    """A list or block whose end has not come yet."""

    span: Span
    is_block: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, tuple[Text, Node]] = field(default_factory=dict)
    key: Text | None = None


class _Refused(Exception):  # noqa: N818 - it carries a problem out of the event loop, no error of ours
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Builder:
    """Turns the parser's events into nodes, collecting what the language refuses."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []
        self.well_formed = True
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.documents = 0

    def span(self, event: Event) -> Span:
        """Give where an event stands; a text of many lines is marked on its first."""
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return Span(self.file)
        line, column = start.line, start.column
        length = 1
        if isinstance(event, ScalarEvent):
            if end.line == line:
                length = end.column - column
            elif line < len(self.lines):
                length = len(self.lines[line].rstrip()) - column
        return Span(self.file, line + 1, column + 1, max(1, length))

    def refuse(self, span: Span, message: str, hint: str) -> None:
        self.well_formed = False
        self.problems.append(Problem(span, "E101", message, hint))

    def take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                span = self.span(event)
                raise _Refused(
                    Problem(
                        span,
                        "E101",
                        "a second document begins here",
                        "take the line `---` out, or make a file of its own",
                    )
                )
        elif isinstance(event, NodeEvent):
            self.take_node(event)
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            done = self.open.pop()
            if done.is_block:
                self.place(Mapping(done.span, tuple(done.entries.values())))
            else:
                self.place(List(done.span, tuple(done.items)))

    def take_node(self, event: NodeEvent) -> None:
        span = self.span(event)
        if isinstance(event, AliasEvent):
            self.refuse(
                Span(span.file, span.line, span.column, 1 + len(event.anchor or "")),
                f"`*{event.anchor}` refers to an anchor, and the language has none",
                "write it out here; limits that repeat get a name in pack.yaml",
            )
            self.place(Text(span, ""))
            return
        if event.anchor:
            self.refuse(
                span,
                f"`&{event.anchor}` makes an anchor, and the language has none",
                f"take `&{event.anchor}` out; a text that begins with & must stand in quotes",
            )
        if getattr(event, "tag", None):
            tag = str(getattr(event, "tag", ""))
            self.refuse(
                span,
                "a text that begins with `!` is a tag, and the language has none",
                "take it out, or put the text in quotes" if tag else "",
            )
        if isinstance(event, ScalarEvent):
            if event.style is not None and UNSEEN.search(event.value):
                self.refuse(span, "this text holds a character that can't be seen", "take it out")
            self.place(Text(span, event.value))
            return
        if len(self.open) >= DEEPEST:
            raise _Refused(
                Problem(
                    span,
                    "E101",
                    f"more than {DEEPEST} lists and blocks lie in one another here",
                    "give each part a name of its own, or look for a bracket that isn't closed",
                )
            )
        block = isinstance(event, MappingStartEvent)
        assert block or isinstance(event, SequenceStartEvent)  # noqa: S101 - the parser has no other
        self.open.append(_Open(span, is_block=block))

    def place(self, node: Node) -> None:
        """Put a finished node into what is open round it."""
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if not parent.is_block:
            parent.items.append(node)
        elif parent.key is None:
            self.place_key(parent, node)
        else:
            key, parent.key = parent.key, None
            if key.value not in parent.entries:
                parent.entries[key.value] = (key, node)

    def begins_token(self, span: Span) -> bool:
        """Say whether `{{` stands before a place, as in a message's token."""
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        return line[max(span.column - 2, 0) :].startswith("{{")

    def place_key(self, parent: _Open, node: Node) -> None:
        if not isinstance(node, Text):
            self.refuse(
                node.span,
                "a list or block stands where a name should",
                "put the name first, then a colon; a text with brackets must stand in quotes"
                if not self.begins_token(node.span)
                else "tokens belong into message files; a text that begins with { needs quotes",
            )
            node = Text(node.span, "")
        elif node.value == "<<":
            self.refuse(
                node.span,
                "`<<` copies another block, and the language has no such copies",
                "write the lines out here; limits that repeat get a name in pack.yaml",
            )
        elif node.value in parent.entries:
            first = parent.entries[node.value][0].span
            self.problems.append(
                Problem(
                    node.span,
                    "E103",
                    f"`{node.value}` stands twice in this block",
                    f"the first is on line {first.line}; keep one of them",
                )
            )
        parent.key = node


def _split(source: str) -> tuple[str, ...]:
    lines = LINE_BREAK.split(source)
    if lines and not lines[-1]:
        lines.pop()
    return tuple(lines)


def _unreadable(source: str, lines: tuple[str, ...], file: str) -> Problem | None:
    """Find what keeps the parser from starting: unseen characters and tabs as indentation."""
    unseen = UNSEEN.search(source)
    if unseen:
        before = _split(source[: unseen.start()] + "x")
        return Problem(
            Span(file, len(before), len(before[-1])),
            "E101",
            f"a character that can't be seen (U+{ord(unseen.group()):04X}) stands here",
            "take it out; it often comes with text that was pasted",
        )
    if not source.isascii():
        for number, line in enumerate(lines, start=1):
            found = LIKE_A_SPACE.match(line)
            if found:
                return Problem(
                    Span(file, number, found.start("space") + 1),
                    "E101",
                    "this only looks like a space; it came with text that was pasted",
                    "delete it, and type a space",
                )
    if "\t" in source:
        for number, line in enumerate(lines, start=1):
            tab = LEADING_TAB.match(line)
            if tab:
                return Problem(
                    Span(file, number, tab.start(1) + 1),
                    "E101",
                    "this line is indented with a tab",
                    "indent with spaces, two for each level",
                )
    return None


def _events(source: str) -> Iterator[Event]:
    events: Iterator[Event] = yaml.parse(source, Loader=LOADER)
    return events


def read_text(raw: bytes, file: str) -> Document:
    """
    Read a file's bytes into nodes.

    Args:
        raw: The content, UTF-8.
        file: The name that spans carry.

    Returns:
        The content with all that is wrong with it as a text (E101, E103). Nothing is raised.
    """
    if len(raw) > LARGEST:
        problem = Problem(
            Span(file),
            "E101",
            f"this file has {len(raw):,} bytes; more than {LARGEST:,} are not read",
            "split it; a pack may have any number of files",
        )
        return Document(file, None, (), (problem,))
    try:
        source = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        lines = _split(raw[: error.start].decode("utf-8-sig", "replace") + "x")
        problem = Problem(
            Span(file, len(lines), len(lines[-1])),
            "E101",
            "this file is not written in UTF-8",
            "save it as UTF-8; every editor offers that",
        )
        return Document(file, None, _split(raw.decode("utf-8-sig", "replace")), (problem,))
    lines = _split(source)
    unreadable = _unreadable(source, lines, file)
    if unreadable:
        return Document(file, None, lines, (unreadable,))
    builder = _Builder(file, lines)
    try:
        for event in _events(source):
            builder.take(event)
    except _Refused as refused:
        builder.refuse(refused.problem.span, refused.problem.message, refused.problem.hint)
    except yaml.YAMLError as error:
        builder.problems.append(explain(error, lines, file))
        builder.well_formed = False
    except (ValueError, OverflowError):
        builder.refuse(Span(file), "this file holds an escape that is no character", "")
    root = builder.root if builder.well_formed else None
    if isinstance(root, Text) and not root.value:
        root = None
    return Document(file, root, lines, tuple(builder.problems))
