"""
Credentials and skills: levels, asked again whenever something they rest on changes.

Awards come only from `requires`. The events may come late and in any order, so a requirement
that later evidence could undo is also asked as of each moment between the late event and
now: whoever had earned the credential in order has earned it in any order.
"""

from engine.calendar import Micros, day_end, day_start, wall
from engine.conditions import group_answer
from engine.events import Word
from engine.firing import Firings
from engine.happening import Happening
from engine.ledger import Award
from engine.mastery import rank, standing
from engine.outcome import Decision, Did, Effect, Kind, firing_key
from engine.plan import Plan, leaves_of
from engine.ruleset import ACTIVITY_NOUNS, Credential, Leaf, Noun, State
from engine.verdict import Verdict
from engine.view import View


def ask_levels(run: Firings, happenings: list[Happening], *, everything: bool = False) -> None:
    """Ask the skills and credentials that a round's happenings may have changed."""
    plan = run.plan
    keys = dict.fromkeys(key for h in happenings for key in h.keys)
    if everything:
        skills = dict.fromkeys(plan.skill_order())
        credentials = dict.fromkeys(sorted(plan.ruleset.credentials))
    else:
        skills = dict.fromkeys(s for key in keys for s in plan.skills_on.get(key, ()))
        for skill in list(skills):
            _with_wholes(skill, skills, plan)
        credentials = dict.fromkeys(c for key in keys for c in plan.credentials_on.get(key, ()))
        for skill in skills:
            for key in (f"skill {skill}", "*skill"):
                credentials.update(dict.fromkeys(plan.credentials_on.get(key, ())))
        if any(h.words & PERSON_WORDS for h in happenings):
            credentials.update(dict.fromkeys(plan.credentials_of_person))
    cause = min(happenings, key=lambda h: h.cause) if happenings else None
    order = [s for s in plan.skill_order() if s in skills]
    for skill in order:
        _ask_skill(run, skill, cause)
    for credential in sorted(credentials):
        ask_credential(run, credential, cause)


PERSON_WORDS = frozenset({Word.ENROLLED, Word.UNENROLLED, Word.PROFILE})


def _with_wholes(skill: str, found: dict[str, None], plan: Plan) -> None:
    for whole in plan.wholes.get(skill, ()):
        if whole not in found:
            found[whole] = None
            _with_wholes(whole, found, plan)


def _ask_skill(run: Firings, name: str, cause: Happening | None) -> None:
    skill = run.plan.ruleset.skills[name]
    view = run.view(name)
    stands = standing(skill, view)
    ledger = run.outcome.record.ledger
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
    run: Firings,
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


def ask_credential(run: Firings, name: str, cause: Happening | None) -> None:
    """Award a credential whose requirements are met and that is not held."""
    credential = run.plan.ruleset.credentials.get(name)
    if credential is None or credential.state is State.RETIRED:
        return
    ledger = run.outcome.record.ledger
    memory = f"draft {name}" if credential.state is State.DRAFT else name
    if ledger.held(memory) is not None or not _in_force(run, credential):
        return
    view = run.view(name)
    awards = ledger.awards.get(memory, [])
    edges = [a.ended for a in awards[-1:] if a.ended is not None]
    if credential.evidence_from is not None:
        zone = run.plan.course_zone("", name.partition("/")[0])
        edges.append(day_start(credential.evidence_from, zone))
    view.since = max(edges, default=None)
    verdict = _met(run, credential, view, cause)
    timer = f"look {name}"
    again = min((at for at in view.later if at > run.now), default=None)
    run.set_timer(timer, None if verdict.holds else again)
    if verdict.holds:
        _award(run, credential, memory, verdict, cause)


def _in_force(run: Firings, credential: Credential) -> bool:
    zone = run.plan.course_zone("", credential.id.partition("/")[0])
    if credential.since is not None and run.now < day_start(credential.since, zone):
        return False
    return credential.until is None or run.now < day_end(credential.until, zone)


def _met(run: Firings, credential: Credential, view: View, cause: Happening | None) -> Verdict:
    """Answer the requirements as of now, and where it matters as of every moment since."""
    verdict = _answered(run, credential, view)
    if verdict.holds or cause is None or cause.at >= run.now:
        return verdict
    moments = {cause.at}
    for leaf in _evidence_leaves(run.plan, credential):
        for _, trace in view.traces(leaf):
            moments |= {e.at for e in trace.entries if cause.at <= e.at < run.now}
    for moment in sorted(moments):
        then = _answered(run, credential, view.at(moment))
        if then.holds:
            return then
    return verdict


def _answered(run: Firings, credential: Credential, view: View) -> Verdict:
    """Answer the requirements; only a yes is an award, and put into words."""
    verdict = group_answer(credential.requires, view)
    if not verdict.holds or not run.plan.tells:
        return verdict
    view.telling = True
    return group_answer(credential.requires, view)


def _evidence_leaves(plan: Plan, credential: Credential) -> list[Leaf]:
    found: list[Leaf] = []
    skills: list[str] = []
    for leaf in leaves_of(credential.requires):
        if leaf.noun in ACTIVITY_NOUNS or leaf.noun in (Noun.COURSE, Noun.EVENT):
            found.append(leaf)
        elif leaf.noun is Noun.SKILL and leaf.name:
            skills.append(leaf.name)
    while skills:
        skill = plan.ruleset.skills[skills.pop()]
        found += [source.leaf for source in skill.sources]
        skills += skill.parts
    return found


def _award(
    run: Firings, credential: Credential, memory: str, verdict: Verdict, cause: Happening | None
) -> None:
    ledger = run.outcome.record.ledger
    pack_zone = run.plan.course_zone("", credential.id.partition("/")[0])
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
    run: Firings, credential: Credential, firing: str, cause: Happening | None
) -> tuple[Effect, ...]:
    if not credential.message:
        return ()
    because = ""
    if cause is not None and cause.backfill and not credential.announce_backfill:
        because = "backfill"
    elif cause is not None and not cause.backfill:
        because = "late" if run.now - cause.cause > run.plan.stale_micros else ""
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


def expire(run: Firings, name: str) -> None:
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
