"""
What a rule does at once: releases, locks, groups and webhooks, never held back by limits.

The learner's state changes when the round is over, so that all rules of a round see the same
record; release beats lock then, and add beats remove.
"""

import msgspec

from engine.actions import CallWebhook, Email, Lock, PutInGroup, Recommend, Release
from engine.events import Word
from engine.happening import Happening
from engine.ledger import Membership, Occasion, Opening
from engine.outcome import Decision, Did, Effect, Kind
from engine.record import GROUP
from engine.ruleset import State
from engine.run import Firing, Run
from engine.terms import Noun
from engine.timers import word_of


def effect(run: Run, firing: Firing, number: int, kind: Kind, target: str) -> Effect:
    """Build one effect of a firing: that of its rule's action of this number."""
    action = firing.rule.then[number]
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
    )


def act(run: Run, firing: Firing) -> Decision | None:
    """Do all but the messages; give the decision, None where there was nothing to do."""
    effects: list[Effect] = []
    for number, action in enumerate(firing.rule.then):
        if not isinstance(action, Email):
            kind, name = _kind_and_target(action)
            effects.append(effect(run, firing, number, kind, name))
    if not effects:
        return None
    if firing.rule.state is not State.DRAFT:
        run.pending += [(done, (*run.chain, firing.rule.id)) for done in effects]
    return fired(run, firing, tuple(effects))


def fired(
    run: Run, firing: Firing, effects: tuple[Effect, ...], *, again: bool = False
) -> Decision:
    """Give the decision of a rule that acted; a draft's effects are left out."""
    draft = firing.rule.state is State.DRAFT
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
    """Change the learner's state by the round's effects; release beats lock, add remove."""
    if not run.pending:
        return
    ledger = run.outcome.record.ledger
    released = {e.target for e, _ in run.pending if e.kind is Kind.RELEASE}
    added = {e.target for e, _ in run.pending if e.kind is Kind.GROUP}
    for effect, chain in run.pending:
        firing = effect.key.partition(".")[0]
        match effect.kind:
            case Kind.RELEASE | Kind.LOCK:
                opens = effect.kind is Kind.RELEASE
                if not opens and effect.target in released:
                    drop(run, effect)
                    continue
                key = run.plan.activity_key[effect.target]
                before = ledger.openings.get(key)
                was = (before.open, before.at) if before else None
                ledger.openings[key] = Opening(opens, run.now, firing, was)
                run.touched.add(key)
            case Kind.GROUP | Kind.UNGROUP:
                joins = effect.kind is Kind.GROUP
                if not joins and effect.target in added:
                    drop(run, effect)
                    continue
                change_group(run, effect, chain, joins=joins)
            case _:
                continue
    run.pending.clear()


def change_group(run: Run, effect: Effect, chain: tuple[str, ...], *, joins: bool) -> None:
    """Put the learner in a group or out of it; rules may listen to that."""
    ledger = run.outcome.record.ledger
    key = GROUP + effect.target
    known = ledger.groups.get(effect.target)
    was = known.member if known else run.outcome.record.is_on(key)
    before = (known.member, known.at) if known else None
    ledger.groups[effect.target] = Membership(joins, run.now, effect.key.partition(".")[0], before)
    run.touched.add(key)
    if was is not joins:
        word = Word.JOINED if joins else Word.LEFT
        run.followed.append(
            Happening(
                (key, "*group"),
                effect.key,
                run.now,
                run.now,
                effect.course,
                key,
                frozenset({word}),
                chain=chain,
            )
        )


def drop(run: Run, effect: Effect) -> None:
    """Take an effect back that another rule of the same round outdid."""
    for number, decision in enumerate(run.outcome.decisions):
        if effect in decision.effects:
            left = tuple(e for e in decision.effects if e != effect)
            run.outcome.decisions[number] = msgspec.structs.replace(decision, effects=left)


def _kind_and_target(
    action: Release | Lock | Recommend | PutInGroup | CallWebhook,
) -> tuple[Kind, str]:
    match action:
        case Release(activity=name):
            return Kind.RELEASE, name
        case Lock(activity=name):
            return Kind.LOCK, name
        case Recommend(activity=name):
            return Kind.RECOMMEND, name
        case PutInGroup(group=name, remove=remove):
            return (Kind.UNGROUP if remove else Kind.GROUP), name
        case CallWebhook(name=name):
            return Kind.WEBHOOK, name


def _credential_of(occasion: Occasion) -> str:
    noun, _, name = occasion.object.partition(" ")
    return name if noun == Noun.CREDENTIAL.value else ""
