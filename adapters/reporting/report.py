"""The report as one JSON document."""

import msgspec


class StuckOn(msgspec.Struct):
    """A condition that keeps learners from a credential, and how many."""

    asks: str
    place: str
    learners: int


class CredentialReport(msgspec.Struct):
    """
    A credential.

    Attributes:
        earned: How many learners were ever awarded it.
        held: How many hold it now.
        nearly: How many are one condition away.
        waits: How many wait for a mark.
        stuck_on: What keeps the others from it, the commonest first.
    """

    title: str
    state: str
    earned: int = 0
    held: int = 0
    expired: int = 0
    revoked: int = 0
    nearly: int = 0
    waits: int = 0
    begun: int = 0
    not_begun: int = 0
    stuck_on: list[StuckOn] = []


class Besides(msgspec.Struct):
    """How often a rule fired as what it is not now, and for how many learners."""

    fired: int
    learners: int


class RuleReport(msgspec.Struct):
    """
    A rule, in the words of all reports: what it did, or as a draft what it would have done.

    Attributes:
        learners: For how many learners it acted.
        failed: How many of its messages and calls failed for good.
        messages: How many messages it wrote; for a draft, how many it would have written.
        besides: Of a live rule what it only counted, for learners whom it is not live for and
            while it was a draft; of a draft what it did while it was live. None for nothing.
    """

    title: str
    state: str
    fired: int = 0
    learners: int = 0
    deferred: int = 0
    suppressed: int = 0
    capped: int = 0
    undecided: int = 0
    failed: int = 0
    messages: int = 0
    besides: Besides | None = None


class SkillReport(msgspec.Struct):
    """A skill: how many learners have reached which level, the highest each."""

    title: str
    levels: dict[str, int]
    none: int


class StepReport(msgspec.Struct):
    """
    A step of a pathway.

    Attributes:
        step: In the author's words.
        learners: How many have done it.
        median_days: From the step before (the first: from enrolment or the first sign of life),
            over those who did both; None where nobody did.
    """

    step: str
    place: str
    required: bool
    learners: int
    median_days: float | None


class PathwayReport(msgspec.Struct):
    """A pathway as a funnel: how many are on it, and how far they have come."""

    title: str
    leads_to: str
    learners: int
    steps: list[StepReport]
    completed: int


class Report(msgspec.Struct):
    """
    How it is going.

    Attributes:
        as_of: The instant, RFC 3339.
        since: From when on decisions are counted, "" for all.
        learners: People of whom something is known.
        messages: E-mails by what became of them.
    """

    as_of: str
    since: str
    ruleset: str
    learners: int
    credentials: dict[str, CredentialReport]
    rules: dict[str, RuleReport]
    skills: dict[str, SkillReport]
    pathways: dict[str, PathwayReport]
    messages: dict[str, int]
