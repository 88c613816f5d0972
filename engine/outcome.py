"""What follows from one trigger: decisions with their verdicts, effects, and when to look again."""

from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

import msgspec

from engine.calendar import Micros
from engine.record import Record
from engine.source import Span
from engine.verdict import Verdict


class Did(StrEnum):
    """What a rule, a credential or a skill did; the same words in every report."""

    FIRED = "fired"
    DEFERRED = "deferred"
    SUPPRESSED = "suppressed"
    CAPPED = "capped"
    UNDECIDED = "undecided"
    AWARDED = "awarded"
    REVOKED = "revoked"
    EXPIRED = "expired"
    RENEWED = "renewed"
    RESTORED = "restored"
    """An award came back: its evidence returned, or a revocation was taken back."""
    REACHED = "reached"
    UNDONE = "undone"
    """A person took back what a rule had done."""
    FAILED = "failed"
    """Of an effect, told by the outbox and never by a decision."""


class Kind(StrEnum):
    """What an effect does in the world."""

    EMAIL = "email"
    RELEASE = "release"
    LOCK = "lock"
    RECOMMEND = "recommend"
    GROUP = "group"
    UNGROUP = "ungroup"
    COHORT = "cohort"
    UNCOHORT = "uncohort"
    ENROL = "enrol"
    UNENROL = "unenrol"
    WEBHOOK = "webhook"
    REVIEW = "review"
    """A question to a person; nothing leaves."""
    CHOOSE = "choose"
    ANNOUNCE = "announce"
    """An event for other rules; nothing leaves."""
    LMS_MESSAGE = "lms message"
    BANNER = "banner"

    @property
    def action(self) -> str:
        """Give the author's word for it: taking out of a group is `group` with `remove`."""
        match self:
            case Kind.UNGROUP:
                return Kind.GROUP.value
            case Kind.UNCOHORT:
                return Kind.COHORT.value
            case _:
                return self.value


WITHIN = frozenset({Kind.REVIEW, Kind.ANNOUNCE})
"""Effects that stay within Milepost: nothing is told to an LMS or to anybody."""

MESSAGES = frozenset({Kind.EMAIL, Kind.LMS_MESSAGE, Kind.BANNER})
"""Effects that write to somebody."""

UNDONE_BY = {
    Kind.RELEASE: Kind.LOCK,
    Kind.GROUP: Kind.UNGROUP,
    Kind.COHORT: Kind.UNCOHORT,
    Kind.ENROL: Kind.UNENROL,
}
"""What gives and what takes back; in one round giving beats taking."""


class Effect(msgspec.Struct, frozen=True):
    """
    Something to do in the world, once.

    Attributes:
        key: The same for the same thing decided again; the outbox is unique by it.
        kind: What to do.
        target: The message file, the activity, the group, the cohort, the course, the event or
            the webhook, by full name; several activities with `, ` between; DIGEST for a digest.
        learner: To whom it is done.
        by: The rule or credential that decided it.
        course: The trigger's canonical course, "" if none.
        object: The canonical object of the trigger, "" if none.
        score: The mark of the trigger's attempt, if any.
        to: For an e-mail: `learner` or a role.
        cc: For an e-mail: further roles or addresses.
        reply_to: For an e-mail, "" for none.
        at: The instant of the decision.
        due: For a trigger with a due time.
        span: Where the author asked for it.
        go_to: For a banner: the activity that it leads to, "" for none.
        items: For a digest: the e-mails that are collected in it.
        text: For a review: the question.
    """

    key: str
    kind: Kind
    target: str
    learner: str
    by: str
    at: Micros
    span: Span
    course: str = ""
    object: str = ""
    score: Fraction | None = None
    to: str = "learner"
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    due: Micros | None = None
    credential: str = ""
    go_to: str = ""
    items: tuple["Effect", ...] = ()
    text: str = ""


DIGEST = "digest"
"""In place of a message file: what follows is collected in one message."""


class Decision(msgspec.Struct, frozen=True):
    """
    One thing decided.

    Attributes:
        did: What.
        thing: The full name of the rule, credential or skill.
        at: The instant.
        course: The trigger's canonical course, "" if none.
        trigger: The event's id, or what time trigger it was, in words.
        firing: The key of the firing that it belongs to.
        because: For suppressed, capped and the like: one word or phrase.
        until: For deferred: when it will be asked again; for an award: when it expires.
        verdict: Why.
        effects: What it does; empty for drafts.
        evidence: For an award: ids of events.
        level: For a skill: the level reached.
        draft: True where it is only counted.
        again: True where the firing was counted before (a deferred message that goes now).
    """

    did: Did
    thing: str
    at: Micros
    course: str = ""
    trigger: str = ""
    firing: str = ""
    because: str = ""
    until: Micros | None = None
    verdict: Verdict | None = None
    effects: tuple[Effect, ...] = ()
    evidence: tuple[str, ...] = ()
    level: str = ""
    draft: bool = False
    again: bool = False


class Outcome(msgspec.Struct):
    """
    All that follows from one trigger.

    Attributes:
        record: The learner's record afterwards.
        decisions: In the order they were made.
        timers: When to look again, by timer; None where a timer is no longer needed.
    """

    record: Record
    decisions: list[Decision] = []
    timers: dict[str, Micros | None] = {}

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Give the effects of all decisions, in order."""
        return tuple(effect for decision in self.decisions for effect in decision.effects)


def firing_key(*parts: str) -> str:
    """Give the short name of a firing: a hash of what makes it one thing."""
    return sha256("\n".join(parts).encode()).hexdigest()[:24]
