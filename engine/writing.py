"""
Messages of a rule: whether they may go now, wait for the morning, or not go at all.

A deferred message asks the whole rule again when quiet hours end, leaving out what this very
firing did. E-mails that limits collect wait for their digest instead: see digest.py.
"""

from functools import partial

import msgspec

from engine.actions import Action
from engine.digest import collect
from engine.doing import effect, fired
from engine.ledger import Deferred, Sent
from engine.limits import Capped, Go, TooSoon, Wait, judge
from engine.outcome import Decision, Did
from engine.questions import still_stands, whole_verdict
from engine.ruleset import Rule, State
from engine.run import Firing, Run
from engine.timers import word_of
from engine.withholding import is_collected, reaches_learner, tell_cap, wanted


def write(run: Run, firing: Firing, done: Decision | None) -> Decision | None:
    """
    Judge the messages of a firing, and give the decision with those that go.

    Args:
        run: The call under way.
        firing: The rule that says yes.
        done: What the same firing has just done besides, None for nothing.
    """
    again = done is not None
    if firing.rule.limits.digest is not None:
        collect(run, firing, wanted(run, firing, is_collected), again=again)
    return _send(run, firing, done, again=again)


def _goes_alone(rule: Rule, action: Action) -> bool:
    return not is_collected(rule, action)


def _send(run: Run, firing: Firing, done: Decision | None, *, again: bool) -> Decision | None:
    """Judge the messages that no digest collects; `again`: the firing was counted before."""
    rule, occasion, ledger = firing.rule, firing.occasion, run.outcome.record.ledger
    numbers = wanted(run, firing, _goes_alone)
    if not numbers:
        return done
    memory = run.memory(rule)
    place = f"{memory}@{occasion.course}"
    for_learner = any(reaches_learner(rule.then[number]) for number in numbers)
    match judge(rule, run.sent_by(rule), firing.view, for_learner=for_learner):
        case Wait(until=until):
            ledger.deferred[place] = Deferred(occasion, until, firing.key, again)
            run.set_timer(f"defer {place}", until)
            run.decide(firing, Did.DEFERRED, because="quiet hours", until=until)
        case Capped(because=because):
            tell_cap(run, firing, because)
        case TooSoon(because=because):
            run.decide(firing, Did.SUPPRESSED, because=because)
        case Go():
            letters = tuple(effect(run, firing, number) for number in numbers)
            if not run.is_draft(rule):
                sent = ledger.sent.setdefault(memory, [])
                sent.append(Sent(run.now, occasion.course, firing.key))
            if done is not None:
                return msgspec.structs.replace(
                    done, effects=() if done.draft else done.effects + letters
                )
            return fired(run, firing, letters, again=again)
    return done


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
    done = _send(run, firing, None, again=waiting.fired_already)
    if done is not None:
        run.outcome.decisions.append(done)
