"""
What a rule does at once: releases, locks, groups, courses, calls; never held back by limits.

The learner's state changes when the round is over, so that all rules of a round see the same
record; release beats lock then, enrol beats unenrol, and add beats remove.
"""

import msgspec

from engine.actions import (
    Action,
    Announce,
    AskReview,
    Banner,
    CallWebhook,
    Choose,
    Email,
    Enrol,
    LmsMessage,
    Lock,
    PutInCohort,
    PutInGroup,
    Recommend,
    Release,
    Unenrol,
    is_message,
)
from engine.announcing import announce
from engine.choosing import offer
from engine.joining import change_enrolment, change_membership
from engine.ledger import Kept, Occasion, Opening
from engine.outcome import UNDONE_BY, Decision, Did, Effect, Kind
from engine.run import Firing, Run
from engine.terms import Noun
from engine.timers import word_of


def effect(run: Run, firing: Firing, number: int) -> Effect:
    """Build one effect of a firing: that of its rule's action of this number."""
    action = firing.rule.then[number]
    kind, target = kind_and_target(action)
    occasion = firing.occasion
    email = action if isinstance(action, Email) else None
    own = firing.happening.own if firing.happening else run.own_attempt(occasion)
    return Effect(
        f"{firing.key}.{number}",
        kind,
        target,
        run.outcome.record.learner,
        firing.rule.id,
        run.now,
        action.span,
        occasion.course,
        occasion.object,
        own.mark() if own else None,
        email.to if email else "learner",
        email.cc if email else (),
        email.reply_to if email else "",
        credential=_credential_of(occasion),
        go_to=action.go_to if isinstance(action, Banner) else "",
    )


def act(run: Run, firing: Firing) -> Decision | None:
    """Do all but the messages; give the decision, None where there was nothing to do."""
    effects: list[Effect] = []
    for number, action in enumerate(firing.rule.then):
        if not is_message(action) and not isinstance(action, AskReview):
            effects.append(effect(run, firing, number))
    if not effects:
        return None
    if not run.is_draft(firing.rule):
        run.pending += [(done, (*run.chain, firing.rule.id)) for done in effects]
        if firing.rule.holds:
            place = f"{firing.rule.id}@{firing.occasion.course}"
            run.outcome.record.ledger.kept[place] = Kept(firing.occasion, firing.key)
    return fired(run, firing, tuple(effects))


def fired(
    run: Run, firing: Firing, effects: tuple[Effect, ...], *, again: bool = False
) -> Decision:
    """Give the decision of a rule that acted; a draft's effects are left out."""
    draft = run.is_draft(firing.rule)
    return Decision(
        Did.FIRED,
        firing.rule.id,
        run.now,
        firing.occasion.course,
        firing.occasion.event or word_of(firing.rule),
        firing.key,
        verdict=firing.verdict,
        effects=() if draft else effects,
        draft=draft,
        again=again,
    )


def apply_pending(run: Run) -> None:
    """Change the learner's state by the round's effects; giving beats taking."""
    if not run.pending:
        return
    given = {(e.kind, _thing(run, e)) for e, _ in run.pending if e.kind in UNDONE_BY}
    for effect, chain in run.pending:
        if (GIVEN_BY.get(effect.kind), _thing(run, effect)) in given:
            drop(run, effect)
            continue
        match effect.kind:
            case Kind.RELEASE | Kind.LOCK:
                _open(run, effect)
            case Kind.GROUP | Kind.UNGROUP | Kind.COHORT | Kind.UNCOHORT:
                change_membership(run, effect, chain)
            case Kind.ENROL | Kind.UNENROL:
                change_enrolment(run, effect, chain)
            case Kind.CHOOSE:
                offer(run, effect, chain)
            case Kind.ANNOUNCE:
                announce(run, effect, chain)
            case _:
                continue
    run.pending.clear()


GIVEN_BY = {takes: gives for gives, takes in UNDONE_BY.items()}
"""What gives, by what takes back."""


def _thing(run: Run, effect: Effect) -> str:
    """Give one name for what an effect is about, whichever pack names it."""
    if effect.kind in (Kind.RELEASE, Kind.LOCK):
        return run.view(effect.by, effect.course).key_of(effect.target)
    if effect.kind in (Kind.ENROL, Kind.UNENROL):
        return run.plan.course_keys[effect.target][0]
    return effect.target


def _open(run: Run, effect: Effect) -> None:
    """Open or close an activity to the learner."""
    ledger = run.outcome.record.ledger
    key = run.view(effect.by, effect.course).key_of(effect.target)
    firing = effect.key.partition(".")[0]
    before = ledger.openings.get(key)
    was = (before.open, before.at) if before else None
    if before is not None and before.firing == firing:
        was = before.was  # what it was before this firing's own turns
    ledger.openings[key] = Opening(effect.kind is Kind.RELEASE, run.now, firing, was)
    run.touched.add(key)


def drop(run: Run, effect: Effect) -> None:
    """Take an effect back that another rule of the same round outdid."""
    for number, decision in enumerate(run.outcome.decisions):
        if effect in decision.effects:
            left = tuple(e for e in decision.effects if e != effect)
            run.outcome.decisions[number] = msgspec.structs.replace(decision, effects=left)


def kind_and_target(action: Action) -> tuple[Kind, str]:
    """Say what an action's effect is, and what it is done to."""
    match action:
        case Email(file=name):
            return Kind.EMAIL, name
        case LmsMessage(file=name):
            return Kind.LMS_MESSAGE, name
        case Banner(file=name):
            return Kind.BANNER, name
        case Release(activity=name):
            return Kind.RELEASE, name
        case Lock(activity=name):
            return Kind.LOCK, name
        case Recommend(activity=name):
            return Kind.RECOMMEND, name
        case PutInGroup(group=name, remove=remove):
            return (Kind.UNGROUP if remove else Kind.GROUP), name
        case PutInCohort(cohort=name, remove=remove):
            return (Kind.UNCOHORT if remove else Kind.COHORT), name
        case Enrol(course=name):
            return Kind.ENROL, name
        case Unenrol(course=name):
            return Kind.UNENROL, name
        case CallWebhook(name=name):
            return Kind.WEBHOOK, name
        case AskReview(text=text):
            return Kind.REVIEW, text
        case Choose(activities=names):
            return Kind.CHOOSE, ", ".join(names)
        case Announce(event=name):
            return Kind.ANNOUNCE, name


def _credential_of(occasion: Occasion) -> str:
    noun, _, name = occasion.object.partition(" ")
    return name if noun == Noun.CREDENTIAL.value else ""
