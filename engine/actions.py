"""Actions as data, and the limits that keep a rule's messages polite."""

from dataclasses import dataclass
from enum import StrEnum

from engine.source import Span
from engine.values import Hours, Period


@dataclass(frozen=True, slots=True)
class Email:
    """
    Write to somebody.

    Attributes:
        file: The message file, relative to the pack, with the pack's name before it.
        to: `learner` or a role in the trigger's course.
        cc: Further roles or addresses.
        reply_to: An address or a role, "" for none.
    """

    span: Span
    file: str
    to: str = "learner"
    cc: tuple[str, ...] = ()
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Open an activity to the learner."""

    span: Span
    activity: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Close an activity to the learner."""

    span: Span
    activity: str


@dataclass(frozen=True, slots=True)
class Recommend:
    """Point the learner to an activity."""

    span: Span
    activity: str


@dataclass(frozen=True, slots=True)
class PutInGroup:
    """Add the learner to a group, or take her out."""

    span: Span
    group: str
    remove: bool = False


@dataclass(frozen=True, slots=True)
class CallWebhook:
    """Tell an operator's named endpoint."""

    span: Span
    name: str


Action = Email | Release | Lock | Recommend | PutInGroup | CallWebhook


class CapWindow(StrEnum):
    """Over what a cap counts; calendar units on the learner's clock, `days` rolls."""

    COURSE = "course"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DAYS = "days"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Cap:
    """`3 per course`, `1 per day`, `5 in 30 days`, `10 in all`."""

    number: int
    window: CapWindow
    days: int = 0

    def __str__(self) -> str:
        """Write it as an author would."""
        match self.window:
            case CapWindow.DAYS:
                return f"{self.number} in {self.days} days"
            case CapWindow.ALL:
                return f"{self.number} in all"
            case _:
                return f"{self.number} per {self.window.value}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps a rule's messages polite; each may be absent."""

    quiet: Hours | None = None
    gap: Period | None = None
    cap: Cap | None = None


NO_LIMITS = Limits()
