"""An answer about one learner: yes or no, why, what is missing, and what was decided of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.calendar import zone_named
from engine.outcome import Decision, Did
from engine.plan import Plan
from engine.verdict import Answer, Verdict
from engine.wording import when_shown


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    One answer about one learner.

    Attributes:
        learner: Whose.
        thing: The full name of the credential, skill or rule.
        kind: `credential`, `skill` or `rule`.
        title: Its title.
        answer: Held, reached, or fired: yes; else no or unknown.
        headline: The answer in a sentence.
        verdict: The tree of reasons.
        missing: What keeps it from a yes, a sentence each.
        ways: The fewest conditions that would have to turn, where that is less than all that
            is missing, or says what to wait for.
        limits: What the rule's limits say, a line each.
        history: What was decided about it, a sentence each.
        zone: The clock that its sentences are on.
    """

    learner: str
    thing: str
    kind: str
    title: str
    answer: Answer
    headline: str
    verdict: Verdict
    missing: tuple[str, ...]
    history: tuple[str, ...] = ()
    zone: str = "UTC"
    ways: tuple[str, ...] = ()
    limits: tuple[Verdict, ...] = ()


def told(plan: Plan, found: Explanation, decisions: Iterable[Decision]) -> tuple[str, ...]:
    """Tell decisions on the clock of an explanation, a sentence each."""
    zone = zone_named(found.zone) or plan.clocks.zone("", "", found.thing.partition("/")[0])
    return tuple(decision_told(decision, zone) for decision in decisions)


def decision_told(decision: Decision, zone: ZoneInfo) -> str:
    """Tell one decision on a clock: what, when, until when, because of what."""
    parts = [f"{decision.did.value} on {when_shown(decision.at, zone)}"]
    if decision.until is not None and decision.did is Did.DEFERRED:
        parts.append(f"until {when_shown(decision.until, zone)}")
    if decision.because:
        parts.append(f"because: {decision.because}")
    return ", ".join(parts)


def missing(verdict: Verdict) -> Iterator[str]:
    """Yield what keeps a verdict from a yes, a sentence each."""
    for blocker in verdict.blockers():
        yield f"{blocker.asks}: {blocker.because}" if blocker.because else blocker.asks
