"""Any order: duplicate, late and shuffled events give the same credentials and skills."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from adapters.inbound.files import read_files
from adapters.packs import plan_from, read_for_use
from engine.calendar import micros
from engine.events import Event
from engine.outcome import Did, Outcome
from engine.replay import Life
from tests.language.asked import Replay, Said

PACK = Path(__file__).parent / "orders"

START = datetime(2025, 3, 3, 9, tzinfo=UTC)


def history(seed: int, learner: str = "ada") -> list[Said]:
    """Give a learner's history of marks, regrades, completions and plays, in the order of time."""
    dice = random.Random(seed)
    said: list[Said] = [_said(0, learner, START, "course:1", "enrolled")]
    at = START
    for number in range(1, 40):
        at += timedelta(minutes=dice.randrange(60, 2_000))
        match dice.randrange(9):
            case 0 | 1:
                quiz = dice.choice(["quiz:1", "quiz:2"])
                more: Said = {
                    "attempt": str(dice.randrange(1, 4)),
                    "score": {"raw": dice.randrange(0, 101), "min": 0, "max": 100},
                }
                said.append(_said(number, learner, at, quiz, "graded") | more)
            case 2:
                more = {"attempt": str(dice.randrange(1, 4))}
                said.append(_said(number, learner, at, "quiz:2", "submitted") | more)
            case 3:
                verb = "https://w3id.org/xapi/video/verbs/played"
                said.append(_said(number, learner, at, "page:7", verb))
            case 5:
                said.append(_said(number, learner, at, "page:1", "completed") | {"undone": True})
            case 6:
                more = {"score": {"raw": dice.randrange(0, 101), "min": 0, "max": 100}}
                said.append(
                    _said(number, learner, at, dice.choice(["quiz:1", "quiz:2"]), "graded") | more
                )
            case 7:
                word = dice.choice(["enrolled", "unenrolled"])
                said.append(_said(number, learner, at, "course:1", word))
            case 4:
                said.append(_said(number, learner, at, "page:1", "completed"))
            case _:
                said.append(_said(number, learner, at, "assign:1", "submitted"))
    return said


def _said(number: int, learner: str, at: datetime, what: str, word: str) -> Said:
    return {
        "id": f"{learner}-{number:03}",
        "time": at.isoformat(),
        "learner": learner,
        "course": "course:1",
        "object": what,
        "is": word,
    }


@pytest.mark.parametrize("seed", range(6))
def test_a_file_in_any_order_replays_the_same(replay: Replay, seed: int) -> None:
    """Events are taken by (time, id) whatever the order of the file; duplicates change nothing."""
    events = history(seed) + history(seed + 100, "ben")
    wanted = replay("orders", events)
    dice = random.Random(seed)
    shuffled = [*events, *events]
    dice.shuffle(shuffled)
    found = replay("orders", shuffled)
    assert msgspec.structs.replace(wanted, events=0) == msgspec.structs.replace(found, events=0)


def held(events: Sequence[Event], arrivals: Sequence[datetime]) -> set[str]:
    """Let events arrive at given instants, in this order; give what is held at the end."""
    reading = read_for_use([PACK])
    plan = plan_from(reading.ruleset, START)
    held: set[str] = set()

    def watch(outcome: Outcome, _now: int) -> None:
        for decision in outcome.decisions:
            if decision.did is Did.AWARDED:
                held.add(decision.thing)
            elif decision.did in (Did.REVOKED, Did.EXPIRED):
                held.discard(decision.thing)

    life = Life(plan, "ada", watch)
    for event, arrival in zip(events, arrivals, strict=True):
        at = micros(arrival)
        life.before(at)
        life.take(event, at)
    life.until(micros(arrivals[-1] + timedelta(days=1)))
    return held


@pytest.mark.parametrize("seed", range(25))
def test_events_that_arrive_in_any_order_end_in_the_same_credentials(
    tmp_path: Path, seed: int
) -> None:
    """Any order: the same credentials as the same events in order, also those kept (law 9)."""
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(said) + "\n" for said in history(seed)))
    found = [item.event for item in read_files([path], "", START)]
    events = [event for event in found if event is not None]
    assert len(found) == len(events)
    last = max(event.time for event in events)
    late = [last + timedelta(minutes=n) for n in range(len(events) * 2)]
    in_order = held(events, [event.time for event in events])
    dice = random.Random(seed)
    orders = []
    for _ in range(3):
        shuffled = [*events, *events]
        dice.shuffle(shuffled)
        orders.append(held(shuffled, late))
    assert [in_order] * 3 == orders
