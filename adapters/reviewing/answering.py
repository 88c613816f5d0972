"""
A person's answer to a review becomes an event of the learner's, like all that is known of her.

The door checks who answers: with `approval: instructor` only people whom enrolments name as
instructors. The event is kept whatever comes of it, and an answer that is given twice is one.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from adapters.inbound.native import decode
from adapters.inbound.received import REVIEWS, Take, text_problem
from adapters.store.reviews import ReviewRow
from adapters.store.store import Store
from engine.answers import BECAUSE, BY
from engine.events import Word
from engine.ledger import WITHDRAWN
from engine.record import REVIEW

SHORTEST = 6
"""Digits of a key that name a review, where no other begins with them."""


class AnswerRefusedError(Exception):
    """The answer is none; the message is a sentence for who gave it."""


class UnknownReviewError(AnswerRefusedError):
    """There is no such review."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says to a review: approve it or not, who she is, and why."""

    key: str
    approves: bool
    by: str
    because: str = ""


def review_named(store: Store, key: str) -> ReviewRow:
    """
    Find a review by its key, or by the key's first digits.

    Raises:
        UnknownReviewError: There is none, or several begin so.
    """
    found = store.reviews.named(key) if len(key) >= SHORTEST else ()
    if not found:
        raise UnknownReviewError(f"no review is called `{key[:60]}`")
    if len(found) > 1 and found[0].key != key:
        raise UnknownReviewError(f"several reviews begin with `{key}`; write more of it")
    return found[0]


def answer(store: Store, take: Take, said: Answer, now: datetime) -> ReviewRow:
    """
    Answer a review; what follows is committed.

    Args:
        store: The database.
        take: Takes the event in.
        said: The answer.
        now: The service's clock.

    Returns:
        The review as it stands then.

    Raises:
        UnknownReviewError: There is no such review.
        AnswerRefusedError: It is answered already, or this person's word does not count.
    """
    review = review_named(store, said.key)
    by = " ".join(said.by.split())
    _check(store, review, by, said.because)
    word = Word.APPROVED if said.approves else Word.DECLINED
    who = sha256(by.casefold().encode()).hexdigest()[:16]
    event = {
        "id": f"{review.key}.{word.value}.{who}",
        "time": now.isoformat(),
        "learner": review.learner,
        "is": word.value,
        "object": REVIEW + review.key,
        "fields": {BY: by, BECAUSE: said.because},
    }
    take(decode(msgspec.json.encode(event), REVIEWS, now), now, REVIEWS)
    return review_named(store, review.key)


def _check(store: Store, review: ReviewRow, by: str, because: str) -> None:
    """Refuse an answer that can't count."""
    if review.answer == WITHDRAWN:
        raise AnswerRefusedError(
            "it is withdrawn: what it asked about is no longer so, or was undone"
        )
    if review.answer:
        raise AnswerRefusedError(f"it is answered already: {review.said}")
    if not by:
        raise AnswerRefusedError("say who answers")
    for name, text in ((BY, by), (BECAUSE, because)):
        if problem := text_problem(name, text):
            raise AnswerRefusedError(problem)
    record = store.record_of(review.learner)
    email = record.said("email") if record else ""
    if by.casefold() in (review.learner.casefold(), email.casefold()):
        raise AnswerRefusedError("nobody answers a review about herself")
    if by.casefold() in map(str.casefold, review.approved):
        raise AnswerRefusedError(f"{by} has approved it already, and counts once")
    if not review.role:
        return
    asked = record.ledger.reviews.get(review.key) if record else None
    courses = asked.courses if asked else ()
    known = store.reviews.people_with(review.role, courses)
    if by not in known:
        there = f"; there are {', '.join(known[:12])}" if known else ""
        where = " or ".join(courses) or "a course"
        raise AnswerRefusedError(f"no enrolment says that {by} is {review.role} of {where}{there}")
