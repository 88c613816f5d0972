"""
The one table of the language: a word that is not in it does not exist.

Its rows stand in rules/words/, by where they are used. The reader, the JSON Schemas for
editors, the reference page and `milepost words` are all made from it.
"""

import re
from functools import cache

from engine.spelling import FARTHEST, distance, suggest
from engine.terms import Noun
from rules.words.award import AWARD_WORDS
from rules.words.certificate import CERTIFICATE_WORDS
from rules.words.condition import CONDITION_WORDS
from rules.words.expectation import EXPECTATION_WORDS
from rules.words.foreign import FOREIGN_WORDS
from rules.words.pack import PACK_WORDS
from rules.words.rule import RULE_WORDS
from rules.words.said import IS_WORDS
from rules.words.scenario import SCENARIO_WORDS
from rules.words.step import STEP_WORDS
from rules.words.translation import TRANSLATION_WORDS
from rules.words.word import INCLUDES, IsWord, Place, Status, Word

TABLE: tuple[Word, ...] = (
    *PACK_WORDS,
    *CERTIFICATE_WORDS,
    *AWARD_WORDS,
    *TRANSLATION_WORDS,
    *RULE_WORDS,
    *CONDITION_WORDS,
    *SCENARIO_WORDS,
    *STEP_WORDS,
    *EXPECTATION_WORDS,
    *FOREIGN_WORDS,
)


@cache
def words_at(place: Place) -> dict[str, Word]:
    """Give the words that may stand in a block, by the word; a block's own come first."""
    found: dict[str, Word] = {}
    for where in (place, *INCLUDES.get(place, ())):
        for word in TABLE:
            if word.place is where:
                found.setdefault(word.key, word)
    return found


@cache
def _patterns_at(place: Place) -> tuple[tuple[re.Pattern[str], Word], ...]:
    return tuple(
        (re.compile(word.pattern), word) for word in words_at(place).values() if word.pattern
    )


def find(place: Place, key: str) -> Word | None:
    """Find a word at a place, also one with a number in it; None where there is none."""
    word = words_at(place).get(key)
    if word is not None and not word.pattern:
        return word
    return next((word for pattern, word in _patterns_at(place) if pattern.fullmatch(key)), None)


@cache
def is_words(noun: Noun) -> dict[str, IsWord]:
    """Give the words that `is` may say of a noun, by the word."""
    return {row.word: row for row in IS_WORDS if noun in row.nouns}


def suggest_at(place: Place, wrong: str) -> str:
    """Give the word of a block that was probably meant, also one with a number in it."""
    number = re.search("[0-9]+", wrong)
    for _, word in _patterns_at(place) if number else ():
        right = word.key.replace("N", number.group() if number else "")
        if right.endswith(f" {wrong}") or distance(wrong, right, FARTHEST + 1) <= FARTHEST + 1:
            return right
    return suggest(wrong, usable(place))


HOMES = (Place.PACK, Place.RULE, Place.LIMITS, Place.CREDENTIAL, Place.SKILL, Place.WHEN)
"""Blocks whose words are looked for where a word stands in the wrong one."""


@cache
def home_of(key: str) -> Place | None:
    """Give the one block that a misplaced word belongs into; None where there are several."""
    homes = [
        place
        for place in HOMES
        if any(w.place is place and w.key == key and w.status is Status.BUILT for w in TABLE)
    ]
    return homes[0] if len(homes) == 1 else None


def usable(place: Place) -> tuple[str, ...]:
    """Give the words that may be written at a place now."""
    return tuple(
        key
        for key, word in words_at(place).items()
        if word.status is Status.BUILT and not word.pattern
    )


def example_at(place: Place) -> str:
    """Give the first line of what may be written at a place."""
    return next(iter(words_at(place).values())).example.partition("\n")[0]
