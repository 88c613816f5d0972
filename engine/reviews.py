"""What a person is asked about a learner's credential whose evidence fell."""

from engine.evidence import is_met
from engine.happening import Happening
from engine.ledger import WITHDRAWN, Award, Review
from engine.outcome import Decision, Did, firing_key
from engine.reviewing import Asks, ask_review
from engine.ruleset import Credential, State
from engine.run import Run
from engine.view import View


def ask_to_revoke(run: Run, credential: Credential, because: str, cause: Happening | None) -> None:
    """
    Ask a person whether an award is to be revoked; the award stays until somebody says so.

    A question that has no answer yet is not put again. The answer is in engine/answering.py.
    """
    if credential.state is State.DRAFT:
        return
    name = credential.id
    asked = [
        review
        for review in run.outcome.record.ledger.reviews.values()
        if review.kind == Asks.EVIDENCE and review.thing == name
    ]
    if any(not review.answer for review in asked):
        return
    key = firing_key(run.outcome.record.learner, name, Asks.EVIDENCE, str(len(asked) + 1))
    text = f"Revoke {credential.title}? {because.capitalize()}."
    effect = ask_review(run, key, Review(Asks.EVIDENCE.value, name, text, run.now), credential.span)
    if effect is not None:
        run.outcome.decisions.append(
            Decision(
                Did.FIRED,
                name,
                run.now,
                trigger=cause.id if cause else "",
                firing=key,
                because=because,
                effects=(effect,),
            )
        )


def withdraw_if_returned(run: Run, credential: Credential, award: Award, view: View) -> None:
    """Take a question back that nobody has answered, once the evidence is there again."""
    waiting = [
        review
        for review in run.outcome.record.ledger.reviews.values()
        if review.kind == Asks.EVIDENCE and review.thing == credential.id and not review.answer
    ]
    if waiting and is_met(run.plan, credential, award, view):
        for review in waiting:
            review.answer, review.settled = WITHDRAWN, run.now
