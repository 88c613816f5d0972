"""
How an award ends, and how it comes back.

By its own terms; with a part that expires; by a person, with a reason; when its evidence is
taken away, until that is back; or because it was never earned, as late evidence shows. Each is
an answer to what is known, in whatever order it came.
"""

from dataclasses import replace

from engine.approving import is_agreed, is_ever_asked
from engine.conditions import group_answer
from engine.events import Word
from engine.evidence import (
    ONCE_HELD,
    can_be_recalled,
    is_met,
    parts_are_there,
    spelled_out,
    was_met,
)
from engine.granting import given, word_for
from engine.happening import Happening
from engine.ledger import EXPIRED, FELL, PART, REVOKED, WITHDRAWN, Award
from engine.outcome import Decision, Did, firing_key
from engine.reviews import ask_to_revoke
from engine.ruleset import Credential, IfFalls, State
from engine.run import Run
from engine.verdict import Verdict
from engine.view import View

EVIDENCE_FELL = "evidence fell"
A_PART_EXPIRED = "a part expired"
TAKEN_BACK = "the revocation was taken back"
EVIDENCE_RETURNED = "evidence returned"
NEVER_EARNED = "earlier evidence came late"
"""Why an award ended or came back, where no person says it."""


def follow(
    run: Run, key: str, word: Word, firing: str, cause: Happening | None, thing: str
) -> None:
    """Note what became of a credential or a skill, so that rules and other levels hear of it."""
    bucket = f"*{key.partition(' ')[0]}"
    if word is not Word.REACHED:
        run.touched.update((key, bucket))
    run.followed.append(
        Happening(
            (key, bucket),
            firing,
            run.now,
            cause.cause if cause else run.now,
            "",
            key,
            frozenset({word}),
            backfill=cause.backfill if cause else False,
            chain=(*(cause.chain if cause else ()), thing),
            corrects=word is Word.REVOKED,
        )
    )


def _as_of_now(run: Run, credential: Credential) -> Verdict:
    """Answer what a credential requires as of now, in words where somebody is told."""
    view = run.view(credential.id)
    view.telling = run.plan.tells
    return group_answer(credential.requires, view)


def _end(
    run: Run,
    credential: Credential,
    award: Award,
    ended_by: str,
    because: str,
    cause: Happening | None,
    trigger: str = "",
) -> None:
    """End an award now, and say so."""
    award.ended, award.ended_by = run.now, ended_by
    name, draft = credential.id, credential.state is State.DRAFT
    word, did = (Word.EXPIRED, Did.EXPIRED) if ended_by == PART else (Word.REVOKED, Did.REVOKED)
    firing = firing_key(run.outcome.record.learner, name, ended_by, str(award.at), str(run.now))
    run.outcome.decisions.append(
        Decision(
            did,
            name,
            run.now,
            trigger=trigger or (cause.id if cause else ""),
            firing=firing,
            because=because,
            verdict=_as_of_now(run, credential),
            draft=draft,
        )
    )
    if draft:
        return
    if ended_by != FELL:
        run.set_timer(f"expiry {name}", None)
    follow(run, f"credential {name}", word, firing, cause, name)


# --- by its own terms --------------------------------------------------------------------


def expire(run: Run, name: str) -> None:
    """End an award whose time is over."""
    awards = run.outcome.record.ledger.awards.get(name)
    award = awards[-1] if awards else None
    if award is None or award.ended_by not in ("", FELL) or award.expires is None:
        return
    if award.expires > run.now:
        run.set_timer(f"expiry {name}", award.expires)
        return
    end_by_time(run, name, award)


def end_by_time(run: Run, name: str, award: Award) -> None:
    """Note that an award's time is over; of one whose evidence had fallen nobody is told."""
    was_held = award.ended is None
    award.ended, award.ended_by = award.expires, EXPIRED
    run.set_timer(f"expiry {name}", None)
    if not was_held:
        return
    firing = firing_key(run.outcome.record.learner, name, "expired", str(award.expires))
    run.outcome.decisions.append(
        Decision(Did.EXPIRED, name, run.now, trigger="expires", firing=firing)
    )
    follow(run, f"credential {name}", Word.EXPIRED, firing, None, name)


def check_parts(
    run: Run, credential: Credential, award: Award, view: View, cause: Happening | None
) -> None:
    """End a stack with a part that it rests on, where `if a part expires` says so."""
    if award.ended is not None or not credential.expires_with_part or _is_given(run, credential):
        return
    if not parts_are_there(credential, view):
        _end(run, credential, award, PART, A_PART_EXPIRED, cause)


# --- by a person -------------------------------------------------------------------------


