"""
`approval`: an award that waits until enough people agree.

The requirements come first: when they are met, people are asked, with the reasons and the
evidence. Who declines ends the round; the next begins when there is newer evidence. Where the
requirements no longer hold, the question is withdrawn with every yes so far, and put anew when
they hold again: nobody's yes counts for evidence that she has not seen. Who agreed has agreed
to that round's award, and to no later one after it has expired or been revoked.
"""

from engine.happening import Happening
from engine.ledger import WITHDRAWN, Review
from engine.outcome import Decision, Did, firing_key
from engine.reviewing import Asks, ask_review
from engine.rounds import Moment, Round, rounds_of, used_up
from engine.ruleset import Credential
from engine.run import Run
from engine.teaching import courses_taught
from engine.verdict import Verdict
from engine.view import View

LAPSED = f"{WITHDRAWN} since the requirements are no longer met"
"""Why a question about an award is withdrawn."""


def is_ever_asked(run: Run, memory: str) -> bool:
    """Say whether anybody was ever asked about a credential."""
    return any(_is_about(review, memory) for review in run.outcome.record.ledger.reviews.values())


def is_agreed(run: Run, credential: Credential, view: View) -> bool:
    """Say whether enough people have agreed to an award while its requirements held."""
    awards = run.outcome.record.ledger.awards.get(credential.id, ())
    return any(
        each.answer is not None and each.answer.approved and used_up(awards, each.answer) is None
        for each in rounds_of(run, credential, credential.id, view)
    )


def ask_or_agree(
    run: Run, credential: Credential, memory: str, view: View, met: Verdict, cause: Happening | None
) -> tuple[Moment, str] | None:
    """
    Ask people about an award, or withdraw the question, as its requirements hold or do not.

    Returns:
        When enough have agreed, and who; None while they have not.
    """
    rounds = rounds_of(run, credential, memory, view)
    last = rounds[-1] if rounds else None
    if last is not None and not last.over:
        _ask(run, credential, memory, last.key, met, cause)
    _settle(run, credential, memory, rounds, met, cause)
    if last is None or last.agreed is None or last.answer is None:
        return None
    awards = run.outcome.record.ledger.awards.get(memory, ())
    if used_up(awards, last.answer) is not None:
        return None
    return last.agreed, str(last.answer)


def ask_draft(run: Run, credential: Credential, memory: str, met: Verdict) -> None:
    """Count, once, that people would be asked about a draft; nobody is."""
    key = firing_key(run.outcome.record.learner, memory, Asks.APPROVAL)
    reviews = run.outcome.record.ledger.reviews
    if key not in reviews:
        reviews[key] = Review(Asks.APPROVAL.value, memory, "", run.now, settled=run.now)
        run.outcome.decisions.append(
            Decision(Did.FIRED, credential.id, run.now, firing=key, verdict=met, draft=True)
        )


def _is_about(review: Review, memory: str) -> bool:
    return review.kind == Asks.APPROVAL and review.thing == memory


def _ask(
    run: Run, credential: Credential, memory: str, key: str, met: Verdict, cause: Happening | None
) -> None:
    """Ask people to agree to an award, once; a question withdrawn in error is put again."""
    approval = credential.approval
    reviews = run.outcome.record.ledger.reviews
    if approval is None:
        return
    if key in reviews and reviews[key].answer == WITHDRAWN:
        del reviews[key]
    evidence = met.all_evidence()
    review = Review(
        Asks.APPROVAL.value,
        memory,
        f"Award {credential.title}?",
        run.now,
        approval.people,
        approval.role,
        evidence=evidence,
        courses=courses_taught(run.plan.ruleset, credential) if approval.role else (),
    )
    effect = ask_review(run, key, review, credential.span)
    if effect is not None:
        run.outcome.decisions.append(
            Decision(
                Did.FIRED,
                credential.id,
                run.now,
                trigger=cause.id if cause else "",
                firing=key,
                because=f"waits for approval: {approval}",
                verdict=met,
                effects=(effect,),
                evidence=evidence,
            )
        )


def _settle(
    run: Run,
    credential: Credential,
    memory: str,
    rounds: list[Round],
    met: Verdict,
    cause: Happening | None,
) -> None:
    """Note, once each, what was answered and what waits no more."""
    answers = {each.key: each.answer for each in rounds if not each.over}
    for key, review in run.outcome.record.ledger.reviews.items():
        if not _is_about(review, memory):
            continue
        answer = answers.get(key)
        if key not in answers:
            if review.answer:
                continue
            review.answer, because, trigger = WITHDRAWN, LAPSED, cause.id if cause else ""
        elif answer is None or review.answer == answer.word:
            continue
        else:
            review.answer, because, trigger = answer.word, str(answer), answer.id
        review.settled = run.now
        if answer is None or not answer.approved:
            run.outcome.decisions.append(
                Decision(
                    Did.SUPPRESSED,
                    credential.id,
                    run.now,
                    trigger=trigger,
                    firing=key,
                    because=because,
                    verdict=met,
                )
            )
