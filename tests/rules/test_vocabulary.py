"""The one table: no word twice, every example right, every row of use."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from engine.events import Word as EventWord
from engine.spelling import suggest
from engine.terms import Noun
from rules.phrases.phrases import Misread
from rules.reader.block import Block
from rules.reader.findings import Findings
from rules.reference import HEADINGS, look_up, markdown
from rules.text import List, Mapping, Node, Text, read_text
from rules.vocabulary import TABLE, find, is_words, words_at
from rules.words.said import IS_WORDS
from rules.words.word import Expects, Place, Status, Word

ROOT = Path(__file__).resolve().parents[2]
BUILT = [word for word in TABLE if word.status is Status.BUILT]


def test_no_word_stands_twice_at_a_place() -> None:
    """A doubled row would make the first one win in silence."""
    assert [] == [
        key for key, count in Counter((word.place, word.key) for word in TABLE).items() if count > 1
    ]


def test_every_word_instead_exists() -> None:
    """What a foreign word is answered with may be written at that place."""
    foreign = [word for word in TABLE if word.status is Status.RETIRED]

    assert foreign
    found = [(word, find(word.place, word.use_instead)) for word in foreign]
    assert [] == [word for word, instead in found if instead is None or instead in foreign]
    assert [] == [word for word, instead in found if instead and instead.status is Status.LATER]


def test_every_word_beside_a_head_exists() -> None:
    """A head names only words of its own block."""
    assert [] == [
        (word.key, beside)
        for word in TABLE
        for beside in word.beside
        if find(word.place, beside) is None
    ]


def fits(node: Node, expects: Expects) -> bool:
    """Say whether a node is what a row says may follow its word."""
    match node:
        case _ if expects.free:
            return True
        case Text():
            return expects.phrase is not None and not isinstance(
                expects.phrase(node.value), Misread
            )
        case List():
            inner = expects.items
            return inner is not None and all(fits(item, inner) for item in node.items)
        case Mapping():
            named, block = expects.named, expects.block
            if named is not None:
                return all(fits(value, named) for _, value in node.entries)
            return block is not None and all(
                (word := find(block, key.value)) is not None and fits(value, word.expects)
                for key, value in node.entries
            )


@pytest.mark.parametrize("word", BUILT, ids=lambda word: f"{word.place.name}-{word.key}")
def test_every_example_is_right(word: Word) -> None:
    """Each built word has a help sentence and an example that the table itself accepts."""
    assert word.help.endswith(".")
    assert word.example

    document = read_text(word.example.encode(), "example")

    assert () == document.problems
    assert isinstance(document.root, Mapping)
    for key, value in document.root.entries:
        row = find(word.place, key.value)
        assert row is not None
        assert fits(value, row.expects)


def test_every_event_word_is_one_that_the_engine_knows() -> None:
    """What a trigger may wait for is what an event can say."""
    known = {word.value for word in EventWord}

    assert set() == {row.word for row in IS_WORDS if row.event and row.status is Status.BUILT} - (
        known
    )


@pytest.mark.parametrize("noun", [noun for noun in Noun if noun is not Noun.EVENT])
def test_every_noun_has_words(noun: Noun) -> None:
    """Nothing can be named of which nothing could be asked."""
    assert is_words(noun)


@pytest.mark.parametrize(
    ("wrong", "known", "expected"),
    [
        ("iz", ("if", "in", "is"), "is"),
        ("pased", ("passed", "posted", "placed"), "passed"),
        ("to", ("is",), ""),
        ("titel", ("title", "times"), "title"),
        ("quiet-hours", ("gap", "quiet hours"), "quiet hours"),
        ("completely-else", ("title",), ""),
        ("", ("is",), ""),
    ],
)
def test_one_suggestion_the_right_one(wrong: str, known: tuple[str, ...], expected: str) -> None:
    """At most two slips, the first letter and what sounds alike breaking ties."""
    assert expected == suggest(wrong, known)


@pytest.mark.parametrize("place", list(Place))
def test_a_later_word_is_refused_as_such(place: Place) -> None:
    """Never ignored, never called unknown."""
    for word in words_at(place).values():
        if word.status is Status.LATER:
            findings = Findings()
            document = read_text(f"{word.key}: x\n".encode(), "f")
            assert isinstance(document.root, Mapping)
            Block(document.root, place, findings)
            assert f"`{word.key}` is not in this version yet" in [
                problem.message for problem in findings.sorted() if problem.code == "E108"
            ]


def test_the_reference_has_every_word() -> None:
    """The page is made from the table and says all of it."""
    page = markdown()

    assert set(Place) == set(HEADINGS)
    assert [] == [word.key for word in TABLE if f"`{word.key}`" not in page]
    assert [] == [
        row.word
        for row in IS_WORDS
        if row.status is Status.BUILT and f"| `{row.word}` |" not in page
    ]


def test_a_word_is_looked_up_wherever_it_stands() -> None:
    """`enrolled` is a trigger, a condition, a word after `is`, and a word of tests."""
    words, said = look_up("enrolled")

    assert {Place.WHEN, Place.CONDITION, Place.LEARNER, Place.STEP} == {
        word.place for word in words
    }
    assert ["enrolled"] == [row.word for row in said]


def milepost(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return subprocess.run(
        [sys.executable, "milepost.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_verb_words() -> None:
    """A word, the nearest word, none, and one JSON document."""
    one, near, none = (
        milepost("words", "gap"),
        milepost("words", "gep"),
        milepost("words", "zzzzzz"),
    )
    rows = json.loads(milepost("words", "gap", "--json").stdout)

    assert (0, 0, 1) == (one.returncode, near.returncode, none.returncode)
    assert one.stdout.startswith("gap - in a block of limits\n")
    assert near.stdout.startswith("There is no word `gep`. The nearest:\n")
    assert "there is no word `zzzzzz`" in none.stderr
    assert ["gap"] == [row["word"] for row in rows["words"]]
    assert "gap: 7 days" == rows["words"][0]["example"]
    assert markdown() == milepost("words", "--markdown").stdout
