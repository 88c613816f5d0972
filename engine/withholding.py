"""What keeps a message from a learner whatever the hour: suspension, an opt-out, a spent cap."""

from collections.abc import Callable

from engine.actions import Action, Email, Message, is_message
from engine.ledger import Occasion
from engine.outcome import Did
from engine.record import SUSPENDED
from engine.ruleset import Rule
from engine.run import Firing, Run

LEARNER = "learner"
SUSPENSION, OPT_OUT = "suspended", "opted out"


def is_to_learner(action: Message) -> bool:
    """Say whether a message goes to the learner herself."""
    return not isinstance(action, Email) or action.to == LEARNER


def reaches_learner(action: Action) -> bool:
    """Say whether the learner gets a message, be it as a copy."""
    return is_message(action) and (
        not isinstance(action, Email) or LEARNER in (action.to, *action.cc)
    )


def is_collected(rule: Rule, action: Action) -> bool:
    """Say whether a rule's action waits for a digest; what an LMS shows never does."""
    return isinstance(action, Email) and rule.limits.digest is not None


def wanted(run: Run, firing: Firing, among: Callable[[Rule, Action], bool]) -> list[int]:
    """Give the numbers of a firing's messages that may be sent at all; tell of the others."""
    rule = firing.rule
    found = {
        number: why_not(run, action)
        for number, action in enumerate(rule.then)
        if is_message(action) and among(rule, action)
    }
    left = [number for number, because in found.items() if not because]
    suspended = SUSPENSION in found.values()
    if suspended and not left:
        run.decide(firing, Did.SUPPRESSED, because=SUSPENSION)
    elif OPT_OUT in found.values():
        run.decide(firing, Did.SUPPRESSED, because=OPT_OUT)
    return left


def why_not(run: Run, action: Message) -> str:
    """Say why a message must not reach the learner, "" if it may."""
    if not is_to_learner(action):
        return ""
    record = run.outcome.record
    if record.is_on(SUSPENDED, run.now):
        return SUSPENSION
    category = run.plan.ruleset.categories.get(action.file)
    return OPT_OUT if category in record.opted_out() else ""


def tell_cap(run: Run, firing: Firing, because: str) -> None:
    """Note that a cap holds a message back, once in its spell or enrolment."""
    occasion, ledger = firing.occasion, run.outcome.record.ledger
    place = f"{run.memory(firing.rule)}@{occasion.course}"
    reported = _cap_period(run, occasion)
    if ledger.capped.get(place) != reported:
        ledger.capped[place] = reported
        run.decide(firing, Did.CAPPED, because=because)


def _cap_period(run: Run, occasion: Occasion) -> str:
    """Name the spell, or for an event rule the enrolment, in which capping is told once."""
    if not occasion.event:
        return occasion.key.partition("+")[0]
    return f"enrolled {run.outcome.record.enrolled_since(occasion.course, run.now)}"
