"""An answer to a review has come: whoever asked is told."""

from engine.answers import conclude
from engine.awards import ask_credential
from engine.ending import fall
from engine.happening import Happening
from engine.ledger import Review
from engine.reviewing import Asks, answer_rule
from engine.run import Run


def take_answer(run: Run, key: str, happening: Happening) -> None:
    """Act on an answer; one whose question has not been asked yet is kept until it is."""
    review = run.outcome.record.ledger.reviews.get(key)
    if review is None:
        return
    match review.kind:
        case Asks.RULE:
            answer_rule(run, key, review)
        case Asks.APPROVAL:
            ask_credential(run, review.thing, happening)
        case Asks.EVIDENCE:
            _answer_revocation(run, key, review, happening)
        case _:
            pass


def _answer_revocation(run: Run, key: str, review: Review, happening: Happening) -> None:
    """Revoke an award whose evidence fell, once a person says so; else it stays."""
    found = conclude(key, review, run.outcome.record)
    if found is None or review.answer:
        return
    review.answer, review.settled = found.word, run.now
    if found.approved:
        fall(run, review.thing, str(found), happening)
