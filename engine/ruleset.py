"""
What the rule files mean: an immutable Ruleset of rules, credentials and skills.

Names are full here (`pack/id`), phrases are values, and each thing knows the span that an
author wrote it at. The fingerprint is a hash of the meaning: titles, comments, spans and
the order of the files leave it as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from fractions import Fraction

from engine.actions import NO_LIMITS, Action, Limits, is_message, lasts
from engine.dated import ByDate
from engine.design import Design
from engine.facts import NO_FACTS, Facts
from engine.naming import Activity, Course, EventKind, Unit
from engine.source import NOWHERE, Span
from engine.terms import Choice, Group, Leaf, Which
from engine.translation import Translation
from engine.triggers import When
from engine.values import Comparison, LongPeriod, Period


class State(StrEnum):
    """Whether a rule, credential or skill acts."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    When something happens, and if something holds, then act.

    Attributes:
        courses: The full names after `in` of a time trigger, (ANY_COURSE,), or () for none.
        repeat: For spells: ask again so often.
        condition: All of `if`, None where there is none.
        live_from: Before this instant nothing triggers it; None until a loader says.
        share: Live for this share of learners, a draft for the others; None for all.
        earlier: Smaller shares that it was live for before, with the instant of each; a loader
            says them.
        confirm_above: Messages in a day above which a person is asked first, None for never.
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
    share: Fraction | None = None
    earlier: tuple[tuple[Fraction, datetime], ...] = ()
    confirm_above: int | None = None

    @property
    def writes(self) -> bool:
        """Say whether it sends a message."""
        return any(is_message(action) for action in self.then)

    @property
    def holds(self) -> bool:
        """Say whether something of what it does is undone when its `if` stops being true."""
        return any(lasts(action) for action in self.then)


class IfFalls(StrEnum):
    """What becomes of an award whose evidence is taken away."""

    KEEP = "keep"
    REVIEW = "review"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who has to agree to an award: so many different people, of a role (any where it is "")."""

    people: int = 1
    role: str = ""

    def __str__(self) -> str:
        """Write it as an author would."""
        if self.people == 1:
            return self.role or "one person"
        many = f"{self.role}s" if self.role else "people"
        return f"{NUMBERS[self.people]} {many}"


NUMBERS = ("no", "one", "two", "three", "four", "five")
"""How a small number of people is written."""


@dataclass(frozen=True, slots=True)
class Endorsed:
    """Who speaks for a credential: the file in the pack that they have signed."""

    span: Span
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """
    What is awarded, by what criteria, on what evidence.

    Attributes:
        requires: All of the conditions; they are the published criteria.
        evidence_from: Only evidence of this day or later counts.
        expires: So long after the award, to the end of that day on the pack's clock.
        message: A message file, "" for none.
        if_falls: What becomes of an award whose evidence is taken away.
        renew: So long before it expires it can be renewed; None for no renewal.
        expires_with_part: Whether it expires when a part that it rests on does.
        approval: Who has to agree before it is awarded, None for nobody.
        workload: How much work it stands for, such as `50 hours`; this and what follows is told
            to whoever reads it, and asked of nobody.
        assessment: How it was assessed.
        participation: Whether learners were there, online, or both.
        quality_assurance: Who sees to its quality, and how.
        certificate: The full name of how it looks on paper, "" for the pack's.
        endorsed_by: Who speaks for it.
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
    approval: Approval | None = None
    since: date | None = None
    until: date | None = None
    state: State = State.LIVE
    was: str = ""
    replaced_by: str = ""
    if_falls: IfFalls = IfFalls.KEEP
    renew: LongPeriod | None = None
    expires_with_part: bool = False
    workload: str = ""
    assessment: str = ""
    participation: str = ""
    quality_assurance: str = ""
    certificate: str = ""
    endorsed_by: tuple[Endorsed, ...] = ()


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
class Mastery:
    """A threshold and a breadth: `at least 70% from 2 sources`."""

    score: Comparison
    sources: int = 1

    def __str__(self) -> str:
        """Write it as an author would."""
        return f"{self.score} from {self.sources} source{'s' if self.sources != 1 else ''}"


