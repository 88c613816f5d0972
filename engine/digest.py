"""
Digests: the e-mails of a day or a week to one recipient about one course, sent as one.

What waits is asked again when the digest goes, as after quiet hours; what no longer holds is
left out, with its reason. One digest counts as one message for each rule's gap and cap.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from engine.actions import DigestRhythm, Email
from engine.calendar import Micros, at_wall, wall
from engine.doing import effect, fired
from engine.ledger import Item, Sent
from engine.limits import Capped, Go, TooSoon, Wait, judge
from engine.outcome import DIGEST, Did, Effect, Kind, firing_key
from engine.questions import still_stands, whole_verdict
from engine.ruleset import DIGEST_AT, Rule, State
from engine.run import Firing, Run
from engine.timers import word_of
from engine.triggers import OnEvent
from engine.withholding import LEARNER, OPT_OUT, SUSPENSION, tell_cap, why_not

MONDAY = 0
"""The day on which weekly digests go."""

MOST_ITEMS = 50
"""What one digest holds at most: nobody reads more, and a record must stay small."""


def collect(run: Run, firing: Firing, numbers: Sequence[int], *, again: bool) -> None:
    """
    Let e-mails of a firing wait for their digest.

    Args:
        run: The call under way.
        firing: The rule that says yes.
        numbers: Of the actions in its rule.
        again: Whether the firing did something besides, and so is counted already.
    """
    rule, ledger = firing.rule, run.outcome.record.ledger
    for number in numbers:
        action = rule.then[number]
        if not isinstance(action, Email):
            continue
        key = _digest_key(run, firing, action)
        items = ledger.digests.setdefault(key, [])
        if not isinstance(rule.when, OnEvent):
            # What lasts or recurs is one piece of news, however often it was asked.
            items[:] = [i for i in items if (i.occasion.rule, i.number) != (rule.id, number)]
        if len(items) >= MOST_ITEMS:
            run.decide(firing, Did.SUPPRESSED, because="the digest is full")
            continue
        until = _next(run, firing, action)
        items.append(Item(firing.occasion, firing.key, number, until, again))
        run.set_timer(f"digest {key}", max(item.until for item in items))
        run.decide(firing, Did.DEFERRED, because="digest", until=until)


def _digest_key(run: Run, firing: Firing, action: Email) -> str:
    """Name a digest: its rhythm, whom it goes to, the pack whose hour it goes at, the course."""
    rule = firing.rule
    rhythm = rule.limits.digest or DigestRhythm.DAILY
    pack = run.memory(rule).partition("/")[0]  # `draft p` for a draft: those are kept apart
    whom = " ".join((action.to, *action.cc, f"< {action.reply_to}"))
    return f"{rhythm.value} {pack} {whom}@{firing.occasion.course}"


def _next(run: Run, firing: Firing, action: Email) -> Micros:
    """
    Give when the next digest goes: the first minute that is not quiet, from the pack's hour on.

    On the learner's clock; on the course's for others, whose own the outbox knows. What comes at
    the very minute of a digest waits for the next.
    """
    rule, view = firing.rule, firing.view
    pack = rule.id.partition("/")[0]
    zone = view.zone
    if action.to != LEARNER:
        zone = run.plan.clocks.course_zone(firing.occasion.course, pack)
    known = run.plan.ruleset.packs.get(pack)
    today = wall(run.now, zone).date()
    step = 1
    if rule.limits.digest is DigestRhythm.WEEKLY:
        today -= timedelta(days=(today.weekday() - MONDAY) % 7)
        step = 7
    goes = run.now
    while goes <= run.now:
        goes = at_wall(datetime.combine(today, known.digest_at if known else DIGEST_AT), zone)
        today += timedelta(days=step)
    return rule.limits.quiet.end_after(goes, zone) if rule.limits.quiet else goes


def send_digest(run: Run, key: str) -> None:
    """Ask everything again that waited for a digest, and send what still holds as one."""
    ledger = run.outcome.record.ledger
    items = ledger.digests.pop(key, [])
    digest = firing_key(run.outcome.record.learner, DIGEST, key, str(run.now))
    asked = [
        (item, firing)
        for item in items
        if (firing := _asked_again(run, item)) is not None and firing.verdict.holds
    ]
    going = [(item, firing) for item, firing in asked if _may_go(run, key, item, firing, digest)]
    letters = []
    for item, firing in going:
        letters.append(effect(run, firing, item.number))
        if not run.is_draft(firing.rule):
            sent = ledger.sent.setdefault(firing.rule.id, [])
            if not any(slot.firing == digest for slot in sent):
                sent.append(Sent(run.now, firing.occasion.course, digest))
    told = set[str]()
    for number, (item, firing) in enumerate(going):
        effects = () if number else (_bound(digest, tuple(letters)),)
        again = item.fired_already or item.firing in told
        run.outcome.decisions.append(fired(run, firing, effects, again=again))
        told.add(item.firing)


def _asked_again(run: Run, item: Item) -> Firing | None:
    """Ask an item's rule again, and tell if it no longer holds; None where the rule is gone."""
    occasion = item.occasion
    rule = run.plan.ruleset.rules.get(occasion.rule)
    if rule is None or rule.state is State.RETIRED or not _has_email(rule, item.number):
        return None
    view = run.view(rule.id, occasion.course, occasion.at)
    view.leave_out = item.firing
    when = partial(still_stands, run, rule, occasion)
    firing = Firing(rule, occasion, item.firing, view, whole_verdict(run, rule, view, when))
    if not firing.verdict.holds:
        because = "if" if when(view).holds else word_of(rule)
        run.decide(firing, Did.SUPPRESSED, because=because)
    return firing


def _has_email(rule: Rule, number: int) -> bool:
    return number < len(rule.then) and isinstance(rule.then[number], Email)


def _may_go(run: Run, key: str, item: Item, firing: Firing, digest: str) -> bool:
    """Judge an item by its rule's limits, and tell what holds it back."""
    rule, ledger = firing.rule, run.outcome.record.ledger
    action = rule.then[item.number]
    because = why_not(run, action) if isinstance(action, Email) else ""
    if because in (SUSPENSION, OPT_OUT):
        run.decide(firing, Did.SUPPRESSED, because=because)
        return False
    others = [slot for slot in run.sent_by(rule) if slot.firing != digest]
    match judge(rule, others, firing.view):
        case Go():
            return True
        case Wait(until=until):  # the hours are others than when it was collected
            item.until = until
            ledger.digests.setdefault(key, []).append(item)
            run.set_timer(f"digest {key}", max(i.until for i in ledger.digests[key]))
            run.decide(firing, Did.DEFERRED, because="quiet hours", until=until)
        case Capped(because=because):
            tell_cap(run, firing, because)
        case TooSoon(because=because):
            run.decide(firing, Did.SUPPRESSED, because=because)
    return False


def _bound(digest: str, items: tuple[Effect, ...]) -> Effect:
    """Make one e-mail of several; it is the first one's for whoever asks who wrote."""
    first = items[0]
    return msgspec.structs.replace(
        first,
        key=f"{digest}.0",
        kind=Kind.EMAIL,
        target=DIGEST,
        object="",
        score=None,
        credential="",
        items=items,
    )
