"""From bytes to positioned nodes: what YAML is left, and how its errors are told."""

import time

import pytest
import yaml

from engine.source import Span
from rules.text import DEEPEST, LARGEST, List, Mapping, Text, read_text

FORBIDDEN = ("mapping", "scalar", "sequence", "null", "schema", "token", "node")


@pytest.fixture(autouse=True, params=["CBaseLoader", "BaseLoader"])
def _both_parsers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML comes with libyaml or without it; an author is told the same."""
    if not hasattr(yaml, request.param):
        pytest.skip("this PyYAML was built without libyaml")
    monkeypatch.setattr("rules.text.LOADER", getattr(yaml, request.param))


def test_words_stay_text() -> None:
    """YAML's guesses are off: a time is no number, `no` is no falsehood, 1.10 is not 1.1."""
    document = read_text(b"at: 22:00\nno: NO\non: yes\nversion: 1.10\nempty:\n", "f")

    assert isinstance(document.root, Mapping)
    assert [("at", "22:00"), ("no", "NO"), ("on", "yes"), ("version", "1.10"), ("empty", "")] == [
        (key.value, value.value) for key, value in document.root.entries if isinstance(value, Text)
    ]


def test_nodes_know_where_they_stand() -> None:
    """Line and column count from 1; a text of many lines is marked on its first."""
    document = read_text("a:\n  - ñandú: x y\n  - {b: 'c d', e: |\n  }\n".encode(), "f")
    assert document.root is None

    document = read_text(
        "a:\n  - ñandú: x y\n  - {b: 'c d', e: é}\n  - f: >\n      g\n".encode(), "f"
    )

    assert isinstance(document.root, Mapping)
    items = document.root.get("a")
    assert isinstance(items, List)
    first, second, third = items.items
    assert isinstance(first, Mapping)
    assert isinstance(second, Mapping)
    assert isinstance(third, Mapping)
    assert Span("f", 2, 5, 5) == first.entries[0][0].span
    assert Span("f", 2, 12, 3) == first.entries[0][1].span
    assert Span("f", 3, 9, 5) == second.entries[0][1].span
    assert Span("f", 3, 19, 1) == second.entries[1][1].span
    assert Span("f", 4, 8, 1) == third.entries[0][1].span


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "title: Nudge: the quiet ones\n",
            "f:1:13",
            "a text that holds a colon and a space must stand in quotes",
            'write it like: title: "Nudge: the quiet ones"',
        ),
        (
            "a:\n\t- b\n",
            "f:2:1",
            "this line is indented with a tab",
            "indent with spaces, two for each level",
        ),
        (
            "title: x\n  when: y\n",
            "f:2:7",
            "this line begins further right than the line that it belongs beside",
            "begin it in column 1, as the line above",
        ),
        (
            "when\n  x: y\n",
            "f:2:4",
            "the line above has no colon, so this line can't belong to it",
            "write it like: when:",
        ),
        (
            "title:x\nwhen: y\n",
            "f:2:5",
            "the line above has no space after its colon",
            "write it like: title: x",
        ),
        (
            "title: x\nwhen\nthen: y\n",
            "f:2:1",
            "this line has a name and no colon",
            "write it like: when:",
        ),
        (
            "then:\n  - email: a\n    to: b\n   cc: d\n",
            "f:4:4",
            "this line stands beside a list and has no dash of its own",
            "begin it with a dash, or move it to the column of what it belongs to",
        ),
        (
            "a:\n  - b\n c: d\n",
            "f:3:2",
            "this line begins in a column that fits nothing above it",
            "lines of one block begin in the same column; move it left or right",
        ),
        (
            'title: "Nudge\nwhen: x\n',
            "f:1:8",
            "this quote is opened and never closed",
            'close it, or use the other kind: "it\'s"',
        ),
        (
            "title: 'it's'\n",
            "f:1:12",
            "text goes on after the closing quote",
            "put the whole text in one pair of quotes; inside '…' write '' for an apostrophe",
        ),
        (
            "uses: [a, b\nthen: x\n",
            "f:1:7",
            "this list is opened and not closed rightly",
            "close it with ], and put commas between its parts",
        ),
        (
            "when: {a: b\n",
            "f:1:7",
            "this block is opened and not closed rightly",
            "close it with }, and put commas between its parts",
        ),
        (
            "a: {b: c}}\n",
            "f:1:10",
            "a bracket or comma stands where none can be",
            "look for one too many",
        ),
        (
            "then: - email\n",
            "f:1:7",
            "a list begins on the line of its name",
            "begin each item on a line of its own, with a dash",
        ),
        (
            "owner: @ada\n",
            "f:1:8",
            "a text can't begin with `@` unless it stands in quotes",
            "put the text in quotes",
        ),
        (
            "a: b\n---\nc: d\n",
            "f:2:1",
            "a second document begins here",
            "take the line `---` out, or make a file of its own",
        ),
        (
            "a: &x b\n",
            "f:1:4",
            "`&x` makes an anchor, and the language has none",
            "take `&x` out; a text that begins with & must stand in quotes",
        ),
        (
            "a: *x\n",
            "f:1:4",
            "`*x` refers to an anchor, and the language has none",
            "write it out here; limits that repeat get a name in pack.yaml",
        ),
        (
            "<<: {a: b}\n",
            "f:1:1",
            "`<<` copies another block, and the language has no such copies",
            "write the lines out here; limits that repeat get a name in pack.yaml",
        ),
        (
            "a: !!str b\n",
            "f:1:4",
            "a text that begins with `!` is a tag, and the language has none",
            "take it out, or put the text in quotes",
        ),
        (
            'a: "\\q"\n',
            "f:1:4",
            'inside "…" a backslash begins an escape, and this is none',
            "use '…' instead, or write two backslashes",
        ),
        (
            "[a]: b\n",
            "f:1:1",
            "a list or block stands where a name should",
            "put the name first, then a colon; a text with brackets must stand in quotes",
        ),
        (
            "a: \0\n",
            "f:1:4",
            "a character that can't be seen (U+0000) stands here",
            "take it out; it often comes with text that was pasted",
        ),
        (
            'a: "\\0"\n',
            "f:1:4",
            "this text holds a character that can't be seen",
            "take it out",
        ),
    ],
)
def test_what_is_not_well_formed_is_told_in_the_authors_words(
    text: str, place: str, message: str, hint: str
) -> None:
    """One problem, at the right place, with what to do and without the parser's words."""
    document = read_text(text.encode(), "f")

    assert document.is_broken
    (problem,) = document.problems
    assert ("E101", place, message, hint) == (
        problem.code,
        str(problem.span),
        problem.message,
        problem.hint,
    )
    said = f"{problem.message} {problem.hint}".lower()
    assert not [word for word in FORBIDDEN if word in said]


