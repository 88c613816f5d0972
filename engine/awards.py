"""
Credentials and skills: levels, asked again whenever something they rest on changes.

Awards come only from `requires`. The events may come late and in any order, so a requirement
that later evidence could undo is also asked as of each moment between the late event and
now: whoever had earned the credential in order has earned it in any order.
"""

from itertools import takewhile

from engine.calendar import Micros, day_end, day_start, wall
from engine.conditions import group_answer
from engine.decay import edges
from engine.events import Word
from engine.happening import Happening
from engine.ledger import WITHDRAWN, Award
from engine.mastery import rank, standing
from engine.outcome import Decision, Did, Effect, Kind, firing_key
from engine.plan import EVER, Plan, leaves_of
from engine.record import SUSPENDED
from engine.ruleset import Credential, State
from engine.run import Run
from engine.terms import (
    ACTIVITY_NOUNS,
    Condition,
    Group,
    HasProfile,
    HasRole,
    Leaf,
    Noun,
    Quantifier,
)
from engine.verdict import Verdict
from engine.view import LAST, View


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
    for name in [s for s in plan.skill_order if s in skills]:
        _ask_skill(run, name, cause)
    for credential in sorted(credentials):
        ask_credential(run, credential, cause)


PERSON_WORDS = frozenset({Word.ENROLLED, Word.UNENROLLED, Word.PROFILE})


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
    run.followed.append(_followed(run, key, "*skill", Word.REACHED, firing, cause, name))


def _followed(
    run: Run,
    key: str,
    bucket: str,
    word: Word,
    firing: str,
    cause: Happening | None,
    thing: str,
) -> Happening:
    return Happening(
        (key, bucket),
        firing,
        run.now,
        cause.cause if cause else run.now,
        "",
        key,
        frozenset({word}),
        backfill=cause.backfill if cause else False,
        chain=(*(cause.chain if cause else ()), thing),
    )


# --- credentials -------------------------------------------------------------------------


def ask_credential(run: Run, name: str, cause: Happening | None) -> None:
    """Award a credential whose requirements are met, or withdraw one that they never were."""
    credential = run.plan.ruleset.credentials.get(name)
    if credential is None or credential.state is State.RETIRED:
        return
    ledger = run.outcome.record.ledger
    memory = f"draft {name}" if credential.state is State.DRAFT else name
    begins, ends = _in_force(run, credential)
    if not begins <= run.now < ends:
        if run.now < begins:
            run.set_timer(f"look {name}", begins)
        return
    view = run.view(name)
    held = ledger.held(memory)
    awards = ledger.awards.get(memory, [])
    ended = [a for a in awards if a.ended is not None and a.ended_by != WITHDRAWN]
    edges = [a.ended for a in ended[-1:] if a.ended is not None]
    if credential.evidence_from is not None:
        zone = run.plan.clocks.course_zone("", name.partition("/")[0])
        edges.append(day_start(credential.evidence_from, zone))
    view.since = max(edges, default=None)
    if held is not None:
        late = cause is not None and not cause.backfill and cause.cause < held.at
        if late and can_be_recalled(credential.requires):
            view.recalling = True
            _check_held(run, credential, held, view, cause)
        return
    verdict = _met(run, credential, view, cause)
    timer = f"look {name}"
    again = min((at for at in view.later if at > run.now), default=None)
    run.set_timer(timer, None if verdict.holds else again)
    if verdict.holds:
        _award(run, credential, memory, verdict, cause)


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
    first = (cause.cause, cause.id if cause.at == cause.cause else "")
    for moment in _moments(run, credential, view):
        if moment >= first:
            then = _answered(run, credential, view.at(*moment))
            if then.holds:
                return then
    return verdict


def _moments(run: Run, credential: Credential, view: View) -> list[tuple[Micros, str]]:
    """Give the times and ids of all evidence there is, in order."""
    moments = {
        (entry.at, entry.id)
        for leaf in _evidence_leaves(run.plan, credential)
        for _, trace in view.traces(leaf)
        for entry in trace.entries
        if entry.at <= run.now
    }
    ages = _ages(run.plan, credential, view, {at for at, _ in moments})
    moments |= {(at, LAST) for at in ages if at <= run.now}
    return sorted(moments)


def _ages(plan: Plan, credential: Credential, view: View, evidence: set[Micros]) -> set[Micros]:
    """Give the instants at which evidence comes to count less, where a skill decays."""
    found: set[Micros] = set()
    for name in _skills_of(plan, credential):
        skill = plan.ruleset.skills[name]
        if skill.decays is not None:
            own = view.of_pack(name.partition("/")[0])
            for at in evidence:
                found.update(takewhile(lambda edge: edge <= view.now, edges(skill.decays, at, own)))
    return found


