"""Any order, and more evidence: windows, rows, means, dates, units, enrolments, old evidence."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.packs import plan_from, read_for_use
from engine.calendar import micros
from engine.events import Event, Score, Word
from engine.mastery import Standing, rank, standing
from engine.plan import Plan
from engine.record import Record
from engine.replay import Life
from engine.view import View

HERE = Path(__file__).parent
START = datetime(2025, 3, 3, 9, tzinfo=UTC)
PACKS = ["windows", "means", "dated", "progress", "enrolments", "decay"]


@cache
def plan_of(pack: str) -> Plan:
    """Give a pack's plan, its rules live from the start."""
    return plan_from(read_for_use([HERE / pack]).ruleset, START)


def said(number: int, at: datetime, target: str, word: str, mark: int | None = None) -> Event:
    """Give an event of ada; one with a mark is an attempt of its own."""
    return Event(
        id=f"e{number:03}",
        time=at,
        learner="ada",
        word=word,
        object=target,
        course=target if word in (Word.ENROLLED, Word.UNENROLLED) else "course:1",
        score=None if mark is None else Score(raw=Decimal(mark), high=Decimal(100)),
        attempt="" if mark is None else f"a{number}",
        undone=False,
        source="test",
    )


def history(pack: str, seed: int) -> list[Event]:
    """Give marks, completions, attendances and enrolments of a few years, in the order of time."""
    dice = random.Random(seed)
    activities = sorted(plan_of(pack).ruleset.activities.values(), key=lambda a: a.id)
    events = [said(0, START, "course:1", Word.ENROLLED)]
    at = START
    for number in range(1, 30):
        at += timedelta(minutes=dice.choice([20, 60, 1_000, 10_000, 90_000]))
        target = dice.choice(activities).lms[0]
        match dice.randrange(8):
            case 0 | 1 | 2 | 3:
                events.append(said(number, at, target, Word.GRADED, dice.choice([0, 55, 65, 100])))
            case 4 | 5:
                word = dice.choice([Word.COMPLETED, Word.ATTENDED, Word.MISSED])
                events.append(said(number, at, target, word))
            case 6:
                events.append(said(number, at, target, Word.SUBMITTED))
            case _:
                word = dice.choice([Word.ENROLLED, Word.UNENROLLED])
                events.append(said(number, at, "course:1", word))
    return events


def ended(
    pack: str, events: Sequence[Event], arrivals: Sequence[datetime], until: datetime
) -> tuple[set[str], dict[str, str]]:
    """Let events arrive at given instants; give what is held and the levels at the end."""
    life = Life(plan_of(pack), "ada", lambda _outcome, _now: None)
    for event, arrival in zip(events, arrivals, strict=True):
        life.before(micros(arrival))
        life.take(event, micros(arrival))
    life.until(micros(until))
    ledger = life.record.ledger
    return {name for name in ledger.awards if ledger.held(name)}, dict(ledger.levels)


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("seed", range(12))
def test_events_in_any_order_end_in_the_same_credentials_and_levels(pack: str, seed: int) -> None:
    """Shuffled and doubled, all of them late: the same as in order."""
    events = history(pack, seed)
    last = events[-1].time
    until = last + timedelta(days=3)
    wanted = ended(pack, events, [event.time for event in events], until)
    dice = random.Random(seed)
    for _ in range(2):
        shuffled = [*events, *events]
        dice.shuffle(shuffled)
        late = [last + timedelta(minutes=n + 1) for n in range(len(shuffled))]
        assert wanted == ended(pack, shuffled, late, until)


def stands(events: Sequence[Event], now: datetime) -> Standing:
    """Give where ada stands in the skill that decays."""
    plan = plan_of("decay")
    record = Record("ada")
    for event in events:
        record.fold(event, plan.place(event))
    zone = plan.clocks.zone("", "", "decay")
    return standing(
        plan.ruleset.skills["decay/fresh"], View(plan, record, micros(now), zone, "decay")
    )


instants = st.integers(0, 6 * 365).map(lambda days: START + timedelta(days=days))
sources = st.sampled_from(["quiz:1", "quiz:2", "page:1"])
marks = st.tuples(instants, sources, st.sampled_from([0, 30, 70, 90, 100]))


@settings(max_examples=150, deadline=None)
@given(st.lists(marks, max_size=6), marks, st.integers(0, 8 * 365))
def test_more_evidence_of_100_percent_never_lowers_what_decays(
    before: list[tuple[datetime, str, int]], more: tuple[datetime, str, int], days: int
) -> None:
    """However old it is and wherever it comes from, at whatever time it is asked."""
    events = [said(n, at, what, Word.GRADED, mark) for n, (at, what, mark) in enumerate(before)]
    full = said(99, more[0], more[1], Word.GRADED, 100)
    now = START + timedelta(days=days)
    skill = plan_of("decay").ruleset.skills["decay/fresh"]
    without, with_it = stands(events, now), stands([*events, full], now)
    assert rank(skill, without.level) <= rank(skill, with_it.level)
    assert (without.score or 0) <= (with_it.score or 0)