def check_revocations(
    run: Run, credential: Credential, memory: str, cause: Happening | None
) -> None:
    """Revoke an award that a person has revoked, or give it back where that was taken back."""
    record = run.outcome.record
    if not record.revoked:
        return
    awards = record.ledger.awards.get(memory)
    if not awards:
        return
    award = awards[-1]
    said = record.revocation(credential.id, credential.was)
    if said is not None and (award.since is None or said.at > award.since):
        if award.ended_by == FELL:
            award.ended_by, award.because = REVOKED, said.because
        elif award.ended is None:
            view = run.view(credential.id)
            view.since = said.at
            grant = given(credential, record, said.at)
            earned = award.at >= said.at and was_met(run.plan, credential, award, view)
            if earned or grant is not None:
                # It was earned after that already, and only came to be known in another order.
                award.since = said.at
                if award.granted:
                    award.granted = "" if grant is None else grant.id
                fell = grant is None and credential.if_falls is IfFalls.REVOKE
                if fell and not is_met(run.plan, credential, award, view):
                    _end(run, credential, award, FELL, EVIDENCE_FELL, cause)
                return
            award.because = said.because
            _end(run, credential, award, REVOKED, said.because, cause, "revoked")
    elif award.ended_by == REVOKED:
        award.because = ""
        _come_back(run, credential, award, TAKEN_BACK, cause)


# --- evidence that falls, and that comes late --------------------------------------------


def check_evidence(
    run: Run, credential: Credential, award: Award, view: View, cause: Happening | None
) -> None:
    """Revoke an award, or ask a person to, whose evidence was corrected away."""
    if award.ended is not None or credential.if_falls is IfFalls.KEEP:
        return
    if cause is None or cause.backfill or not cause.corrects or _is_given(run, credential):
        return
    plan = run.plan
    if is_met(plan, credential, award, view) or not was_met(plan, credential, award, view):
        return
    if credential.if_falls is IfFalls.REVIEW:
        ask_to_revoke(run, credential, EVIDENCE_FELL, cause)
    else:
        _end(run, credential, award, FELL, EVIDENCE_FELL, cause)


def fall(run: Run, name: str, because: str, cause: Happening) -> None:
    """Revoke an award whose evidence fell, as a person says; it comes back with that."""
    credential = run.plan.ruleset.credentials.get(name)
    award = run.outcome.record.ledger.held(name)
    if credential is None or award is None or _is_given(run, credential):
        return
    if not is_met(run.plan, credential, award, run.view(name)):
        _end(run, credential, award, FELL, because, cause)


def come_back(
    run: Run, credential: Credential, award: Award, view: View, cause: Happening | None
) -> None:
    """Give an award back whose evidence had fallen and is there again."""
    if is_met(run.plan, credential, award, view):
        _come_back(run, credential, award, EVIDENCE_RETURNED, cause)


def give_back(run: Run, credential: Credential, award: Award, cause: Happening | None) -> None:
    """Give an award back whose evidence had fallen, where a person has awarded it by hand."""
    grant = word_for(credential, run.outcome.record, credential.id)
    if grant is not None:
        award.granted = grant.id
        _come_back(run, credential, award, str(grant), cause)


def _is_given(run: Run, credential: Credential) -> bool:
    """Say whether a person has awarded it by hand, so that no evidence carries it."""
    return word_for(credential, run.outcome.record, credential.id) is not None


def _come_back(
    run: Run, credential: Credential, award: Award, because: str, cause: Happening | None
) -> None:
    name, draft = credential.id, credential.state is State.DRAFT
    if award.expires is not None and award.expires <= run.now:
        award.ended, award.ended_by = award.expires, EXPIRED
        return
    award.ended, award.ended_by, award.restored = None, "", run.now
    firing = firing_key(run.outcome.record.learner, name, "restored", str(award.at), str(run.now))
    run.outcome.decisions.append(
        Decision(
            Did.RESTORED,
            name,
            run.now,
            trigger=cause.id if cause else "",
            firing=firing,
            because=because,
            until=award.expires,
            verdict=_as_of_now(run, credential),
            evidence=award.evidence,
            draft=draft,
        )
    )
    if not draft:
        run.set_timer(f"expiry {name}", award.expires)
        follow(run, f"credential {name}", Word.RESTORED, firing, cause, name)


def check_late(
    run: Run, credential: Credential, award: Award, view: View, cause: Happening | None
) -> None:
    """
    Withdraw an award that earlier evidence, which came late, shows was never earned.

    Whoever had met the requirements at any moment keeps it: later evidence takes nothing away.
    """
    if cause is None or cause.backfill or cause.cause >= award.at or award.ended is not None:
        return
    if _is_given(run, credential):
        return
    requires = spelled_out(run.plan, credential.requires)
    if not can_be_recalled(requires) or _was_earned(run, credential, award, view):
        return
    _end(run, credential, award, WITHDRAWN, NEVER_EARNED, cause, "late evidence")


def _was_earned(run: Run, credential: Credential, award: Award, view: View) -> bool:
    """Say whether an award was ever earned; where people had to agree, by what they agreed to."""
    if not is_ever_asked(run, credential.id):
        return was_met(run.plan, credential, award, view)
    looking = replace(view, still=ONCE_HELD)
    return is_agreed(run, credential, looking)