@dataclass(frozen=True, slots=True)
class Level:
    """A named level, and what it asks: always, or by the day of the evidence."""

    name: str
    asks: Mastery | ByDate[Mastery]
    span: Span = NOWHERE

    @property
    def each(self) -> tuple[Mastery, ...]:
        """Give everything that may come to be asked."""
        if isinstance(self.asks, ByDate):
            return tuple(step.value for step in self.asks.steps)
        return (self.asks,)

    def on(self, days: Iterable[date]) -> tuple[Mastery, ...]:
        """Give what is asked of evidence of these days; any one of it will do."""
        asks = self.asks
        if isinstance(asks, ByDate):
            found = [asks.at(day) for day in days]
            return tuple(dict.fromkeys(mastery for mastery in found if mastery is not None))
        return (asks,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """
    What a learner can do, rolled up from weighted evidence or from other skills.

    Attributes:
        sources: Weighted evidence; empty where there are parts.
        parts: Full names of skills, rolled up `by`.
        missing_zero: Count what is missing or unmarked as 0%.
        decays: After each such period evidence counts half of what it did; None for never.
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
    attempt: Which = Choice.BEST
    missing_zero: bool = False
    decays: LongPeriod | None = None
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a pathway: a condition, and whether the pathway needs it; perhaps a title."""

    span: Span
    condition: Leaf | Group
    required: bool
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """
    Steps that lead to a credential.

    Attributes:
        steps: In the order in which they are meant to be taken; at least one is required.
        leads_to: The full name of a credential, "" for none.
    """

    id: str
    span: Span
    title: str
    describes: str
    steps: tuple[Step, ...]
    leads_to: str = ""


DIGEST_AT = time(8)
"""When digests go out, where a pack doesn't say."""


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A pack's own facts.

    Attributes:
        id: Its name.
        zone: The zone used where a learner's is not known, "" for config.toml's.
        language: The language its messages are written in ("in language"), such as `en`.
        attempt: The attempt that its `if`, `requires` and skills mean by default.
        digest_at: The local time at which its digests go out.
        certificate: How its credentials look on paper, unless one says another; "" for our way.
        uses: Names of packs it refers to.
    """

    id: str
    version: str
    title: str = ""
    owner: str = ""
    zone: str = ""
    language: str = "en"
    attempt: Which = Choice.BEST
    uses: tuple[str, ...] = ()
    digest_at: time = DIGEST_AT
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Ruleset:
    """
    Everything in force, by full name.

    Attributes:
        zone: config.toml's zone, where neither learner, course nor pack says one.
        fingerprint: A hash of the meaning, 16 hexadecimal digits.
        certificates: How certificates look; no part of the meaning.
        translations: What things are called in other languages; no part of the meaning.
        categories: The category of each message, by its file's full name.
        facts: Who answers `fact`; no part of the meaning.
    """

    packs: Mapping[str, Pack] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    events: Mapping[str, EventKind] = field(default_factory=dict)
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    skills: Mapping[str, Skill] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    pathways: Mapping[str, Pathway] = field(default_factory=dict)
    certificates: Mapping[str, Design] = field(default_factory=dict)
    translations: tuple[Translation, ...] = ()
    zone: str = "UTC"
    fingerprint: str = ""
    categories: Mapping[str, str] = field(default_factory=dict)
    facts: Facts = field(default=NO_FACTS, compare=False, repr=False)

    def pack_of(self, name: str) -> Pack:
        """Give the pack that a full name belongs to."""
        return self.packs[name.partition("/")[0]]

    def design_of(self, credential: Credential) -> Design | None:
        """Give how a credential looks on paper, None where its author leaves that to us."""
        named = credential.certificate or self.pack_of(credential.id).certificate
        return self.certificates.get(named)