def can_be_recalled(condition: Condition, *, negated: bool = False) -> bool:
    """
    Say whether a requirement can be answered as of a moment long past.

    What the learner did is known with its time; what her profile said then is not, nor, where
    it must *not* be so, which credentials she held.
    """
    match condition:
        case Group(quantifier=quantifier, parts=parts):
            turned = negated or quantifier is Quantifier.NONE
            return all(can_be_recalled(part, negated=turned) for part in parts)
        case Leaf(noun=Noun.CREDENTIAL, word=word):
            return not negated and word in ("held", Word.AWARDED)
        case Leaf(noun=noun):
            return noun not in (Noun.GROUP, Noun.COHORT)
        case HasProfile() | HasRole():
            return False
        case _:
            return True


def _check_held(
    run: Run, credential: Credential, held: Award, view: View, cause: Happening | None
) -> None:
    """
    Withdraw an award that earlier evidence, which came late, shows was never earned.

    Whoever had met the requirements at any moment keeps it: later evidence takes nothing away.
    """
    if group_answer(credential.requires, view).holds:
        return
    moments = [*_moments(run, credential, view), (held.at, LAST)]
    if any(group_answer(credential.requires, view.at(*m)).holds for m in moments):
        return
    held.ended, held.ended_by = run.now, WITHDRAWN
    name = credential.id
    firing = firing_key(run.outcome.record.learner, name, WITHDRAWN, str(held.at))
    run.outcome.decisions.append(
        Decision(
            Did.REVOKED,
            name,
            run.now,
            trigger="late evidence",
            firing=firing,
            because="earlier evidence came late",
            verdict=group_answer(credential.requires, run.view(name)),
            draft=credential.state is State.DRAFT,
        )
    )
    run.set_timer(f"expiry {name}", None)
    key = f"credential {name}"
    run.touched.add(key)
    run.followed.append(_followed(run, key, "*credential", Word.REVOKED, firing, cause, name))


def _answered(run: Run, credential: Credential, view: View) -> Verdict:
    """Answer the requirements; only a yes is an award, and put into words."""
    verdict = group_answer(credential.requires, view)
    if not verdict.holds or not run.plan.tells:
        return verdict
    view.telling = True
    return group_answer(credential.requires, view)


def _evidence_leaves(plan: Plan, credential: Credential) -> list[Leaf]:
    found: list[Leaf] = []
    for leaf in leaves_of(credential.requires):
        members = plan.members(leaf)
        if members is not None:
            found += [Leaf(leaf.span, Noun.ACTIVITY, name) for name in members]
        elif leaf.noun in ACTIVITY_NOUNS or leaf.noun in (Noun.COURSE, Noun.EVENT):
            found.append(leaf)
    for name in _skills_of(plan, credential):
        found += [source.leaf for source in plan.ruleset.skills[name].sources]
    return found


def _skills_of(plan: Plan, credential: Credential) -> list[str]:
    """Give the skills that a credential rests on, with their parts."""
    found: list[str] = []
    waiting = [
        leaf.name
        for leaf in leaves_of(credential.requires)
        if leaf.noun is Noun.SKILL and leaf.name
    ]
    while waiting:
        name = waiting.pop()
        found.append(name)
        waiting += plan.ruleset.skills[name].parts
    return found


def _award(
    run: Run, credential: Credential, memory: str, verdict: Verdict, cause: Happening | None
) -> None:
    ledger = run.outcome.record.ledger
    pack_zone = run.plan.clocks.course_zone("", credential.id.partition("/")[0])
    expires: Micros | None = None
    if credential.expires is not None:
        day = credential.expires.after(wall(run.now, pack_zone).date())
        expires = day_end(day, pack_zone)
    awards = ledger.awards.setdefault(memory, [])
    evidence = verdict.all_evidence()
    awards.append(Award(run.now, evidence, expires))
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
    key = f"credential {credential.id}"
    run.touched.add(key)
    run.followed.append(
        _followed(run, key, "*credential", Word.AWARDED, firing, cause, credential.id)
    )


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


def expire(run: Run, name: str) -> None:
    """End an award whose time is over."""
    ledger = run.outcome.record.ledger
    award = ledger.held(name)
    if award is None or award.expires is None or award.expires > run.now:
        if award is not None and award.expires is not None:
            run.set_timer(f"expiry {name}", award.expires)
        return
    award.ended, award.ended_by = award.expires, Word.EXPIRED.value
    firing = firing_key(run.outcome.record.learner, name, "expired", str(award.expires))
    run.outcome.decisions.append(
        Decision(Did.EXPIRED, name, run.now, trigger="expires", firing=firing)
    )
    key = f"credential {name}"
    run.touched.add(key)
    run.followed.append(_followed(run, key, "*credential", Word.EXPIRED, firing, None, name))
