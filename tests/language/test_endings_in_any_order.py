"""Any order: regrades, undone completions and revocations end in the same credentials."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.packs import plan_from, read_for_use
from engine.by_hand import BECAUSE, BY
from engine.calendar import micros
from engine.events import Event, Score, Word
from engine.plan import Plan
from engine.record import CREDENTIAL
from engine.replay import Life

HERE = Path(__file__).parent
START = datetime(2025, 3, 3, 9, tzinfo=UTC)
END = START + timedelta(days=25)
"""Before anything of the pack expires: an expiry is an award's own, and so of its arrival."""

CREDENTIALS = ("endings/part", "endings/own", "endings/kept", "endings/lab-done")

KEEPING = {"endings/stack-kept", "endings/whole"}
"""Stacks that keep what a part of theirs has lost: whether it was held hangs on what was known."""


@cache
def plan() -> Plan:
    """Give the pack's plan, its rules live from the start."""
    return plan_from(read_for_use([HERE / "endings"]).ruleset, START)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Draw marks, regrades, completions, what is taken back, what persons revoke and award."""
    events = []
    for number in range(draw(st.integers(1, 12))):
        target, word, attempt = "page:2", Word.COMPLETED, ""
        score: Score | None = None
        fields: tuple[tuple[str, str], ...] = ()
        match draw(st.integers(0, 7)):
            case 0 | 1 | 2 | 3:
                target, word = draw(st.sampled_from(["quiz:1", "quiz:2"])), Word.GRADED
                attempt = draw(st.sampled_from(["", "1", "2"]))
                mark = draw(st.sampled_from([0, 69, 70, 100]))
                score = Score(raw=Decimal(mark), high=Decimal(100))
            case 4 | 5:
                pass
            case 6:
                target, word = draw(st.sampled_from(CREDENTIALS)), Word.REVOKED
                fields = ((BECAUSE, "Copied"),)
            case _:
                target, word = draw(st.sampled_from(CREDENTIALS)), Word.AWARDED
                fields = ((BECAUSE, "Learned at work"), (BY, "kay"))
        events.append(
            Event(
                id=f"e{number:02}",
                time=START + timedelta(hours=draw(st.integers(0, 24 * 20))),
                learner="ada",
                word=word,
                object=target,
                course="" if CREDENTIAL in target or "/" in target else "course:1",
                score=score,
                attempt=attempt,
                undone=draw(st.integers(0, 3)) == 0,
                fields=fields,
                source="test",
            )
        )
    return events


def held(events: Sequence[Event], arrivals: Sequence[datetime]) -> set[str]:
    """Let events arrive at given instants; give what is held at the end."""
    life = Life(plan(), "ada", lambda _outcome, _now: None)
    for event, arrival in zip(events, arrivals, strict=True):
        life.before(micros(arrival))
        life.take(event, micros(arrival))
    life.until(micros(END))
    ledger = life.record.ledger
    return {name for name in ledger.awards if ledger.held(name)} - KEEPING


@settings(max_examples=300, deadline=None)
@given(histories(), st.integers(0, 1000))
def test_what_is_held_hangs_on_no_order(events: list[Event], seed: int) -> None:
    """Shuffled and doubled, all of them late: the same as in order."""
    in_order = sorted(events, key=lambda event: event.order)
    wanted = held(in_order, [event.time for event in in_order])
    shuffled = random.Random(seed).sample([*events, *events], 2 * len(events))
    late = [START + timedelta(days=21, minutes=number) for number in range(len(shuffled))]

    assert wanted == held(shuffled, late)
