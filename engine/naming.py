"""What packs name: activities, courses and events of the LMS, under the names that rules use."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from engine.source import NOWHERE, Span
from engine.terms import Noun


@dataclass(frozen=True, slots=True)
class DayNumber:
    """`day 40` of the course (its start is day 1), or of the learner's enrolment."""

    number: int
    of_enrolment: bool = False

    def __str__(self) -> str:
        """Write it as an author would."""
        return f"day {self.number}{' of enrolment' if self.of_enrolment else ''}"


Due = DayNumber | date | datetime
"""A due day (it lasts to its end), or a naive local date and time on the course's clock."""


@dataclass(frozen=True, slots=True)
class Activity:
    """
    A thing in the LMS under the name that rules use.

    Attributes:
        id: Its full name, `pack/id`.
        kind: What it is.
        lms: The LMS's own names of it, at least one.
        course: The full name of its course, "" if it has none.
        pass_mark: The least fraction that passes, where pack.yaml says one.
        due: When it is due for everybody, where pack.yaml says so.
        title: What learners read.
        link: Where learners find it, "" if unknown.
    """

    id: str
    kind: Noun
    lms: tuple[str, ...]
    course: str = ""
    pass_mark: Fraction | None = None
    due: Due | None = None
    title: str = ""
    link: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Course:
    """A course; it starts at the start of a day and ends at the end of one, on its clock."""

    id: str
    lms: tuple[str, ...]
    title: str = ""
    starts: date | None = None
    ends: date | None = None
    zone: str = ""
    link: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class EventKind:
    """A platform's own event under the name that rules use; `iri` is the sender's name of it."""

    id: str
    iri: str
    fields: tuple[str, ...] = ()
    span: Span = NOWHERE
