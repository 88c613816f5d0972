"""One learner's days lived through a pack of these tests, for comparison with a model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.packs import plan_from, read_for_use
from engine.calendar import instant, micros
from engine.events import Event, Word
from engine.outcome import Outcome
from engine.plan import Plan
from engine.replay import Life

HERE = Path(__file__).parent
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a rule did, with its instant; `until` of a deferral."""

    at: datetime
    rule: str
    did: str
    because: str
    until: datetime | None
    effects: tuple[str, ...]


@lru_cache
def plan_of(pack: str, live: datetime) -> Plan:
    """Give a pack's plan, its rules live from an instant."""
    return plan_from(read_for_use([HERE / pack]).ruleset, live)


def lived(
    pack: str, zone: str, seen: Sequence[tuple[datetime, str, str]], until: datetime
) -> list[Deed]:
    """Live events (instant, object, word) of an enrolled learner through a pack, to an instant."""
    start = min(at for at, _, _ in seen) - timedelta(days=1)
    deeds: list[Deed] = []

    def watch(outcome: Outcome, now: int) -> None:
        deeds.extend(
            Deed(
                instant(now),
                decision.thing.partition("/")[2],
                decision.did.value,
                decision.because,
                None if decision.until is None else instant(decision.until),
                tuple(effect.kind.value for effect in decision.effects),
            )
            for decision in outcome.decisions
        )

    life = Life(plan_of(pack, start), "ada", watch)
    for number, (at, target, word) in enumerate(_begun(start, seen)):
        fields = (("zone", zone),) if word == Word.PROFILE else ()
        event = Event(
            id=f"e{number:04}",
            time=at,
            learner="ada",
            word=word,
            object=target,
            course="" if word == Word.PROFILE else "course:1",
            fields=fields,
            source="test",
        )
        life.before(micros(at))
        life.take(event, micros(at))
    life.until(micros(until))
    return deeds


def _begun(
    start: datetime, seen: Sequence[tuple[datetime, str, str]]
) -> Iterable[tuple[datetime, str, str]]:
    yield start, "", Word.PROFILE
    yield start, "course:1", Word.ENROLLED
    yield from sorted(seen)


def on_the_clock(wall: datetime, zone: ZoneInfo) -> datetime:
    """
    Give the instant of a wall time, in UTC.

    Law 6: in an hour that the clock skips, right after it; in a doubled one, the first.
    Written without arithmetic of offsets: the first minute whose wall is not before it.
    """
    both = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    exact = [at for at in both if at.astimezone(zone).replace(tzinfo=None) == wall]
    if exact:
        return min(exact)
    minute = max(both) + timedelta(days=2)
    while (minute - MINUTE).astimezone(zone).replace(tzinfo=None) > wall:
        minute -= MINUTE
    return minute
