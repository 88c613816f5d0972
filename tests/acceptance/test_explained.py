"""An explanation is recomputed from events, and agrees with what was decided at the time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.feeding.history import EPOCH, History
from adapters.inbound.files import read_files
from adapters.packs import plan_from, read_for_use
from adapters.telling.explaining import explain_history
from engine.calendar import zone_named
from engine.events import Event
from engine.explained import decision_told
from engine.outcome import Decision, Did, Outcome
from engine.plan import Plan
from engine.replay import live_through
from engine.verdict import Answer, Verdict
from tests.acceptance.test_oracles import FUN, ROOT, SAMPLES, needs_samples


def lives(pack: str, events: Path) -> tuple[Plan, list[tuple[str, list[Event]]]]:
    """Give a pack made ready for a history, and the history by learner."""
    with History() as history:
        for _ in history.add(read_files([events], "", EPOCH)):
            pass
        plan = plan_from(read_for_use([ROOT / "rules" / "packs" / pack]).ruleset, history.first)
        return plan, [(learner, list(found)) for learner, found in history.learners()]


def decided(plan: Plan, learner: str, events: list[Event]) -> list[Decision]:
    """Live a learner's history through, and give all that was decided."""
    found: list[Decision] = []

    def watch(outcome: Outcome, _: int) -> None:
        found.extend(outcome.decisions)

    live_through(plan, learner, events, None, watch)
    return found


def answers(verdict: Verdict) -> tuple[object, ...]:
    """Give a proof as its answers, without the words."""
    return (verdict.answer, *(answers(part) for part in verdict.under))


def disagreements(pack: str, events: Path) -> Iterator[str]:
    """Explain decisions as of their own instants; yield those that are explained otherwise."""
    plan, histories = lives(pack, events)
    number = 0
    for learner, own in histories:
        made = decided(plan, learner, own)
        for place, decision in enumerate(made):
            number += 1
            later = [d for d in made[place + 1 :] if d.thing == decision.thing]
            if later and later[0].at == decision.at:
                continue
            found = explain_history(plan, learner, own, decision.thing, decision.at)
            zone = zone_named(found.zone)
            assert zone is not None
            wrong = _difference(decision, found.answer, found.verdict)
            if wrong or found.history[-1] != decision_told(decision, zone):
                yield f"{learner} {decision.thing} {decision.did} {wrong} {found.headline}"
    assert number > 0


def _difference(decision: Decision, answer: Answer, verdict: Verdict) -> str:
    match decision.did:
        case Did.AWARDED:
            same = answer is Answer.YES and set(verdict.all_evidence()) == set(decision.evidence)
            return "" if same else "awarded on other evidence"
        case Did.FIRED if decision.verdict is not None:
            same = answer is Answer.YES and answers(verdict) == answers(decision.verdict)
            return "" if same else "fired for another reason"
        case Did.REACHED:
            return "" if answer is Answer.YES else "not reached"
        case _:
            return ""


@needs_samples
@pytest.mark.parametrize(
    ("pack", "events"), [("fun", FUN), ("oulad", SAMPLES / "oulad" / "dev")], ids=["fun", "oulad"]
)
def test_what_was_decided_is_what_is_explained(pack: str, events: Path) -> None:
    """Each decision, explained anew from the events up to its instant, comes out the same."""
    assert [] == list(disagreements(pack, events))
