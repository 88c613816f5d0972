"""
Which rules does this event trigger? One door, and the index behind it.

A listener is the part of a leaf that one flat fact can answer: its key, course, word and
score. What else a leaf asks (attempts, times, the learner's record) is asked afterwards,
by conditions that can say why not. Another matcher may stand behind the same door and must
give the same answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import msgspec

from engine.values import Comparison, Unit


@dataclass(frozen=True, slots=True)
class Listener:
    """
    What a rule listens for.

    Attributes:
        rule: The rule's full name.
        key: The object, event noun or bucket of *any*, as a plan names them.
        course: The canonical course, "" for any.
        word: The event word, "" for any.
        score: What the score must be, None for any; an unknown score never meets one.
    """

    rule: str
    key: str
    course: str = ""
    word: str = ""
    score: Comparison | None = None


class Fact(msgspec.Struct, frozen=True):
    """
    One event, flat and strictly typed.

    Attributes:
        keys: Under what rules may listen to it.
        course: The canonical course, "" if none.
        words: What it says, and what follows from it for its attempt.
        score: The attempt's mark as a fraction of one, None if unknown.
        points: The attempt's raw points, None if unknown.
    """

    keys: tuple[str, ...]
    course: str
    words: frozenset[str]
    score: Fraction | None = None
    points: Fraction | None = None


class Matcher(Protocol):
    """The door."""

    def triggered_by(self, fact: Fact) -> tuple[str, ...]:
        """Give the full names of the rules that a fact may trigger, sorted, each once."""
        ...


def meets(comparison: Comparison, fact: Fact) -> bool:
    """Say whether a fact's score, or points, meets a comparison."""
    value = fact.score if comparison.unit is Unit.PERCENT else fact.points
    return value is not None and comparison.holds(value)


class IndexMatcher:
    """
    The reference: a dictionary by key, then plain comparisons.

    Cost does not grow with the number of rules, only with those that listen to one key.
    """

    def __init__(self, listeners: tuple[Listener, ...]) -> None:
        """Build the index from what the rules listen for."""
        index: dict[str, list[Listener]] = {}
        for listener in listeners:
            index.setdefault(listener.key, []).append(listener)
        self._index: Mapping[str, tuple[Listener, ...]] = {
            key: tuple(listening) for key, listening in index.items()
        }

    def triggered_by(self, fact: Fact) -> tuple[str, ...]:
        """Give the full names of the rules that a fact may trigger, sorted, each once."""
        found: set[str] = set()
        for key in fact.keys:
            for listener in self._index.get(key, ()):
                if listener.word and listener.word not in fact.words:
                    continue
                if listener.course and listener.course != fact.course:
                    continue
                if listener.score is not None and not meets(listener.score, fact):
                    continue
                found.add(listener.rule)
        return tuple(sorted(found)) if found else ()
