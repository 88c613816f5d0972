"""
Facts that the operator's own programs answer: what is asked of them, and what they are told.

The engine only knows the door. Behind it an adapter asks a plug-in; without one no fact is known.
"""

from collections.abc import Mapping
from typing import Protocol

import msgspec

from engine.calendar import Micros
from engine.events import Word
from engine.terms import Condition, Group, HasFact

STATED = "\x1ffact "
"""Opens the profile's field in which a scenario states a fact; no LMS has it in a name."""


class Fact(msgspec.Struct, frozen=True):
    """
    A fact that can be asked for.

    Attributes:
        word: What an author writes after `fact`.
        help: A sentence that says what it means.
        listens_to: Event words after which it may be answered differently.
    """

    word: str
    help: str
    listens_to: tuple[str, ...] = ()


class Enrolment(msgspec.Struct, frozen=True):
    """A course that the learner is in, and since when (RFC 3339, UTC)."""

    course: str
    since: str


class Seen(msgspec.Struct, frozen=True):
    """
    One event that a fact listens to.

    Attributes:
        at: When it happened (RFC 3339, UTC).
        object: The LMS's name of what it happened to, "" for the learner herself.
        score: The mark as a share of one, None where there is none.
        undone: Whether it takes an earlier one back.
    """

    at: str
    verb: str
    object: str
    course: str
    score: float | None
    attempt: str
    fields: dict[str, str]
    undone: bool


class Learner(msgspec.Struct, frozen=True):
    """What a plug-in is told of a learner, as known at the instant of the question."""

    id: str
    profile: dict[str, str]
    enrolled: tuple[Enrolment, ...]
    events: tuple[Seen, ...]


class Facts(Protocol):
    """The door to whoever answers facts."""

    def known(self) -> Mapping[str, Fact]:
        """Give the facts that can be asked for, by their word."""
        ...

    def answer(self, word: str, learner: Learner, now: str) -> bool | None:
        """Answer a fact of one learner at an instant (RFC 3339, UTC); None where not known."""
        ...

    def retry(self, word: str) -> Micros | None:
        """Say after how long to ask again what could not be asked last, None where it could."""
        ...


class NoFacts:
    """Nobody answers."""

    def known(self) -> Mapping[str, Fact]:
        """Give none."""
        return {}

    def answer(self, word: str, learner: Learner, now: str) -> bool | None:  # noqa: ARG002 - a door
        """Know nothing."""
        return None

    def retry(self, word: str) -> Micros | None:  # noqa: ARG002 - a door
        """Wait for nobody: who is not there does not come by being asked again."""
        return None


NO_FACTS = NoFacts()

MEMBERSHIPS: dict[str, tuple[str, ...]] = {
    Word.JOINED: ("*group", "*cohort"),
    Word.LEFT: ("*group", "*cohort"),
}
"""Words that come under other keys than their own."""


def keys_of_facts(condition: Condition | None) -> tuple[str, ...]:
    """Give the keys under which events come that the facts in a condition listen to."""
    match condition:
        case HasFact(listens_to=words):
            return tuple(key for word in words for key in MEMBERSHIPS.get(word, (f"!{word}",)))
        case Group(parts=parts):
            return tuple(dict.fromkeys(key for part in parts for key in keys_of_facts(part)))
        case _:
            return ()


def words_of_facts(condition: Condition | None) -> tuple[str, ...]:
    """Give the event words that the facts in a condition listen to."""
    match condition:
        case HasFact(listens_to=words):
            return words
        case Group(parts=parts):
            return tuple(dict.fromkeys(word for part in parts for word in words_of_facts(part)))
        case _:
            return ()
