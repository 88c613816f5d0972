"""
The service as HTTP sees it: a few questions, each answered on a thread of its own.

The web's side knows no database and no rules, so that its tests can say how a store that is
busy or full looks from outside.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from adapters.badges.publication import Published
from adapters.inbound.received import Received
from adapters.reviewing.answering import Answer
from adapters.reviewing.listed import ReviewDocument, ReviewsDocument


class SetAside(msgspec.Struct, frozen=True):
    """One event that could not be used; `reason` is a code and a sentence."""

    id: str
    reason: str


class Taken(msgspec.Struct, frozen=True):
    """
    What became of a request's events; all of it is committed.

    Attributes:
        accepted: How many are new and were decided.
        duplicates: How many were known already; they change nothing.
        quarantined: Those that could not be used, with reasons; they are kept.
        ids: The ids of all, in the order of the request.
    """

    accepted: int
    duplicates: int
    quarantined: tuple[SetAside, ...]
    ids: tuple[str, ...]


class Refusal(msgspec.Struct, frozen=True):
    """A mistake in the packs, because of which an older ruleset stays in force."""

    place: str
    code: str
    message: str
    hint: str = ""


class Readiness(msgspec.Struct, frozen=True):
    """
    Whether events would be taken, and by which rules.

    Attributes:
        ready: Whether they would.
        because: Why not, "" if they would.
        ruleset: The fingerprint of the ruleset in force.
        since: Since when it is.
        rules: How many rules it has.
        credentials: How many credentials.
        packs: The names of its packs.
        refused: What is wrong with newer files, for which reason they are not in force.
    """

    ready: bool
    because: str = ""
    ruleset: str = ""
    since: datetime | None = None
    rules: int = 0
    credentials: int = 0
    packs: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Count(msgspec.Struct, frozen=True):
    """One number on the page, with what it counts."""

    what: str
    number: int


class Backend(Protocol):
    """What HTTP asks of the service. Every call may block, and comes from any thread."""

    def take(self, received: Sequence[Received], arrived: datetime, source: str) -> Taken:
        """
        Store and decide events of a source; whatever is returned is committed.

        Raises:
            StoreBusy: Nothing is stored and the sender shall come again.
        """
        ...

    def explain(self, learner: str, thing: str, on: datetime | None) -> bytes:
        """
        Say in JSON why a learner has something or fires a rule, or why not.

        Raises:
            UnknownThingError: The rules know no such thing.
            UnknownLearnerError: Nothing is known of the learner.
        """
        ...

    def prove(self, learner: str, thing: str, on: datetime | None, *, html: bool) -> bytes:
        """
        Tell a learner herself why she has a credential or a skill, or not: JSON, or a page.

        Raises:
            UnknownLearnerError: Nothing is known of the learner.
            UnknownThingError: No thing has that name.
            NotForLearnersError: It is no credential and no skill.
        """
        ...

    def published(self, path: str) -> Published | None:
        """Give what the issuer publishes at a path, None where there is nothing."""
        ...

    def reviews(self) -> ReviewsDocument:
        """Give what waits for a person, the oldest hundred."""
        ...

    def answer(self, answer: Answer) -> ReviewDocument:
        """
        Answer a review; what follows is committed.

        Raises:
            UnknownReviewError: There is none of that key.
            AnswerRefusedError: It is answered already, or this person's word does not count.
            StoreBusy: Nothing is stored.
        """
        ...

    def readiness(self) -> Readiness:
        """Say whether events would be taken."""
        ...

    def counts(self) -> tuple[Count, ...]:
        """Give the numbers for the page."""
        ...

    def now(self) -> datetime:
        """Give the service's time."""
        ...
