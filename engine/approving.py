"""
`approval`: an award that waits until enough people agree.

The requirements come first: when they are met, people are asked, with the reasons and the
evidence. Who declines ends the round; the next begins when there is newer evidence. Where the
requirements stop being met the question is withdrawn with all that was said to it, and put anew
when they are met again: nobody agrees to evidence that she was not shown. Who agreed has agreed
to that round's award, and to no later one after it has expired or been revoked.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.answers import Conclusion, conclude
from engine.calendar import Micros
from engine.conditions import group_answer
from engine.evidence import moments
from engine.happening import Happening
from engine.ledger import WITHDRAWN, Review
from engine.outcome import Decision, Did, firing_key
from engine.reviewing import Asks, ask_review
from engine.ruleset import Credential
from engine.run import Run
from engine.teaching import courses_taught
from engine.verdict import Answer, Verdict
from engine.view import LAST, View

NO_LONGER_MET = "the requirements are no longer met"


def _rounds(run: Run, memory: str) -> Iterator[tuple[str, Review, Conclusion | None]]:
    """Yield the approvals of a credential that were asked for, in order, with their answers."""
    record = run.outcome.record
    for key, review in record.ledger.reviews.items():
        if review.kind == Asks.APPROVAL and review.thing == memory:
            yield key, review, conclude(key, review, record)


def is_ever_asked(run: Run, memory: str) -> bool:
    """Say whether anybody was ever asked about a credential."""
    return any(True for _ in _rounds(run, memory))


def is_waiting(run: Run, memory: str) -> bool:
    """Say whether a question about a credential waits for its answer."""
    return any(
        found is None and review.answer != WITHDRAWN for _, review, found in _rounds(run, memory)
    )


def agreement(run: Run, credential: Credential, memory: str, view: View) -> Conclusion | None:
    """
    Give the agreement that stands, None where there is none or its award has ended.

    It stands if the requirements were met all the while, from the question to the last word.

    Args:
        run: The call under way.
        credential: What is asked about.
        memory: The credential, as the ledger names it.
        view: The learner, with the evidence and the parts that count.
    """
    for _, review, found in _rounds(run, memory):
        if found is None or not found.approved or review.answer == WITHDRAWN:
            continue
        if not _is_used_up(run, memory, found) and _stood(run, credential, view, review, found):
            return found
    return None


def _stood(run: Run, credential: Credential, view: View, review: Review, found: Conclusion) -> bool:
    """Say whether what people were asked about was so until they had answered."""
    looking = replace(view, later=[])
    first, last = min(review.at, found.since), found.at
    if not group_answer(credential.requires, looking.at(last, LAST)).holds:
        return False
    between = [m for m in moments(run.plan, credential, view) if (first, "") <= m <= (last, LAST)]
    return all(
        group_answer(credential.requires, looking.at(*moment)).answer is not Answer.NO
        for moment in between
    )


def _is_used_up(run: Run, memory: str, found: Conclusion) -> bool:
    awards = run.outcome.record.ledger.awards.get(memory, ())
    return any(
        award.ended is not None and award.ended_by != WITHDRAWN and award.at >= found.at
        for award in awards
    )


def is_to_be_asked(run: Run, memory: str, newest: Callable[[], Micros]) -> bool:
    """
    Say whether people are to be asked about an award whose requirements are met.

    Args:
        run: The call under way, in which no agreement stands.
        memory: The credential, as the ledger names it.
        newest: Gives the time of the newest evidence.
    """
    rounds = [found for _, review, found in _rounds(run, memory) if review.answer != WITHDRAWN]
    if not rounds:
        return True
    if None in rounds:
        return False
    last = max((found for found in rounds if found), key=lambda found: found.at)
    return last.approved or newest() > last.at


def ask_approval(
    run: Run, credential: Credential, memory: str, met: Verdict, cause: Happening | None
) -> None:
    """Ask people to agree to an award."""
    approval = credential.approval
    if approval is None:
        return
    number = sum(1 for _ in _rounds(run, memory)) + 1
    key = firing_key(run.outcome.record.learner, memory, Asks.APPROVAL, str(number))
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


def withdraw(
    run: Run, credential: Credential, memory: str, met: Verdict, cause: Happening | None
) -> None:
    """Take back a question that waits, and what was said to it: there is nothing to agree to."""
    for key, review, found in _rounds(run, memory):
        if found is None and review.answer != WITHDRAWN:
            review.answer, review.settled = WITHDRAWN, run.now
            run.outcome.decisions.append(
                Decision(
                    Did.SUPPRESSED,
                    credential.id,
                    run.now,
                    trigger=cause.id if cause else "",
                    firing=key,
                    because=f"{WITHDRAWN} since {NO_LONGER_MET}",
                    verdict=met,
                )
            )


def ask_draft(run: Run, credential: Credential, memory: str, met: Verdict) -> None:
    """Count, once, that people would be asked about a draft; nobody is."""
    key = firing_key(run.outcome.record.learner, memory, Asks.APPROVAL)
    reviews = run.outcome.record.ledger.reviews
    if key not in reviews:
        reviews[key] = Review(Asks.APPROVAL.value, memory, "", run.now, settled=run.now)
        run.outcome.decisions.append(
            Decision(Did.FIRED, credential.id, run.now, firing=key, verdict=met, draft=True)
        )


def tell_declined(run: Run, credential: Credential, memory: str, met: Verdict) -> None:
    """Note, once, that somebody declined; and what is settled."""
    for key, review, found in _rounds(run, memory):
        if found is None or review.answer in (found.word, WITHDRAWN):
            continue
        review.answer, review.settled = found.word, run.now
        if not found.approved:
            run.outcome.decisions.append(
                Decision(
                    Did.SUPPRESSED,
                    credential.id,
                    run.now,
                    trigger=found.id,
                    firing=key,
                    because=str(found),
                    verdict=met,
                )
            )
