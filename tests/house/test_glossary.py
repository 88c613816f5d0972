"""The glossary: every word of the language is explained, and the field's words are found."""

import re
from pathlib import Path

from rules.vocabulary import TABLE
from rules.words.word import Status

DOCS = Path(__file__).parents[2] / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference.md").read_text(encoding="utf-8")
OF_THE_FIELD = (
    "badge",
    "competency",
    "digital badge",
    "intervention",
    "learning outcome",
    "mastery",
    "micro-certification",
    "micro-degree",
    "microcredential",
    "nano-degree",
    "nudge",
    "open badge",
    "pathway",
    "prior learning",
    "skill",
    "stack",
)


def test_every_word_is_explained() -> None:
    """Each word that may be used has an entry in the reference, or in the glossary."""
    headings = set(re.findall(r"^### `([^`]+)`", REFERENCE, re.MULTILINE))
    told = headings | set(re.findall(r"`([^`]+)`", GLOSSARY))
    built = {word.key for word in TABLE if word.status is Status.BUILT}

    assert [] == sorted(built - told)


def test_what_the_glossary_calls_a_word_is_one() -> None:
    """A word in the middle column, up to its colon, is a word of the language, or `is` says it."""
    known = {word.key for word in TABLE} | set(
        re.findall(r"^\| `([^`]+)` \|", REFERENCE, re.MULTILINE)
    )
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| [^|]+ \|$", GLOSSARY, re.MULTILINE)
    called = {text.partition(":")[0] for row in rows for text in re.findall(r"`([^`]+)`", row)}

    assert called
    assert [] == sorted(called - known - {"config.toml", "replay"})


def test_the_words_of_the_field_are_there() -> None:
    """Whoever comes with another word for it finds it in a first column."""
    rows = re.findall(r"^\| ([^|]+) \|", GLOSSARY, re.MULTILINE)
    listed = {name.strip() for row in rows for name in row.split(",")}

    assert [] == sorted(set(OF_THE_FIELD) - listed)
