"""What packs name: activities, courses, units and events, under the names that rules use."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from engine.dated import ByDate
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


PassMark = Fraction | ByDate[Fraction]
"""The least fraction that passes, always or by the day on which an attempt was handed in."""

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
        pass_mark: What passes, where pack.yaml says it.
        due: When it is due for everybody, where pack.yaml says so.
        title: What learners read.
        link: Where learners find it, "" if unknown.
        in_runs: The names by the name of a run of its course, where each run has its own.
    """

    id: str
    kind: Noun
    lms: tuple[str, ...]
    course: str = ""
    pass_mark: PassMark | None = None
    due: Due | None = None
    title: str = ""
    link: str = ""
    span: Span = NOWHERE
    in_runs: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def names_by_run(self) -> dict[str, tuple[str, ...]]:
        """Give the LMS's names by the run of the course; under "" where all runs share them."""
        return dict(self.in_runs) if self.in_runs else {"": self.lms}


@dataclass(frozen=True, slots=True)
class CourseRun:
    """One run of a course, with the LMS's names of it; its first day is day 1."""

    name: str
    lms: tuple[str, ...]
    starts: date | None = None
    ends: date | None = None
    zone: str = ""
    link: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Course:
    """
    A course; it starts at the start of a day and ends at the end of one, on its clock.

    Attributes:
        lms: The LMS's own names of it; none where it has runs.
        pass_mark: The least course grade that passes, where pack.yaml says one.
        runs: Each with its own names and dates; () for a course that is its only run.
    """

    id: str
    lms: tuple[str, ...]
    title: str = ""
    starts: date | None = None
    ends: date | None = None
    zone: str = ""
    link: str = ""
    pass_mark: Fraction | None = None
    span: Span = NOWHERE
    runs: tuple[CourseRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit made of activities, by their full names: it is completed when all of them are done."""

    id: str
    of: tuple[str, ...]
    title: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class EventKind:
    """A platform's own event under the name that rules use; `iri` is the sender's name of it."""

    id: str
    iri: str
    fields: tuple[str, ...] = ()
    span: Span = NOWHERE
