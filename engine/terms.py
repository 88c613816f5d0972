"""
Conditions as data: what a leaf asks of a thing, of a person, of the day, and lists of them.

A leaf serves `when` (an event like this has come) and `if` and `requires` (this is so now).
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from engine.dated import Wanted
from engine.source import Span
from engine.values import ONCE, Comparison, Count, Period, show_percent


class Noun(StrEnum):
    """What a leaf may speak of."""

    ACTIVITY = "activity"
    QUIZ = "quiz"
    ASSIGNMENT = "assignment"
    FORUM = "forum"
    SESSION = "session"
    UNIT = "unit"
    COURSE = "course"
    CREDENTIAL = "credential"
    SKILL = "skill"
    PATHWAY = "pathway"
    GROUP = "group"
    COHORT = "cohort"
    EVENT = "event"
    LEARNER = "learner"


ACTIVITY_NOUNS = frozenset(
    {Noun.ACTIVITY, Noun.QUIZ, Noun.ASSIGNMENT, Noun.FORUM, Noun.SESSION, Noun.UNIT}
)
"""Nouns of things in the LMS; `activity` may name any of them."""


UNANSWERED = "unanswered"
"""The state word of a forum in which a thread of the learner's has no answer."""


EXPIRING = "expiring"
"""The state word of a credential that will expire soon."""


class Choice(StrEnum):
    """Which attempt a leaf speaks of, or the mean of them all."""

    BEST = "best"
    LATEST = "latest"
    FIRST = "first"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Decaying:
    """`decaying 65%`: the latest attempt counts so much, the mean of all earlier ones the rest."""

    latest: Fraction

    @property
    def value(self) -> str:
        """Give it as an author writes it, as the other ways to choose do."""
        return f"decaying {show_percent(self.latest)}"

    def __str__(self) -> str:
        """Write it as an author would."""
        return self.value


Which = Choice | Decaying
"""Which attempt is meant, or how several are made one."""


class Enrolments(StrEnum):
    """Of which of the learner's enrolments in a course the evidence counts."""

    THIS = "this"
    ALL = "all"


class HappenedKind(StrEnum):
    """How a leaf says when something happened."""

    IN_THE_LAST = "in the last"
    AT_LEAST_AGO = "at least … ago"
    BEFORE = "before"
    AFTER = "after"
    BEFORE_DUE = "before due"
    AFTER_DUE = "after due"
    AFTER_TRIGGER = "after the trigger"


@dataclass(frozen=True, slots=True)
class Happened:
    """
    When something happened, by event time.

    Attributes:
        kind: Which of the phrases.
        period: For *in the last* and *at least … ago*.
        day: For *before* and *after*: a day or a naive local date and time.
    """

    kind: HappenedKind
    period: Period | None = None
    day: date | datetime | None = None

    def __str__(self) -> str:
        """Write it as an author would."""
        match self.kind:
            case HappenedKind.IN_THE_LAST:
                return f"in the last {self.period}"
            case HappenedKind.AT_LEAST_AGO:
                return f"at least {self.period} ago"
            case HappenedKind.BEFORE | HappenedKind.AFTER:
                return f"{self.kind.value} {self.day}"
            case _:
                return self.kind.value


@dataclass(frozen=True, slots=True)
class Leaf:
    """
    A noun and its name, and what is asked of it.

    Attributes:
        span: Where it was written.
        noun: What it speaks of.
        name: The full name, "" for *any*.
        course: The full name of the course after `in`, "" if not said.
        word: What `is` says, "" if not said: an event word or a state word.
        score: What the score must be, perhaps by the day of the evidence.
        crosses: Whether the learner's score must have come to be so by this event.
        criterion: The row of the rubric that the score is of, "" for the whole.
        attempts: How many submitted attempts there must be.
        times: How many matching events there must be.
        level: For a skill: the least level.
        progress: What share of a course's or a unit's activities must be done.
        attempt: Which attempt is meant; None for the default (in `when` the event's own).
        happened: When it must have happened.
        lasting: In `for`: how long the state must have lasted.
        where: Further facts of an event: names and texts.
        enrolments: Which enrolments count; None for the default.
    """

    span: Span
    noun: Noun
    name: str = ""
    course: str = ""
    word: str = ""
    score: Wanted | None = None
    crosses: bool = False
    criterion: str = ""
    attempts: Count | None = None
    times: Count = ONCE
    level: str = ""
    progress: Comparison | None = None
    attempt: Which | None = None
    happened: Happened | None = None
    lasting: Period | None = None
    where: tuple[tuple[str, str], ...] = ()
    enrolments: Enrolments | None = None


@dataclass(frozen=True, slots=True)
class HasRole:
    """`role: NAME`, in a course or anywhere."""

    span: Span
    role: str
    course: str = ""


@dataclass(frozen=True, slots=True)
class HasProfile:
    """`profile: FIELD` is one of some values, or none of them."""

    span: Span
    field: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class EnrolledFor:
    """`enrolled: at least 14 days`, in a course or in the trigger's."""

    span: Span
    period: Period
    course: str = ""


@dataclass(frozen=True, slots=True)
class BetweenDates:
    """`date: between D and D`, both days included, on the learner's clock."""

    span: Span
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class OnWeekdays:
    """`weekday: monday, tuesday`, Monday being 0, on the learner's clock."""

    span: Span
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class HasFact:
    """
    `fact: NAME`, which a plug-in of the operator's answers.

    Attributes:
        word: The fact's name.
        listens_to: Event words after which the answer may be another.
    """

    span: Span
    word: str
    listens_to: tuple[str, ...] = ()


class Quantifier(StrEnum):
    """How many of a list must hold."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True)
class Group:
    """A list of conditions and how many must hold; `number` counts for *at least*."""

    span: Span
    quantifier: Quantifier
    parts: tuple["Condition", ...]
    number: int = 0


Condition = Leaf | HasRole | HasProfile | EnrolledFor | BetweenDates | OnWeekdays | HasFact | Group
