"""Reviews as documents: what `milepost review --json` prints and `GET /reviews` answers."""

from datetime import datetime

import msgspec

from adapters.store.history import DecisionRow
from adapters.store.reviews import ReviewRow
from adapters.store.store import Store
from adapters.telling.verdict_text import VerdictDocument, verdict_document


class ReviewDocument(msgspec.Struct, frozen=True):
    """
    One review.

    Attributes:
        key: Its name, by which it is answered.
        thing: The full name of the rule or credential that asks.
        question: What it asks.
        since: When it was asked.
        who_may: Whose word is asked for: `one person`, `instructor`, `2 instructors`.
        approved: Who has approved so far.
        evidence: Ids of the events that an award would rest on.
        answer: `approved` or `declined`, `withdrawn` where its rule was undone or what it
            asked about is no longer so, "" while it waits.
        settled: When it was answered.
        said: Who answered, and why.
    """

    key: str
    learner: str
    thing: str
    question: str
    since: datetime
    who_may: str
    approved: tuple[str, ...]
    evidence: tuple[str, ...]
    answer: str
    settled: datetime | None
    said: str


class ReviewsDocument(msgspec.Struct, frozen=True):
    """What waits: how many, and the oldest of them."""

    waiting: int
    reviews: tuple[ReviewDocument, ...]


class ReviewShown(msgspec.Struct, frozen=True):
    """One review with the reasons for which it was asked, None where they are not known."""

    review: ReviewDocument
    reasons: VerdictDocument | None


def review_document(row: ReviewRow) -> ReviewDocument:
    """Give a review as a document."""
    return ReviewDocument(
        row.key,
        row.learner,
        row.thing,
        row.text,
        row.at,
        row.who_may,
        row.approved,
        row.evidence,
        row.answer,
        row.settled,
        row.said,
    )


def waiting(store: Store, limit: int) -> ReviewsDocument:
    """Give what waits for an answer, the oldest first."""
    rows = store.reviews.waiting(limit=limit)
    return ReviewsDocument(store.reviews.number_waiting(), tuple(map(review_document, rows)))


def asked_by(store: Store, row: ReviewRow) -> DecisionRow | None:
    """Give the decision by which a review was asked."""
    decisions = store.history.decisions_of(row.learner, row.thing)
    return next((d for d in decisions if d.firing == row.key and d.verdict is not None), None)


def shown(store: Store, row: ReviewRow) -> ReviewShown:
    """Give a review with its reasons."""
    decision = asked_by(store, row)
    reasons = verdict_document(decision.verdict) if decision and decision.verdict else None
    return ReviewShown(review_document(row), reasons)
