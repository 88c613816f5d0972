"""
Credentials and skills: levels, asked again whenever something they rest on changes.

Awards come only from `requires`. The events may come late and in any order, so a requirement
that later evidence could undo is also asked as of each moment between the late event and
now: whoever had earned the credential in order has earned it in any order. How an award ends
and comes back is in engine/ending.py.
"""

from dataclasses import dataclass, replace

import msgspec

from engine.approving import ask_draft, ask_or_agree
from engine.by_hand import BY_HAND
from engine.calendar import Micros, day_end, day_start, whole_second
from engine.conditions import group_answer
from engine.ending import (
    check_evidence,
    check_late,
    check_parts,
    check_revocations,
    come_back,
    follow,
    give_back,
)
from engine.events import PERSON_WORDS, Word
from engine.evidence import is_met, moments
from engine.expiry import expiry_of
from engine.granting import word_for
from engine.happening import Happening
from engine.ledger import EXPIRED, FELL, Award
from engine.mastery import rank, standing
from engine.outcome import Decision, Did, Effect, Kind, firing_key
from engine.plan import EVER, Plan
from engine.record import SUSPENDED
from engine.renewing import renew
from engine.reviews import withdraw_if_returned
from engine.ruleset import Credential, IfFalls, State
from engine.run import Run
from engine.verdict import Answer, Verdict
from engine.view import View


@dataclass(frozen=True, slots=True)
class _Ground:
    """
    On what an award is made beside its evidence.

    Attributes:
        since: Only later evidence counted for it, None where all did.
        because: Who agreed to it, or gave it.
        granted: The id of the event by which a person gave it, "" where nobody did.
    """

    since: Micros | None
    because: str = ""
    granted: str = ""


def ask_levels(
    run: Run, happenings: list[Happening], *, everything: bool = False, skill: str = ""
) -> None:
    """Ask the skills and credentials that a round's happenings, or one skill, may have changed."""
    plan = run.plan
    keys = {
        key: None
        for h in happenings
        for key in h.keys
        if key in plan.skills_on or key in plan.credentials_on
    }
    if everything:
        skills = dict.fromkeys(plan.skill_order)
        credentials = dict.fromkeys(sorted(plan.ruleset.credentials))
    else:
        skills = dict.fromkeys(s for key in keys for s in plan.skills_on.get(key, ()))
        if skill:
            skills[skill] = None
        for name in list(skills):
            _with_wholes(name, skills, plan)
        credentials = dict.fromkeys(c for key in keys for c in plan.credentials_on.get(key, ()))
        for name in skills:
            for key in (f"skill {name}", "*skill"):
                credentials.update(dict.fromkeys(plan.credentials_on.get(key, ())))
        if any(h.words & PERSON_WORDS for h in happenings):
            credentials.update(dict.fromkeys(plan.credentials_of_person))
    if not skills and not credentials:
        return
    cause = min(happenings, key=lambda h: h.cause) if happenings else None
    if cause is not None and not cause.corrects and any(h.corrects for h in happenings):
        cause = msgspec.structs.replace(cause, corrects=True)
    for name in [s for s in plan.skill_order if s in skills]:
        _ask_skill(run, name, cause)
    for credential in sorted(credentials):
        ask_credential(run, credential, cause)


def _with_wholes(skill: str, found: dict[str, None], plan: Plan) -> None:
    for whole in plan.wholes.get(skill, ()):
        if whole not in found:
            found[whole] = None
            _with_wholes(whole, found, plan)


def look_at_level(run: Run, name: str) -> None:
    """Ask a skill again whose evidence time alone has made older, and what rests on it."""
    if name in run.plan.ruleset.skills:
        ask_levels(run, [Happening((f"skill {name}",), "age", run.now, run.now)], skill=name)


def _ask_skill(run: Run, name: str, cause: Happening | None) -> None:
    skill = run.plan.ruleset.skills[name]
    view = run.view(name)
    stands = standing(skill, view)
    ledger = run.outcome.record.ledger
    run.set_timer(f"level {name}", min((at for at in view.later if at > run.now), default=None))
    known = ledger.levels.get(name, "")
    if stands.level == known:
        return
    if stands.level:
        ledger.levels[name] = stands.level
    else:
        ledger.levels.pop(name, None)
    if rank(skill, stands.level) <= rank(skill, known):
        return
    if run.plan.tells:
        view.telling = True
        stands = standing(skill, view)
    key = f"skill {name}"
    firing = firing_key(run.outcome.record.learner, name, stands.level, str(run.now))
    run.outcome.decisions.append(
        Decision(
            Did.REACHED,
            name,
            run.now,
            trigger=cause.id if cause else "",
            firing=firing,
            because=stands.sum,
            evidence=stands.evidence,
            level=stands.level,
        )
    )
    follow(run, key, Word.REACHED, firing, cause, name)


