"""Answers are events: late, doubled and shuffled ones lead to the same award."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import micros
from engine.decide import advance
from engine.events import Event, Score
from engine.outcome import firing_key
from engine.plan import Plan
from engine.record import REVIEW, Record
from engine.reviewing import Asks
from rules.packs import read_packs

PACK = Path(__file__).parent / "people"
START = datetime(2025, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Give the pack of people's decisions, ready to run."""
    return Plan(read_packs([PACK]).ruleset)


def key(credential: str, number: int = 1) -> str:
    """Give the key of a credential's review."""
    return firing_key("ada", f"people/{credential}", Asks.APPROVAL, str(number))


def event(number: int, word: str, thing: str, score: int = 0, by: str = "") -> Event:
    """Make an event of an hour."""
    return Event(
        id=f"e{number}",
        time=START + timedelta(hours=number),
        learner="ada",
        word=word,
        object=thing,
        attempt=f"{number}" if score else "",
        score=Score(raw=Decimal(score), high=Decimal(100)) if score else None,
        fields=(("by", by),) if by else (),
    )


def held(plan: Plan, events: Sequence[Event]) -> bool:
    """Let events arrive in this order; say whether `checked` or `four-eyes` is held then."""
    record = Record("ada")
    now = micros(START + timedelta(days=2))
    for each in events:
        record = advance(plan, record, each, now).record
    return any(record.ledger.held(f"people/{name}") for name in ("checked", "four-eyes"))


HISTORIES = {
    "one approves": (
        event(1, "graded", "quiz:1", 80),
        event(2, "approved", REVIEW + key("checked"), by="kay"),
    ),
    "one declines, and newer evidence is approved": (
        event(1, "graded", "quiz:1", 80),
        event(2, "declined", REVIEW + key("checked"), by="kay"),
        event(3, "graded", "quiz:1", 90),
        event(4, "approved", REVIEW + key("checked", 2), by="kay"),
    ),
    "who declines too late changes nothing": (
        event(1, "graded", "quiz:1", 80),
        event(2, "approved", REVIEW + key("checked"), by="kay"),
        event(3, "declined", REVIEW + key("checked"), by="lee"),
    ),
    "two people": (
        event(1, "graded", "quiz:2", 80),
        event(2, "approved", REVIEW + key("four-eyes"), by="kay"),
        event(3, "approved", REVIEW + key("four-eyes"), by="lee"),
    ),
    "the same person twice": (
        event(1, "graded", "quiz:2", 80),
        event(2, "approved", REVIEW + key("four-eyes"), by="kay"),
        event(3, "approved", REVIEW + key("four-eyes"), by="Kay"),
    ),
    "one approves, one declines, a third approves": (
        event(1, "graded", "quiz:2", 80),
        event(2, "approved", REVIEW + key("four-eyes"), by="kay"),
        event(3, "declined", REVIEW + key("four-eyes"), by="lee"),
        event(4, "approved", REVIEW + key("four-eyes"), by="max"),
    ),
    "a worse latest attempt before the last word": (
        event(1, "graded", "quiz:2", 80),
        event(2, "approved", REVIEW + key("four-eyes"), by="kay"),
        event(3, "graded", "quiz:2", 10),
        event(4, "approved", REVIEW + key("four-eyes"), by="lee"),
    ),
    "both before it got worse, and better again": (
        event(1, "graded", "quiz:2", 80),
        event(2, "approved", REVIEW + key("four-eyes"), by="kay"),
        event(3, "graded", "quiz:2", 10),
        event(4, "graded", "quiz:2", 90),
        event(5, "approved", REVIEW + key("four-eyes"), by="lee"),
    ),
    "a yes to a question that a lapse has withdrawn": (
        event(1, "graded", "quiz:2", 80),
        event(2, "approved", REVIEW + key("four-eyes"), by="kay"),
        event(3, "graded", "quiz:2", 10),
        event(4, "approved", REVIEW + key("four-eyes"), by="lee"),
        event(5, "graded", "quiz:2", 75),
        event(6, "approved", REVIEW + key("four-eyes", 2), by="kay"),
    ),
    "two people who are asked anew": (
        event(1, "graded", "quiz:2", 80),
        event(2, "approved", REVIEW + key("four-eyes"), by="kay"),
        event(3, "graded", "quiz:2", 10),
        event(4, "graded", "quiz:2", 75),
        event(5, "approved", REVIEW + key("four-eyes", 2), by="kay"),
        event(6, "approved", REVIEW + key("four-eyes", 2), by="lee"),
    ),
}
EXPECTED = {
    "one approves": True,
    "one declines, and newer evidence is approved": True,
    "who declines too late changes nothing": True,
    "two people": True,
    "the same person twice": False,
    "one approves, one declines, a third approves": False,
    "a worse latest attempt before the last word": False,
    "both before it got worse, and better again": False,
    "a yes to a question that a lapse has withdrawn": False,
    "two people who are asked anew": True,
}


@pytest.mark.parametrize("name", HISTORIES)
def test_in_order(plan: Plan, name: str) -> None:
    """In the order of their times they lead to what one would say."""
    assert EXPECTED[name] == held(plan, HISTORIES[name])


CHOICES = (
    event(1, "failed", "quiz:2", 20),
    event(2, "chosen", "page:1"),
    event(3, "chosen", "page:2"),
    event(4, "chosen", "page:1"),
)


@settings(max_examples=30, deadline=None)
@given(shuffled=st.permutations(CHOICES))
def test_the_last_choice_counts_in_any_order(plan: Plan, shuffled: Sequence[Event]) -> None:
    """By the time of the choice, whether it arrives before its offer or after it."""
    record = Record("ada")
    for each in shuffled:
        record = advance(plan, record, each, micros(START + timedelta(days=2))).record
    openings = record.ledger.openings
    assert {"page:1": True, "page:2": False} == {key: o.open for key, o in openings.items()}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_order_of_answers_and_evidence_leads_to_the_same_award(
    plan: Plan, data: st.DataObject
) -> None:
    """Any order."""
    name = data.draw(st.sampled_from(sorted(HISTORIES)))
    shuffled = data.draw(st.permutations(HISTORIES[name]))
    assert EXPECTED[name] == held(plan, shuffled)
