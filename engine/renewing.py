"""
Renewal: the same award, valid for longer, for requirements that were met again in time.

The window opens so long before the end as `renew` says. What counts is evidence of the window,
and when it happened: also where it comes after the award has expired.
"""

from dataclasses import replace

from engine.calendar import Micros
from engine.conditions import group_answer
from engine.ending import end_by_time, follow
from engine.events import Word
from engine.evidence import moments
from engine.expiry import next_expiry, renewal_of
from engine.happening import Happening
from engine.ledger import Award
from engine.outcome import Decision, Did, firing_key
from engine.ruleset import Credential, State
from engine.run import Run
from engine.verdict import Verdict
from engine.view import View


def renew(
    run: Run, credential: Credential, award: Award, view: View, cause: Happening | None
) -> bool:
    """
    Renew an award for what was done since its window opened; say whether it is held then.

    Args:
        run: The call under way.
        credential: What was awarded.
        award: The last award of it, held or expired; it changes in place.
        view: The learner, with the evidence that counts for this award.
        cause: What may have renewed it, None for time alone.
    """
    zone = run.plan.clocks.course_zone("", credential.id.partition("/")[0])
    renewed = False
    while award.expires is not None:
        opens = renewal_of(credential, award.expires, zone)
        if opens is None or run.now < opens:
            break
        verdict = _met_again(run, credential, view, cause, opens, award.expires)
        if verdict is None:
            break
        renewed = True
        award.expires = next_expiry(credential, award.expires, zone)
        award.renewed = (*award.renewed, run.now)
        award.evidence = verdict.all_evidence()
        award.ended, award.ended_by = None, ""
        _tell(run, credential, award, verdict, cause)
    if renewed and award.expires is not None and award.expires <= run.now:
        end_by_time(run, credential.id, award)
    return renewed and award.ended is None


def _met_again(
    run: Run,
    credential: Credential,
    view: View,
    cause: Happening | None,
    opens: Micros,
    expires: Micros,
) -> Verdict | None:
    """Give the yes of requirements that were met within the window, None where they were not."""
    since = opens if view.since is None else max(opens, view.since)
    looking = replace(view, since=since, later=[], telling=run.plan.tells)
    last = looking if run.now < expires else looking.at(expires - 1)
    verdict = group_answer(credential.requires, last)
    if last is looking:
        again = min((at for at in looking.later if at > run.now), default=None)
        run.set_timer(f"look {credential.id}", again)
    if verdict.holds and verdict.all_evidence():
        return verdict
    for moment in moments(run.plan, credential, looking) if cause is not None else ():
        if max(opens, cause.cause if cause else opens) <= moment[0] < expires:
            verdict = group_answer(credential.requires, looking.at(*moment))
            if verdict.holds and verdict.all_evidence():
                return verdict
    return None


def _tell(
    run: Run, credential: Credential, award: Award, verdict: Verdict, cause: Happening | None
) -> None:
    name, draft = credential.id, credential.state is State.DRAFT
    number = str(len(award.renewed))
    firing = firing_key(run.outcome.record.learner, name, "renewed", str(award.at), number)
    run.outcome.decisions.append(
        Decision(
            Did.RENEWED,
            name,
            run.now,
            trigger=cause.id if cause else "",
            firing=firing,
            until=award.expires,
            verdict=verdict,
            evidence=award.evidence,
            draft=draft,
        )
    )
    if not draft:
        run.set_timer(f"expiry {name}", award.expires)
        follow(run, f"credential {name}", Word.RENEWED, firing, cause, name)