# --- credentials -------------------------------------------------------------------------


def ask_credential(run: Run, name: str, cause: Happening | None) -> None:
    """Award a credential whose requirements are met, or look again at one that was awarded."""
    credential = run.plan.ruleset.credentials.get(name)
    if credential is None:
        return
    ledger = run.outcome.record.ledger
    memory = f"draft {name}" if credential.state is State.DRAFT else name
    check_revocations(run, credential, memory, cause)
    if credential.state is State.RETIRED:
        return
    awards = ledger.awards.get(memory, [])
    last = awards[-1] if awards else None
    begins, ends = _in_force(run, credential)
    acts = begins <= run.now < ends
    if last is not None and last.ended_by in OPEN:
        view = run.view(name)
        view.since = _since(run, credential, awards[:-1])
        _look_at(run, credential, last, view, cause, acts=acts)
        if last.ended_by in OPEN:
            return
    if not acts:
        if run.now < begins:
            run.set_timer(f"look {name}", begins)
        return
    view = run.view(name)
    view.since = _since(run, credential, awards[:-1])
    if last is not None and last.ended_by == EXPIRED and renew(run, credential, last, view, cause):
        return
    view.since = _since(run, credential, awards)
    if _give_by_hand(run, credential, memory, cause, view.since):
        return
    verdict = _met(run, credential, view, cause)
    timer = f"look {name}"
    again = _next_look(run, view)
    awaits_nobody = verdict.holds and credential.approval is None
    run.set_timer(timer, None if awaits_nobody else again)
    if credential.approval is not None:
        _award_if_agreed(run, credential, memory, view, cause)
    elif verdict.holds:
        _award(run, credential, memory, verdict, cause, _Ground(view.since))


def _give_by_hand(
    run: Run, credential: Credential, memory: str, cause: Happening | None, since: Micros | None
) -> bool:
    """Award what a person has awarded since the last award ended; say whether that was so."""
    if credential.state is State.DRAFT:
        return False
    grant = word_for(credential, run.outcome.record, memory)
    if grant is None:
        return False
    by_hand = Verdict(Answer.YES, BY_HAND, str(grant), credential.span, (), (grant.id,))
    _award(run, credential, memory, by_hand, cause, _Ground(since, str(grant), grant.id))
    return True


def _next_look(run: Run, view: View) -> Micros | None:
    """Give when time alone may turn an answer that was just given, None if never."""
    return min((whole_second(at) for at in view.later if at > run.now), default=None)


def _award_if_agreed(
    run: Run, credential: Credential, memory: str, view: View, cause: Happening | None
) -> None:
    """
    Award a credential that people have agreed to, ask them, or withdraw what they were asked.

    What they agree to is what is so now: requirements that were met for a while before anybody
    was asked are no reason to ask.
    """
    telling = replace(view, telling=run.plan.tells, later=[])
    met = group_answer(credential.requires, telling)
    if credential.state is State.DRAFT:
        if met.holds:
            ask_draft(run, credential, memory, met)
        return
    agreed = ask_or_agree(run, credential, memory, view, met, cause)
    if agreed is not None:
        moment, said = agreed
        then = _answered(run, credential, view.at(*moment))
        _award(run, credential, memory, then, cause, _Ground(view.since, said))


OPEN = frozenset({"", FELL})
"""How an award stands that may still be renewed, fall or come back."""


def _look_at(
    run: Run,
    credential: Credential,
    award: Award,
    view: View,
    cause: Happening | None,
    *,
    acts: bool,
) -> None:
    """Look again at an award that is held, or would be if its evidence came back."""
    if award.ended_by == FELL:
        give_back(run, credential, award, cause)
    if award.ended_by == FELL:
        come_back(run, credential, award, view, cause)
        if award.ended_by == FELL:
            # Time alone may make of what is there what is asked.
            group_answer(credential.requires, view)
            run.set_timer(f"look {credential.id}", _next_look(run, view))
            return
    check_late(run, credential, award, view, cause)
    check_evidence(run, credential, award, view, cause)
    withdraw_if_returned(run, credential, award, view)
    check_parts(run, credential, award, view, cause)
    if acts and award.ended is None:
        renew(run, credential, award, view, cause)


