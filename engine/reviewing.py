"""
Questions that rules put to people: asked once, and acted on when they are answered.

What a rule does besides its `review` waits for the answer. Then the whole rule is asked again,
as after quiet hours: its trigger must still stand and its `if` hold. A rule's deeds are never
undone by an answer that comes late; they are done once.
"""

from enum import StrEnum
from functools import partial

import msgspec

from engine.actions import AskReview
from engine.answers import Conclusion, approvers, conclude
from engine.doing import act, fired
from engine.ledger import WITHDRAWN, Occasion, Review
from engine.outcome import Did, Effect, Kind
from engine.questions import still_stands, whole_verdict
from engine.ruleset import Rule, State
from engine.run import Firing, Run
from engine.source import Span
from engine.timers import word_of
from engine.view import View
from engine.wording import when_shown
from engine.writing import write


class Asks(StrEnum):
    """What an answer decides."""

    RULE = "rule"
    """Whether a rule does the rest of what it says."""
    APPROVAL = "approval"
    """Whether a credential is awarded."""
    EVIDENCE = "evidence"
    """Whether an award stays whose evidence fell."""


PENDING = "review"
"""Why a rule asks nobody: its last question about the same has no answer yet."""


def ask_review(run: Run, key: str, review: Review, span: Span, course: str = "") -> Effect | None:
    """
    Put a question to a person, once; None where it has been asked already.

    This is also the way for whatever else comes to need a person's word: ask with a `kind` of
    your own in Asks, hang the effect on the decision that says why, and take the conclusion in
    `engine.answering.take_answer`, which is called when an answer to the key has come. It may
    have come before the question, so ask `engine.answers.conclude` right after asking as well.

    Args:
        run: The call under way.
        key: The review's name: the same for the same question asked again.
        review: The question.
        span: Where the author wrote that it be asked.
        course: The canonical course, "" if none.
    """
    ledger = run.outcome.record.ledger
    if key in ledger.reviews:
        return None
    ledger.reviews[key] = review
    thing = review.thing.removeprefix("draft ")
    return Effect(
        f"{key}.{Kind.REVIEW.value}",
        Kind.REVIEW,
        thing,
        run.outcome.record.learner,
        thing,
        run.now,
        span,
        course,
        review.occasion.object if review.occasion else "",
        text=review.text,
    )


def question_of(rule: Rule) -> AskReview | None:
    """Give what a rule asks a person, None where it asks nobody."""
    return next((action for action in rule.then if isinstance(action, AskReview)), None)


def ask_person(run: Run, firing: Firing, question: AskReview) -> None:
    """Ask a person about a firing instead of acting."""
    rule, occasion = firing.rule, firing.occasion
    if run.is_draft(rule):
        run.outcome.decisions.append(fired(run, firing, ()))
        return
    reviews = run.outcome.record.ledger.reviews
    if any(_is_same(review, occasion) for review in reviews.values()):
        run.decide(firing, Did.SUPPRESSED, because=PENDING)
        return
    review = Review(Asks.RULE.value, rule.id, question.text, run.now, occasion=occasion)
    effect = ask_review(run, firing.key, review, question.span, occasion.course)
    if effect is not None:
        run.outcome.decisions.append(fired(run, firing, (effect,)))
        answer_rule(run, firing.key, review)


def _is_same(review: Review, occasion: Occasion) -> bool:
    """Say whether a review waits that is of the same spell; two attempts are two occasions."""
    asked = review.occasion
    return (
        asked is not None
        and review.settled is None
        and asked.rule == occasion.rule
        and asked.course == occasion.course
        and not occasion.event
        and asked.key.partition("+")[0] == occasion.key.partition("+")[0]
    )


def answer_rule(run: Run, key: str, review: Review) -> None:
    """Do what a rule's review was about, or not, once enough people have answered."""
    occasion = review.occasion
    found = conclude(key, review, run.outcome.record)
    if occasion is None or review.settled is not None or found is None:
        return
    review.answer, review.settled = found.word, run.now
    rule = run.plan.ruleset.rules.get(review.thing)
    if rule is None or rule.state is State.RETIRED:
        return
    view = run.view(rule.id, occasion.course, occasion.at)
    view.leave_out = key
    stands = partial(still_stands, run, rule, occasion)
    firing = Firing(rule, occasion, key, view, whole_verdict(run, rule, view, stands))
    if not found.approved:
        run.decide(firing, Did.SUPPRESSED, because=str(found))
    elif not firing.verdict.holds:
        because = "if" if stands(view).holds else word_of(rule)
        run.decide(firing, Did.SUPPRESSED, because=because)
    else:
        _do(run, firing, found)


def _do(run: Run, firing: Firing, found: Conclusion) -> None:
    """Act on an approval: deeds at once, messages by their limits at this instant."""
    deeds = act(run, firing) or fired(run, firing, ())
    told = msgspec.structs.replace(deeds, again=True, because=str(found))
    place = len(run.outcome.decisions)
    run.outcome.decisions.insert(place, write(run, firing, told) or told)


def review_told(thing: str, view: View) -> str:
    """Say that a rule or a credential waits for people's word, "" where it does not."""
    record = view.record
    for key, review in reversed(record.ledger.reviews.items()):
        if review.thing != thing or review.at > view.now or review.kind == Asks.EVIDENCE:
            continue
        settled = review.settled
        if review.answer == WITHDRAWN and settled is not None and settled <= view.now:
            return f"QUESTION WITHDRAWN on {when_shown(settled, view.zone)}"
        found = conclude(key, review, record)
        if found is not None and found.approved:
            return ""
        if found is not None:
            return f"NOT APPROVED: {found}, on {when_shown(found.at, view.zone)}"
        waits = "WAITS FOR APPROVAL" if review.kind == Asks.APPROVAL else "WAITS FOR A PERSON"
        so_far = approvers(key, record)
        some = f", approved by {' and '.join(so_far)}" if so_far else ""
        return f"{waits} since {when_shown(review.at, view.zone)}{some}: {review.text}"
    return ""
