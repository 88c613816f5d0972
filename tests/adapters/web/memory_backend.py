"""What stands behind the server of a test: the service's side, in memory."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.badges.publication import Published
from adapters.inbound.received import Received
from adapters.plain.telling import NotForLearnersError
from adapters.reviewing.answering import Answer, AnswerRefusedError, UnknownReviewError
from adapters.reviewing.listed import ReviewDocument, ReviewsDocument
from adapters.store.failures import StoreBusy
from adapters.telling.learner_explaining import UnknownLearnerError
from adapters.web.backend import Count, Readiness, SetAside, Taken
from engine.explain_names import UnknownThingError

REVIEW = ReviewDocument(
    "abc123", "ada", "p/checked", "Award Checked?", datetime(2025, 3, 3, tzinfo=UTC),
    "one person", (), ("e1",), "", None, "",
)  # fmt: skip
NOW = datetime(2025, 3, 3, 12, tzinfo=UTC)


class MemoryBackend:
    """The service's side, as a set of what was taken."""

    def __init__(self) -> None:
        """Begin with nothing taken."""
        self.known: dict[tuple[str, str], Received] = {}
        self.sources: list[str] = []
        self.explained: list[tuple[str, str, datetime | None]] = []
        self.answers: list[Answer] = []
        self.busy = False
        self.broken = False

    def take(self, received: Sequence[Received], arrived: datetime, source: str) -> Taken:
        """Take what can be used, each once; be busy or broken if a test says so."""
        assert NOW == arrived
        if self.busy:
            raise StoreBusy("the database is locked")
        if self.broken:
            raise ZeroDivisionError("a bug")
        accepted = duplicates = 0
        aside: list[SetAside] = []
        for one in received:
            if one.event is None:
                self.sources.append(source)
                aside.append(SetAside(one.id, one.reason))
                continue
            self.sources.append(one.event.source)
            name = (one.event.source, one.id)
            duplicates += name in self.known
            accepted += name not in self.known
            self.known[name] = one
        return Taken(accepted, duplicates, tuple(aside), tuple(one.id for one in received))

    def explain(self, learner: str, thing: str, on: datetime | None) -> bytes:
        """Note what was asked."""
        self.explained.append((learner, thing, on))
        if learner == "nobody":
            raise UnknownLearnerError(learner)
        if thing == "nothing":
            raise UnknownThingError(thing)
        return json.dumps({"learner": learner, "thing": thing}).encode()

    def prove(self, learner: str, thing: str, on: datetime | None, *, html: bool) -> bytes:
        """Note what was asked."""
        self.explained.append((learner, thing, on))
        if thing == "nothing":
            raise NotForLearnersError(thing)
        return b"<p>proof</p>" if html else b'{"headline": "proof"}'

    def published(self, path: str) -> Published | None:
        """Publish a DID document alone."""
        found = Published(b'{"id":"did:web:example"}', "application/did+json")
        return found if path == "/.well-known/did.json" else None

    def reviews(self) -> ReviewsDocument:
        """Nothing waits but one review."""
        return ReviewsDocument(1, (REVIEW,))

    def answer(self, answer: Answer) -> ReviewDocument:
        """Note an answer to the one review."""
        if answer.key != REVIEW.key:
            raise UnknownReviewError(f"no review is called `{answer.key}`")
        if answer.by == "ada":
            raise AnswerRefusedError("nobody answers a review about herself")
        self.answers.append(answer)
        return REVIEW

    def readiness(self) -> Readiness:
        """Be ready unless busy."""
        if self.busy:
            return Readiness(ready=False, because="the database is locked")
        return Readiness(ready=True, ruleset="abc", rules=2, packs=("<one>",))

    def counts(self) -> tuple[Count, ...]:
        """Count what was taken."""
        return (Count("events", len(self.known)),)

    def now(self) -> datetime:
        """Give a fixed time."""
        return NOW
