"""
Messages of a rule: whether they may go now, wait for the morning, or not go at all.

A deferred message asks the whole rule again when quiet hours end, leaving out what this very
firing did.
"""

from functools import partial

import msgspec

from engine.actions import Email
from engine.doing import effect, fired
from engine.ledger import Deferred, Occasion, Sent
from engine.limits import Capped, Go, TooSoon, Wait, judge
from engine.outcome import Decision, Did, Kind
from engine.questions import still_stands, whole_verdict
from engine.record import SUSPENDED
from engine.ruleset import State
from engine.run import Firing, Run
from engine.timers import word_of


def write(
    run: Run, firing: Firing, done: Decision | None, *, fired_already: bool = False
) -> Decision | None:
    """
    Judge the messages of a firing, and give the decision with those that go.

    Args:
        run: The call under way.
        firing: The rule that says yes.
        done: What the same firing has just done besides, None for nothing.
        fired_already: Whether the firing was counted before its message was deferred.
    """
    rule, occasion, ledger = firing.rule, firing.occasion, run.outcome.record.ledger
    memory = run.memory(rule)
    place = f"{memory}@{occasion.course}"
    again = fired_already or done is not None
    suspended = run.outcome.record.is_on(SUSPENDED, run.now)
    emails = [
        (number, action)
        for number, action in enumerate(rule.then)
        if isinstance(action, Email) and not (suspended and action.to == "learner")
    ]
    if not emails:
        run.decide(firing, Did.SUPPRESSED, because="suspended")
        return done
    match judge(rule, ledger.sent.get(memory, []), firing.view):
        case Wait(until=until):
            ledger.deferred[place] = Deferred(occasion, until, firing.key, again)
            run.set_timer(f"defer {place}", until)
            run.decide(firing, Did.DEFERRED, because="quiet hours", until=until)
        case Capped(because=because):
            reported = cap_period(run, occasion)
            if ledger.capped.get(place) != reported:
                ledger.capped[place] = reported
                run.decide(firing, Did.CAPPED, because=because)
        case TooSoon(because=because):
            run.decide(firing, Did.SUPPRESSED, because=because)
        case Go():
            letters = tuple(
                effect(run, firing, number, Kind.EMAIL, action.file) for number, action in emails
            )
            if rule.state is not State.DRAFT:
                sent = ledger.sent.setdefault(memory, [])
                sent.append(Sent(run.now, occasion.course, firing.key))
            if done is not None:
                return msgspec.structs.replace(
                    done, effects=() if done.draft else done.effects + letters
                )
            return fired(run, firing, letters, again=again)
    return done


def cap_period(run: Run, occasion: Occasion) -> str:
    """Name the spell, or for an event rule the enrolment, in which capping is told once."""
    if not occasion.event:
        return occasion.key.partition("+")[0]
    return f"enrolled {run.outcome.record.enrolled_since(occasion.course, run.now)}"


def after_quiet(run: Run, place: str) -> None:
    """Ask a rule again whose message waited for the end of quiet hours."""
    waiting = run.outcome.record.ledger.deferred.pop(place, None)
    rule = run.plan.ruleset.rules.get(waiting.occasion.rule) if waiting else None
    if waiting is None or rule is None or rule.state is State.RETIRED:
        return
    occasion = waiting.occasion
    view = run.view(rule.id, occasion.course, occasion.at)
    view.leave_out = waiting.firing
    when = partial(still_stands, run, rule, occasion)
    verdict = whole_verdict(run, rule, view, when)
    firing = Firing(rule, occasion, waiting.firing, view, verdict)
    if not verdict.holds:
        because = "if" if when(view).holds else word_of(rule)
        run.decide(firing, Did.SUPPRESSED, because=because)
        return
    done = write(run, firing, None, fired_already=waiting.fired_already)
    if done is not None:
        run.outcome.decisions.append(done)