def test_a_doubled_name_points_to_the_first() -> None:
    """The first stays; the second is told where it is."""
    document = read_text(b"title: a\nwhen: b\ntitle: c\n", "f")

    assert isinstance(document.root, Mapping)
    title = document.root.get("title")
    assert isinstance(title, Text)
    assert "a" == title.value
    assert [("E103", "f:3:1", "`title` stands twice in this block")] == [
        (problem.code, str(problem.span), problem.message) for problem in document.problems
    ]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a: \xff\n", "this file is not written in UTF-8"),
        (b"x" * (LARGEST + 1), "this file has 2,000,001 bytes; more than 2,000,000 are not read"),
        (b"[" * 100_000, f"more than {DEEPEST} lists and blocks lie in one another here"),
        (b"- " * 100_000, f"more than {DEEPEST} lists and blocks lie in one another here"),
        (b"a:\n" + b"".join(b" " * n + b"a:\n" for n in range(1, 99)), "more than 60 lists"),
    ],
)
def test_what_would_break_a_reader_is_refused(raw: bytes, message: str) -> None:
    """Size, depth and bytes have bounds, and reaching them is quick."""
    begun = time.process_time()

    document = read_text(raw, "f")

    assert document.root is None
    assert document.problems[0].message.startswith(message)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("raw", [b"", b"# only a comment\n", b"\xef\xbb\xbf", b"---\n"])
def test_an_empty_file_is_no_mistake(raw: bytes) -> None:
    """Nothing is in it and nothing is wrong with it."""
    document = read_text(raw, "f")

    assert document.root is None
    assert not document.is_broken
