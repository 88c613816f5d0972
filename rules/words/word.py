"""
What a row of the vocabulary says of one word.

The reader, the JSON Schemas for editors, the reference page and `milepost words` are faces of
the same rows, so they cannot disagree.
"""

from dataclasses import dataclass
from enum import StrEnum

from engine.terms import Noun
from rules.phrases.phrases import Phrase


class Status(StrEnum):
    """Whether a word may be used."""

    BUILT = "built"
    LATER = "later"
    """Part of the language, and not in this version yet."""
    RETIRED = "retired"
    """No part of the language any more, or taken from another tool: `use_instead` says more."""


class Place(StrEnum):
    """Where a word stands: a kind of block, as messages name it."""

    PACK = "pack.yaml"
    ACTIVITY = "an activity"
    COURSE = "a course"
    USE = "a pack that is used again"
    PATTERN = "a pattern"
    RUN = "a run of a course"
    UNIT = "a unit"
    EVENT = "an event"
    SCORES = "a score by date"
    MARKS = "a pass mark by date"
    MASTERIES = "a level by date"
    LIMITS = "a block of limits"
    CERTIFICATE = "a certificate"
    FILE = "a rule file"
    CREDENTIAL = "a credential"
    TRANSLATION = "a translation"
    TOLD = "a thing in another language"
    SKILL = "a skill"
    PATHWAY = "a pathway"
    PATH_STEP = "a step of a pathway"
    SOURCE = "a source of evidence"
    RULE = "a rule"
    WHEN = "a trigger"
    LEAF = "a condition on a thing"
    CONDITION = "a condition"
    ACTION = "an action"
    TESTS = "a test file"
    LEARNER = "a test's learner"
    SCENARIO = "a scenario"
    STEP = "a step"
    SEEN = "what was seen"
    REVOCATION = "a revocation"
    GRANT = "an award by hand"
    ANSWER = "an answer"
    EXPECTATION = "an expectation"


INCLUDES: dict[Place, tuple[Place, ...]] = {
    Place.CONDITION: (Place.LEAF,),
    Place.WHEN: (Place.LEAF,),
    Place.SOURCE: (Place.LEAF,),
}
"""Blocks in which the words of others may stand too; their own rows come first."""


@dataclass(frozen=True, slots=True)
class Expects:
    """
    What may stand after a word; where several are given, any of them.

    Attributes:
        phrase: A text of this kind.
        block: A block of this place's words.
        items: A list of such.
        named: A block of names that the author chooses, each with such.
        keys: What kind of names these are, None for any.
        of: What a name names, for messages: `an activity`.
        free: Anything: a text, a list or a block, that is looked at elsewhere.
    """

    phrase: Phrase[object] | None = None
    block: Place | None = None
    items: "Expects | None" = None
    named: "Expects | None" = None
    keys: Phrase[object] | None = None
    of: str = ""
    free: bool = False

    @property
    def words(self) -> str:
        """Say it in the author's words."""
        ways = []
        if self.phrase:
            ways.append(f"the name of {self.of}" if self.of else self.phrase.what)
        if self.block:
            ways.append(self.block.value)
        if self.items:
            ways.append("a list, each line opening with a dash")
        if self.named:
            ways.append("a block of names")
        if self.free:
            ways.append("anything")
        return " or ".join(ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """
    One word of the language.

    Attributes:
        place: The kind of block it stands in.
        key: The word.
        expects: What stands after it.
        help: A sentence that says what it means.
        example: A line or two as an author writes them.
        required: Whether the block must have it.
        status: Whether it may be used.
        use_instead: For retired words: what to write.
        since: The version of the language that brought it.
        head: Whether it says what a condition, trigger or action is; one block has one.
        beside: For a head: the other words that may stand in its block.
        nouns: For words of a leaf: the nouns that it may be asked of; empty for all.
        pattern: For a word with a number in it: a regular expression.
    """

    place: Place
    key: str
    expects: Expects
    help: str
    example: str = ""
    required: bool = False
    status: Status = Status.BUILT
    use_instead: str = ""
    since: int = 1
    head: bool = False
    beside: tuple[str, ...] = ()
    nouns: frozenset[Noun] = frozenset()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class IsWord:
    """
    A word after `is`.

    Attributes:
        word: The word.
        nouns: What it is said of.
        event: Whether it is something that happens.
        state: Whether it is something that is so.
        help: A sentence.
        status: Whether it may be used.
    """

    word: str
    nouns: frozenset[Noun]
    event: bool
    state: bool
    help: str
    status: Status = Status.BUILT
