"""A rule that was triggered: whether it is asked now or later, and whether it acts."""

from functools import partial

from engine.calendar import Micros
from engine.doing import act
from engine.happening import Happening
from engine.ledger import Occasion
from engine.outcome import Did
from engine.questions import Asked, still_stands, triggered, whole_verdict
from engine.reviewing import ask_person, question_of
from engine.ruleset import Rule, State
from engine.run import Firing, Run
from engine.triggers import OnEvent
from engine.verdict import Answer, Verdict
from engine.view import View
from engine.writing import write


def by_event(run: Run, rule: Rule, happening: Happening) -> None:
    """Ask a rule about something that happened, at most once for an attempt."""
    if not isinstance(rule.when, OnEvent) or not run.is_in_force(rule, happening.at):
        return
    run.chain = happening.chain
    view = run.view(rule.id, happening.course, happening.at)
    when = partial(triggered, rule, happening)
    known = when(view)
    if not known.holds:
        return
    key = f"{happening.object}#{happening.attempt}" if happening.attempt else happening.id
    memory = run.memory(rule)
    ledger = run.outcome.record.ledger
    if happening.attempt:
        attempts = ledger.triggered.setdefault(memory, [])
        if key in attempts:
            return
        attempts.append(key)
    occasion = Occasion(
        rule.id,
        key,
        happening.cause,
        happening.course,
        happening.object,
        happening.attempt,
        happening.id,
    )
    due = happening.cause
    if rule.when.after is not None:
        due = rule.when.after.after(happening.at, view.zone)
        if due > run.now:
            timer = f"after {memory}#{key}"
            ledger.waiting[timer] = occasion
            run.set_timer(timer, due)
            return
    late = "backfill" if happening.backfill else _late(run, due)
    ask(run, rule, occasion, view, when, late, (known, happening))


def after_waiting(run: Run, timer: str, due: Micros) -> None:
    """Ask a rule whose `after` has passed, if its event still stands."""
    occasion = run.outcome.record.ledger.waiting.pop(timer, None)
    rule = run.plan.ruleset.rules.get(occasion.rule) if occasion else None
    if occasion is None or rule is None or rule.state is State.RETIRED:
        return
    view = run.view(rule.id, occasion.course, occasion.at)
    stands = partial(still_stands, run, rule, occasion)
    if stands(view).holds:
        ask(run, rule, occasion, view, stands, _late(run, due))


def _late(run: Run, due: Micros) -> str:
    """Say why a message must not go because it should have gone long ago, "" if it may."""
    return "late" if run.now - due > run.plan.stale_micros else ""


def ask(
    run: Run,
    rule: Rule,
    occasion: Occasion,
    view: View,
    when: Asked,
    late: str = "",
    event: tuple[Verdict, Happening] | None = None,
) -> None:
    """
    Ask a triggered rule's `if`, and act where it says yes.

    Args:
        run: The call under way.
        rule: The rule.
        occasion: What triggered it.
        view: The learner as the rule's author sees her.
        when: Asks the trigger, which is known to hold.
        late: Why its message must not go, "" if it may.
        event: The trigger's answer and the event, where one has just come.
    """
    if run.plan.observer is not None:
        run.plan.observer.triggered(rule.id)
    known, happening = event or (None, None)
    verdict = whole_verdict(run, rule, view, when, known)
    firing = Firing(rule, occasion, run.firing(rule, occasion), view, verdict, happening)
    if verdict.answer is Answer.UNKNOWN:
        run.decide(firing, Did.UNDECIDED, because="if")
    if not verdict.holds:
        return
    question = question_of(rule)
    if question is not None:
        ask_person(run, firing, question)
        return
    done = act(run, firing)
    place = len(run.outcome.decisions)
    if rule.writes:
        if late:
            run.decide(firing, Did.SUPPRESSED, because=late)
        else:
            done = write(run, firing, done)
    if done is not None:
        # What was done stands before what was held back beside it.
        run.outcome.decisions.insert(place, done)
