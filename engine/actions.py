"""Actions as data, and the limits that keep a rule's messages polite."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

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
class LmsMessage:
    """Write to the learner within the LMS; `file` as in Email."""

    span: Span
    file: str


@dataclass(frozen=True, slots=True)
class Banner:
    """
    Show the learner a line at the top of the course.

    Attributes:
        file: The message file, as in Email.
        go_to: The activity that it leads to, by full name, "" for none.
    """

    span: Span
    file: str
    go_to: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """Open an activity to the learner; `holds`: only while the rule's `if` does (`while: yes`)."""

    span: Span
    activity: str
    holds: bool = False


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
    """Add the learner to a group, or take her out; `holds` as in Release."""

    span: Span
    group: str
    remove: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True)
class PutInCohort:
    """Add the learner to a cohort of the site, or take her out; `holds` as in Release."""

    span: Span
    cohort: str
    remove: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Enrol:
    """Enrol the learner in a course; `holds` as in Release."""

    span: Span
    course: str
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Unenrol:
    """Take the learner out of a course."""

    span: Span
    course: str


@dataclass(frozen=True, slots=True)
class CallWebhook:
    """Tell an operator's named endpoint."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class AskReview:
    """Ask a person; whatever else the rule does waits until she approves. `text`: the question."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Let the learner pick one of several activities; by full names, in the author's order."""

    span: Span
    activities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Announce:
    """Make an event for other rules; `event` is its full name under `events:`."""

    span: Span
    event: str


Message = Email | LmsMessage | Banner
"""What is written to people, and so kept in bounds by limits."""

Deed = (
    Release
    | Lock
    | Recommend
    | PutInGroup
    | PutInCohort
    | Enrol
    | Unenrol
    | CallWebhook
    | AskReview
    | Choose
    | Announce
)
"""What is done at once, whatever the limits say."""

Action = Message | Deed


def is_message(action: Action) -> TypeGuard[Message]:
    """Say whether an action writes to somebody."""
    return isinstance(action, Email | LmsMessage | Banner)


def lasts(action: Action) -> bool:
    """Say whether an action is undone when its rule's `if` stops being true (`while: yes`)."""
    return isinstance(action, Release | PutInGroup | PutInCohort | Enrol) and action.holds


class DigestRhythm(StrEnum):
    """How often a digest goes out: every day, or every Monday."""

    DAILY = "daily"
    WEEKLY = "weekly"


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
    """
    What keeps a rule's messages polite; each may be absent.

    Attributes:
        digest: Collect its e-mails, and send them so often as one.
        together: The full name of the block whose rules count as one, "" where each counts
            for itself.
    """

    quiet: Hours | None = None
    gap: Period | None = None
    cap: Cap | None = None
    digest: DigestRhythm | None = None
    together: str = ""


NO_LIMITS = Limits()