def _since(run: Run, credential: Credential, awards: list[Award]) -> Micros | None:
    """Give from when on evidence counts, after these awards; None where all of it does."""
    edges = [a.ended for a in awards if a.ended_by == EXPIRED and a.ended is not None]
    said = run.outcome.record.revocation(credential.id, credential.was)
    if said is not None:
        edges.append(said.at)
    if credential.evidence_from is not None:
        zone = run.plan.clocks.course_zone("", credential.id.partition("/")[0])
        edges.append(day_start(credential.evidence_from, zone))
    return max(edges, default=None)


def _in_force(run: Run, credential: Credential) -> tuple[Micros, Micros]:
    """Give the instants from which and until which a credential is awarded."""
    zone = run.plan.clocks.course_zone("", credential.id.partition("/")[0])
    begins = -EVER if credential.since is None else day_start(credential.since, zone)
    ends = EVER if credential.until is None else day_end(credential.until, zone)
    return begins, ends


def _met(run: Run, credential: Credential, view: View, cause: Happening | None) -> Verdict:
    """Answer the requirements as of now, and where it matters as of every moment since."""
    verdict = _answered(run, credential, view)
    if verdict.holds or cause is None or cause.cause > run.now:
        return verdict
    falls = credential.if_falls is IfFalls.REVOKE
    first = (cause.cause, cause.id if cause.at == cause.cause else "")
    is_said_of_it = bool(cause.object) and cause.object in (credential.id, credential.was)
    if (falls and cause.corrects) or is_said_of_it:
        # What is marked anew counts from the beginning, and so may what was met before it; as
        # may all that a revocation kept from counting, where that is taken back.
        first = (-EVER, "")
    for moment in moments(run.plan, credential, view):
        if moment >= first:
            then = _answered(run, credential, view.at(*moment))
            if then.holds:
                stands = not falls or is_met(run.plan, credential, None, view)
                return then if stands else verdict
    return verdict


def _answered(run: Run, credential: Credential, view: View) -> Verdict:
    """Answer the requirements; only a yes is an award, and put into words."""
    verdict = group_answer(credential.requires, view)
    if not verdict.holds or not run.plan.tells:
        return verdict
    return group_answer(credential.requires, replace(view, telling=True))


def _award(
    run: Run,
    credential: Credential,
    memory: str,
    verdict: Verdict,
    cause: Happening | None,
    ground: _Ground,
) -> None:
    ledger = run.outcome.record.ledger
    zone = run.plan.clocks.course_zone("", credential.id.partition("/")[0])
    expires = expiry_of(credential, run.now, zone)
    awards = ledger.awards.setdefault(memory, [])
    evidence = verdict.all_evidence()
    awards.append(Award(run.now, evidence, expires, since=ground.since, granted=ground.granted))
    firing = firing_key(run.outcome.record.learner, memory, str(len(awards)))
    draft = credential.state is State.DRAFT
    effects = _message(run, credential, firing, cause)
    run.outcome.decisions.append(
        Decision(
            Did.AWARDED,
            credential.id,
            run.now,
            trigger=cause.id if cause else "",
            firing=firing,
            because=ground.because,
            until=expires,
            verdict=verdict,
            effects=() if draft else effects,
            evidence=evidence,
            draft=draft,
        )
    )
    if draft:
        return
    if expires is not None:
        run.set_timer(f"expiry {credential.id}", expires)
    follow(run, f"credential {credential.id}", Word.AWARDED, firing, cause, credential.id)


def _message(
    run: Run, credential: Credential, firing: str, cause: Happening | None
) -> tuple[Effect, ...]:
    if not credential.message:
        return ()
    because = _silent(run, credential, cause)
    if because:
        run.outcome.decisions.append(
            Decision(
                Did.SUPPRESSED,
                credential.id,
                run.now,
                trigger=cause.id if cause else "",
                firing=firing,
                because=because,
                draft=credential.state is State.DRAFT,
            )
        )
        return ()
    return (
        Effect(
            f"{firing}.message",
            Kind.EMAIL,
            credential.message,
            run.outcome.record.learner,
            credential.id,
            run.now,
            credential.span,
            credential=credential.id,
        ),
    )


def _silent(run: Run, credential: Credential, cause: Happening | None) -> str:
    """Say why an award sends no message, "" if it does."""
    if run.outcome.record.is_on(SUSPENDED, run.now):
        return "suspended"
    if run.plan.ruleset.categories.get(credential.message) in run.outcome.record.opted_out():
        return "opted out"
    if cause is None:
        return ""
    if cause.backfill:
        return "" if credential.announce_backfill else "backfill"
    return "late" if run.now - cause.cause > run.plan.stale_micros else ""
