"""Why a learner holds a credential, or why not yet: its criteria, and the fewest that lack."""

from engine.by_hand import BY_HAND
from engine.conditions import group_answer
from engine.ending import A_PART_EXPIRED, EVIDENCE_FELL, NEVER_EARNED
from engine.explained import Explanation, missing
from engine.granting import of_award
from engine.lasting import lasting
from engine.ledger import FELL, PART, WITHDRAWN
from engine.outcome import Did
from engine.reviewing import review_told
from engine.ruleset import Credential
from engine.verdict import Answer, Verdict
from engine.view import View
from engine.ways import ways
from engine.wording import when_shown

WHY_ENDED = {FELL: EVIDENCE_FELL, PART: A_PART_EXPIRED, WITHDRAWN: NEVER_EARNED}
"""Why an award ended that no person ended."""


def explain_credential(credential: Credential, view: View, history: tuple[str, ...]) -> Explanation:
    """Explain a credential, as known at the view's instant; `history` tells what was decided."""
    verdict = group_answer(credential.requires, view)
    award = view.record.ledger.held(credential.id)
    title = credential.title
    if award is not None:
        given = of_award(credential, view.record, award)
        how = "was earned" if given is None else "was awarded by hand"
        headline = f"YES: {title} {how} on {when_shown(award.at, view.zone)}"
        if given is not None:
            headline += f", by {given.by}: {given.because}"
        if award.renewed:
            headline += f", renewed on {when_shown(award.renewed[-1], view.zone)}"
        if award.expires is not None:
            headline += f", valid until {when_shown(award.expires, view.zone)}"
        headline += _lasts(credential, view)
        if not verdict.holds:
            then = group_answer(credential.requires, view.at(award.at))
            verdict = then if then.holds else verdict
        if given is not None:
            told, span = str(given), credential.span
            verdict = Verdict(Answer.YES, BY_HAND, told, span, (verdict,), (given.id,))
        return Explanation(
            view.record.learner,
            credential.id,
            "credential",
            title,
            Answer.YES,
            headline,
            verdict,
            (),
            history,
        )
    holding = sum(part.holds for part in verdict.under)
    counted = f": {holding} of {len(verdict.under)} hold" if verdict.under else ""
    headline = f"NOT YET{counted}"
    if verdict.answer is Answer.UNKNOWN:
        headline = f"NOT KNOWN YET{counted or ':'}, a mark is waited for".replace(":,", ":")
    elif verdict.holds:
        headline = "THE CRITERIA ARE MET, and it is not held"
    asked = review_told(credential.id, view)
    if asked:
        headline = asked
    if view.record.ledger.awards.get(credential.id):
        ended = view.record.ledger.awards[credential.id][-1]
        verb = "it" if ended.state == Did.EXPIRED else "it was"
        headline += f"; {verb} {ended.state} on {when_shown(ended.ended or 0, view.zone)}"
        because = ended.because or WHY_ENDED.get(ended.ended_by, "")
        headline += f", because: {because}" if because else ""
    answer = Answer.NO if verdict.holds else verdict.answer
    return Explanation(
        view.record.learner,
        credential.id,
        "credential",
        title,
        answer,
        headline,
        verdict,
        tuple(missing(verdict)),
        history,
        ways=ways(credential.requires, verdict, view.short),
    )


def _lasts(credential: Credential, view: View) -> str:
    """Say from when on it can be renewed, and when it falls with a part."""
    found = lasting(view.plan, view.record, credential.id, view.now)
    if found is None:
        return ""
    told = ""
    if found.renewable is not None:
        told += f", can be renewed from {when_shown(found.renewable, view.zone)}"
    if found.fall is not None:
        parts = ", ".join(map(view.short, found.fall.parts))
        told += f", ends on {when_shown(found.fall.at, view.zone)} with {parts}"
    return told
