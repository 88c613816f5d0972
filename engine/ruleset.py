"""
What the rule files mean: an immutable Ruleset of rules, credentials and skills.

Names are full here (`pack/id`), phrases are values, and each thing knows the span that an
author wrote it at. The fingerprint is a hash of the meaning: titles, comments, spans and
the order of the files leave it as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from fractions import Fraction

from engine.source import NOWHERE, Span
from engine.values import ONCE, Comparison, Count, Hours, LongPeriod, Period


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
    GROUP = "group"
    COHORT = "cohort"
    EVENT = "event"
    LEARNER = "learner"


ACTIVITY_NOUNS = frozenset(
    {Noun.ACTIVITY, Noun.QUIZ, Noun.ASSIGNMENT, Noun.FORUM, Noun.SESSION, Noun.UNIT}
)
"""Nouns of things in the LMS; `activity` may name any of them."""


class State(StrEnum):
    """Whether a rule, credential or skill acts."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


# --- what packs name ---------------------------------------------------------------------


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


# --- conditions --------------------------------------------------------------------------


class Choice(StrEnum):
    """Which attempt a leaf speaks of."""

    BEST = "best"
    LATEST = "latest"
    FIRST = "first"
    AVERAGE = "average"


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
        score: What the score must be.
        criterion: The row of the rubric that the score is of, "" for the whole.
        attempts: How many submitted attempts there must be.
        times: How many matching events there must be.
        level: For a skill: the least level.
        attempt: Which attempt is meant; None for the default (in `when` the event's own).
        happened: When it must have happened.
        lasting: In `for`: how long the state must have lasted.
        where: Further facts of an event: names and texts.
    """

    span: Span
    noun: Noun
    name: str = ""
    course: str = ""
    word: str = ""
    score: Comparison | None = None
    criterion: str = ""
    attempts: Count | None = None
    times: Count = ONCE
    level: str = ""
    attempt: Choice | None = None
    happened: Happened | None = None
    lasting: Period | None = None
    where: tuple[tuple[str, str], ...] = ()


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


Condition = Leaf | HasRole | HasProfile | EnrolledFor | BetweenDates | OnWeekdays | Group


# --- when --------------------------------------------------------------------------------


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
    OnState | OnInactive | OnDue | OnOverdue | OnEnrolled | OnCourseDate | OnEvery | OnDate
)
When = OnEvent | TimeTrigger

ANY_COURSE = "*"
"""In a trigger's courses: inactive in all of them, enrolled in each."""


# --- then --------------------------------------------------------------------------------


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


# --- limits ------------------------------------------------------------------------------


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


# --- the three blocks --------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    When something happens, and if something holds, then act.

    Attributes:
        courses: The full names after `in` of a time trigger, (ANY_COURSE,), or () for none.
        repeat: For spells: ask again so often.
        condition: All of `if`, None where there is none.
        live_from: Before this instant nothing triggers it; None until a loader says.
    """

    id: str
    span: Span
    title: str
    when: When
    then: tuple[Action, ...]
    why: str = ""
    courses: tuple[str, ...] = ()
    repeat: Period | None = None
    condition: Group | None = None
    limits: Limits = NO_LIMITS
    catch_up: bool = False
    since: date | None = None
    until: date | None = None
    state: State = State.LIVE
    was: str = ""
    replaced_by: str = ""
    live_from: datetime | None = None

    @property
    def writes(self) -> bool:
        """Say whether it sends a message."""
        return any(isinstance(action, Email) for action in self.then)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """
    What is awarded, by what criteria, on what evidence.

    Attributes:
        requires: All of the conditions; they are the published criteria.
        evidence_from: Only evidence of this day or later counts.
        expires: So long after the award, to the end of that day on the pack's clock.
        message: A message file, "" for none.
    """

    id: str
    span: Span
    title: str
    describes: str
    requires: Group
    evidence_from: date | None = None
    show_as_evidence: tuple[str, ...] = ()
    framework_level: str = ""
    credits: str = ""
    aligns: tuple[str, ...] = ()
    image: str = ""
    expires: LongPeriod | None = None
    message: str = ""
    announce_backfill: bool = False
    since: date | None = None
    until: date | None = None
    state: State = State.LIVE
    was: str = ""
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a skill's evidence: a leaf (what, perhaps a criterion) and its weight."""

    leaf: Leaf
    weight: Fraction


class RollUp(StrEnum):
    """How a skill is made of its parts."""

    WEAKEST = "weakest"
    MEAN = "mean"
    STRONGEST = "strongest"


@dataclass(frozen=True, slots=True)
class Level:
    """A named level: a threshold and a breadth."""

    name: str
    score: Comparison
    sources: int = 1
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """
    What a learner can do, rolled up from weighted evidence or from other skills.

    Attributes:
        sources: Weighted evidence; empty where there are parts.
        parts: Full names of skills, rolled up `by`.
        missing_zero: Count what is missing or unmarked as 0%.
        levels: From the lowest to the highest, as written.
    """

    id: str
    span: Span
    title: str
    describes: str
    sources: tuple[Source, ...] = ()
    parts: tuple[str, ...] = ()
    by: RollUp = RollUp.WEAKEST
    aligns: tuple[str, ...] = ()
    attempt: Choice = Choice.BEST
    missing_zero: bool = False
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A pack's own facts.

    Attributes:
        id: Its name.
        zone: The zone used where a learner's is not known, "" for config.toml's.
        language: The language its messages are written in ("in language"), such as `en`.
        attempt: The attempt that its `if`, `requires` and skills mean by default.
        uses: Names of packs it refers to.
    """

    id: str
    version: str
    title: str = ""
    owner: str = ""
    zone: str = ""
    language: str = "en"
    attempt: Choice = Choice.BEST
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruleset:
    """
    Everything in force, by full name.

    Attributes:
        zone: config.toml's zone, where neither learner, course nor pack says one.
        fingerprint: A hash of the meaning, 16 hexadecimal digits.
    """

    packs: Mapping[str, Pack] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)
    events: Mapping[str, EventKind] = field(default_factory=dict)
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    skills: Mapping[str, Skill] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    zone: str = "UTC"
    fingerprint: str = ""

    def pack_of(self, name: str) -> Pack:
        """Give the pack that a full name belongs to."""
        return self.packs[name.partition("/")[0]]
