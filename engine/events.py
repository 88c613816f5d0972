"""
What an LMS may say of a learner: one strictly typed event.

Adapters turn other people's JSON into these; nothing untyped comes near a rule. Words that
the language knows have a meaning here; any other word is a platform's own event, which a
pack may name under `events:`.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import gcd

import msgspec


class Word(StrEnum):
    """The event words of the language, as an event's `is` says them."""

    VIEWED = "viewed"
    STARTED = "started"
    SUBMITTED = "submitted"
    GRADED = "graded"
    PASSED = "passed"
    FAILED = "failed"
    COMPLETED = "completed"
    FEEDBACK_GIVEN = "feedback given"
    EXCUSED = "excused"
    """Somebody let the learner off an activity."""
    POSTED = "posted"
    REPLIED = "replied"
    ANSWERED = "answered"
    """Somebody else replied in a thread that the learner began."""
    BOOKED = "booked"
    ATTENDED = "attended"
    MISSED = "missed"
    ENTERED = "entered"
    ENROLLED = "enrolled"
    UNENROLLED = "unenrolled"
    AWARDED = "awarded"
    REVOKED = "revoked"
    EXPIRED = "expired"
    RENEWED = "renewed"
    REACHED = "reached"
    JOINED = "joined"
    LEFT = "left"
    CHOSEN = "chosen"
    CREATED = "created"
    SUSPENDED = "suspended"
    LOGGED_IN = "logged in"
    RESTORED = "restored"
    """A suspension lifted, or an award given back."""
    PROFILE = "profile"
    """What is known of the learner herself: name, address, zone, language."""
    APPROVED = "approved"
    DECLINED = "declined"
    """A person's answer to a review: `object` names it, and `fields` say by whom and because."""
    DUE = "due"
    """When an object is due: for the learner alone, for a group of hers, or for everybody."""


NOT_BY_THE_LEARNER = frozenset(
    {
        Word.GRADED,
        Word.FEEDBACK_GIVEN,
        Word.EXCUSED,
        Word.ANSWERED,
        Word.MISSED,
        Word.ENROLLED,
        Word.UNENROLLED,
        Word.AWARDED,
        Word.REVOKED,
        Word.EXPIRED,
        Word.RENEWED,
        Word.REACHED,
        Word.JOINED,
        Word.LEFT,
        Word.CREATED,
        Word.SUSPENDED,
        Word.RESTORED,
        Word.PROFILE,
        Word.APPROVED,
        Word.DECLINED,
        Word.DUE,
    }
)
"""Words that say what somebody else did: they do not end a learner's silence."""

PERSON_WORDS = frozenset({Word.ENROLLED, Word.UNENROLLED, Word.PROFILE})
"""Words that change who the learner is: roles, profile, enrolments."""

IMPLY_SUBMITTED = frozenset(
    {Word.SUBMITTED, Word.GRADED, Word.PASSED, Word.FAILED, Word.FEEDBACK_GIVEN}
)
"""Words (beside any score) that say an attempt was handed in."""


ANSWERS: frozenset[str] = frozenset({Word.APPROVED, Word.DECLINED})
"""Words by which a person answers a review."""


OPPOSITE: dict[str, str] = {Word.MISSED: Word.ATTENDED, Word.ATTENDED: Word.MISSED}
"""Words of sessions, each with the one that ends a row of it."""


AHEAD = timedelta(minutes=5)
"""How far a sender's clock may run ahead."""


class Score(msgspec.Struct, frozen=True, array_like=True):
    """
    A mark: raw points in a range, or a fraction of one where an LMS tells only that.

    Attributes:
        raw: The points, None if only the fraction is known.
        low: The least points.
        high: The most points, None if unknown; then there is no fraction of raw points.
        given: The fraction as the sender computed it, used only where raw or high is absent.
    """

    raw: Decimal | None = None
    low: Decimal = Decimal(0)
    high: Decimal | None = None
    given: Decimal | None = None

    @property
    def fraction(self) -> Fraction | None:
        """Give (raw - low) / (high - low) exactly, None where it is not known."""
        ratio = self.ratio
        return None if ratio is None else Fraction(*ratio)

    @property
    def ratio(self) -> tuple[int, int] | None:
        """Give the fraction as two whole numbers without a common factor."""
        if self.raw is None or self.high is None or self.high <= self.low:
            return None if self.given is None else self.given.as_integer_ratio()
        raw, raw_part = self.raw.as_integer_ratio()
        low, low_part = self.low.as_integer_ratio()
        high, high_part = self.high.as_integer_ratio()
        over = (raw * low_part - low * raw_part) * high_part
        under = (high * low_part - low * high_part) * raw_part
        factor = gcd(over, under)
        return over // factor, under // factor


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """
    One thing that happened to one learner.

    Attributes:
        id: Unique within its source; a redelivery has the same.
        time: When it happened, aware, in UTC.
        learner: Whose record it changes (not who did it).
        word: What happened: a Word, or a platform's own event name or verb IRI.
        object: The LMS's name of what it happened to, "" for the learner herself.
        course: The LMS's name of the course, "" if not said.
        verb: The sender's own name of the event (an xAPI verb IRI), "" where `word` is it.
        score: The mark, if any.
        attempt: The LMS's name of the attempt, "" if not said.
        criteria: Marks of single rows of a rubric, by name.
        undone: True where this takes an earlier event of the same word back.
        role: In `enrolled`: the role, "" for a learner.
        due: In `due`: the due time; None where the day stands in `fields`, or the date is gone.
        fields: What a profile says, or further facts that packs name; names and texts. In
            `due`: `group` or `for`, whose date it is, and `day`. Of a forum: the `thread`.
        source: Who sent it; ids are unique within it.
    """

    id: str
    time: datetime
    learner: str
    word: str
    object: str = ""
    course: str = ""
    verb: str = ""
    score: Score | None = None
    attempt: str = ""
    criteria: tuple[tuple[str, Score], ...] = ()
    undone: bool = False
    role: str = ""
    due: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse naive times: an instant without a zone is none."""
        if self.time.tzinfo is None or (self.due is not None and self.due.tzinfo is None):
            message = f"event {self.id}: its time has no zone"
            raise ValueError(message)

    @property
    def order(self) -> tuple[datetime, str]:
        """Give the key by which events of one learner are taken."""
        return (self.time, self.id)


def as_arrived(event: Event, now: datetime) -> Event:
    """Give an event that lies more than five minutes in the future the time of its arrival."""
    return msgspec.structs.replace(event, time=now) if event.time > now + AHEAD else event
