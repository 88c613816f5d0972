"""The pages for authors can be read by whoever is no programmer."""

import re
from pathlib import Path

import pytest

from tests.house.page import ROOT
from tests.house.reading import CODE, FENCED, measured, prose

DOCS = ROOT / "docs"
PAGES = (
    ROOT / "README.md",
    DOCS / "tutorial.md",
    DOCS / "test-a-change.md",
    DOCS / "messages.md",
    DOCS / "glossary.md",
    *sorted((DOCS / "how-to").glob("*.md")),
    *sorted((DOCS / "coming-from").glob("*.md")),
)
MEDIAN = 20
LONGEST = 40
EASE = 60.0
"""Flesch's *plain English*, which thirteen-year-olds read."""
JARGON = re.compile(
    r"\b(?:mappings?|scalars?|sequences?|schemas?|null|booleans?|regex(?:es)?|arrays?|tuples?|"
    r"strings?|integers?|parsers?|parses?|parsed|serial\w+|idempot\w+|deterministic\w*|instantiat\w+|"
    r"predicates?|operands?|enum\w*|syntax|runtime|callbacks?|payloads?)\b",
    re.IGNORECASE,
)
NAMED = {
    "README.md": {"schemas"},
    "test-a-change.md": {"schemas", "schema"},
    "tool-trigger.md": {"string"},
}
"""What a page needs to name: editors take schemas, and another tool has a *string filter*."""


def authors_part(page: Path) -> str:
    """Give what authors read of a page: of the README, what comes before how it is built."""
    text = page.read_text(encoding="utf-8")
    return text.partition("## What it is, and for whom")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_sentences_are_short(page: Path) -> None:
    """Half of the sentences have at most 20 words, none more than 40, and the words are plain."""
    found = measured(authors_part(page))
    long = [each for each in found.sentences if len(each.split()) > LONGEST]

    assert [] == long
    assert found.median <= MEDIAN
    assert found.ease >= EASE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_jargon(page: Path) -> None:
    """A word that only programmers use stands on no page for authors."""
    text = CODE.sub("", FENCED.sub("", authors_part(page)))
    words = {found.lower() for found in JARGON.findall(text)}

    assert set() == words - NAMED.get(page.name, set())


def test_hard_pages_are_seen() -> None:
    """The measure tells a plain sentence from a learned one, and leaves code out."""
    plain = measured("The quiz waits until the workshop is done. Then it opens again for her.")
    learned = measured(
        "The instantiation of deterministic predicates necessitates considerable familiarity "
        "with institutional terminology and organisational responsibilities."
    )

    assert plain.ease > EASE > learned.ease
    assert "Open code now" == prose("# Title\n```yaml\na: b\n```\n| x | y |\nOpen `a` now").strip()
