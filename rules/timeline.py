"""What a test file says: a learner or several, and scenarios, each one timeline of steps."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from engine.events import Event
from engine.source import Problem, Span
from rules.phrases.trigger import At


class StepKind(StrEnum):
    """What a step tells the engine."""

    SEEN = "seen"
    REGRADED = "regraded"
    UNDONE = "undone"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Mark:
    """A score of a scenario: points and the most points, None where that is not said."""

    raw: Decimal
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """
    Something that the LMS tells.

    Attributes:
        noun: `activity`, `quiz`, `course`, `group`, `event` or `learner`.
        name: The full name of the thing, or a group's own name.
        course: The full name after `in`, "" if not said.
        word: After `is`, "" where a score alone stands.
        arrives: When it reaches the engine, None for at once.
        twice: Whether it is delivered twice.
    """

    span: Span
    kind: StepKind
    noun: str
    name: str
    course: str = ""
    word: str = ""
    score: Mark | None = None
    attempt: str = ""
    criteria: tuple[tuple[str, Mark], ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    arrives: At | None = None
    twice: bool = False


OPTED_OUT = "opted out"
"""In place of an event's word: the learner wants no more messages of a category."""


@dataclass(frozen=True, slots=True)
class Told:
    """
    Something else that becomes known: a profile, an enrolment, a due date, an opt-out.

    Attributes:
        word: The event's word, or OPTED_OUT.
        name: The full name of a course or an activity, or the category that is switched off.
        due: None where a due date is taken away.
        whose: Of a due date that is not the learner's own: `group` or `for`.
    """

    span: Span
    word: str
    name: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    due: At | None = None
    role: str = ""
    whose: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """
    One thing that is expected at a step's instant.

    Attributes:
        key: `email`, `release`, `awarded`, `deferred` and so on.
        name: Its full name; a message file or a group as written.
    """

    span: Span
    key: str
    name: str
    shown: str
    says: tuple[str, ...] = ()
    to: str = ""
    remove: bool = False
    go_to: str = ""
    until: At | None = None
    because: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """
    One instant of a scenario.

    Attributes:
        expects: None where nothing is said of it.
        fails: Whether what the rules last did came back as failed.
    """

    span: Span
    at: At
    who: str
    seen: tuple[Sighting, ...] = ()
    told: tuple[Told, ...] = ()
    expects: tuple[Expected, ...] | None = None
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A learner of a test file: what is known from day 1 00:00."""

    name: str
    fields: tuple[tuple[str, str], ...] = ()
    enrolled: tuple[str, ...] = ()
    role: str = ""
    groups: tuple[str, ...] = ()

    @property
    def zone(self) -> str:
        """Give the zone, "" if not known."""
        return dict(self.fields).get("zone", "")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named timeline; `given` is a saved history that is lived through as well."""

    name: str
    span: Span
    steps: tuple[Step, ...]
    given: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class TestFile:
    """
    One test file.

    Attributes:
        file: Its path as the author knows it.
        pack: The name of the pack it stands in.
        tests: The rule files that it tests, as spans name them.
        starts: Day 1.
        original: Where it is played in another use of its pack, that pack; "" otherwise.
        people: The learners; one without a name where none is described.
    """

    __test__ = False  # pytest must not take it for a class of tests

    file: str
    pack: str
    tests: tuple[str, ...]
    starts: date
    people: tuple[Person, ...]
    scenarios: tuple[Scenario, ...]
    original: str = ""


ReadTest = tuple[TestFile | None, tuple[Problem, ...], tuple[str, ...]]
"""What a test file says (None if nothing of it can be run), what is wrong, and its lines."""
