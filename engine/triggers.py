"""Triggers as data: events, spells and instants, one a rule."""

from dataclasses import dataclass
from datetime import date, datetime, time

from engine.source import Span
from engine.terms import Leaf
from engine.values import Period


@dataclass(frozen=True, slots=True)
class OnEvent:
    """An event that any of the leaves describes; acts at once, or so long `after`."""

    span: Span
    leaves: tuple[Leaf, ...]
    after: Period | None = None


@dataclass(frozen=True, slots=True)
class OnState:
    """A state that has lasted so long (`leaf.lasting`)."""

    span: Span
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class OnInactive:
    """The learner has done nothing for so long."""

    span: Span
    period: Period


@dataclass(frozen=True, slots=True)
class OnDue:
    """An activity falls due within so long and has not been submitted."""

    span: Span
    activity: str
    within: Period


@dataclass(frozen=True, slots=True)
class OnOverdue:
    """An activity's due time has passed (by so long) and it was not submitted."""

    span: Span
    activity: str
    by: Period | None = None


@dataclass(frozen=True, slots=True)
class OnExpiring:
    """A credential that is held expires within so long; `credential` is "" for any."""

    span: Span
    credential: str
    within: Period


@dataclass(frozen=True, slots=True)
class OnEnrolled:
    """The learner enrolled so long ago."""

    span: Span
    period: Period


@dataclass(frozen=True, slots=True)
class OnCourseDate:
    """So long after or before a course's start or end."""

    span: Span
    period: Period
    before: bool
    end: bool


@dataclass(frozen=True, slots=True)
class OnEvery:
    """
    Every week on a weekday, or every so many days or weeks from a day on, at a local time.

    Attributes:
        weekday: Monday is 0; None where `period` says how often.
        period: Days or weeks.
        starts: The first day, for `period`.
        at: The local time on the recipient's clock.
    """

    span: Span
    weekday: int | None
    period: Period | None
    starts: date | None
    at: time


@dataclass(frozen=True, slots=True)
class OnDate:
    """Once, at a local date and time on the recipient's clock (naive)."""

    span: Span
    moment: datetime


TimeTrigger = (
    OnState
    | OnInactive
    | OnDue
    | OnOverdue
    | OnExpiring
    | OnEnrolled
    | OnCourseDate
    | OnEvery
    | OnDate
)


When = OnEvent | TimeTrigger


ANY_COURSE = "*"
"""In a trigger's courses: inactive in all of them, enrolled in each."""
