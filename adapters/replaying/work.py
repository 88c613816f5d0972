"""What a replay does with one part of a history: every learner lived through, perhaps twice."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from adapters.replaying.named import Named
from engine.calendar import Micros, micros
from engine.comparison import Deeds, Difference, Lived, differences
from engine.events import Event
from engine.plan import Plan
from engine.replay import Totals, replay_learner
from engine.shifts import Shifts

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Difference)


@dataclass(frozen=True, slots=True)
class Task:
    """
    What is to be lived through.

    Attributes:
        plan: The rules that are asked about.
        beside: The rules that they are held beside, None for none.
        until: Until when; None for the history's end.
    """

    plan: Plan
    beside: Plan | None
    until: datetime | None

    @property
    def end(self) -> Micros | None:
        """Give the end in microseconds."""
        return None if self.until is None else micros(self.until)


@dataclass(slots=True)
class Found:
    """
    What came of a part of a history, or of all of it.

    Attributes:
        totals: What the rules did.
        beside: What the other rules did, None where there are none.
        shifts: What differs.
        named: What the events speak of, beside what the packs know.
    """

    totals: Totals
    beside: Totals | None = None
    shifts: Shifts = field(default_factory=Shifts)
    named: Named = field(default_factory=Named)

    @classmethod
    def nothing(cls, task: Task) -> "Found":
        """Begin with zeros."""
        beside = None if task.beside is None else Totals.of(task.beside)
        return cls(Totals.of(task.plan), beside)

    def join(self, other: "Found") -> None:
        """Add what came of another part."""
        self.totals.join(other.totals)
        if self.beside is not None and other.beside is not None:
            self.beside.join(other.beside)
        self.shifts.join(other.shifts)
        self.named.join(other.named)


def live_part(
    task: Task,
    learners: Iterable[tuple[str, list[Event]]],
    keep: Callable[[Difference], object],
    alive: Callable[[int], object] = lambda _: None,
) -> Found:
    """
    Live the learners of one part through.

    Args:
        task: By which rules, and until when.
        learners: Each with all events.
        keep: Told of each difference.
        alive: Told how many events were lived through, learner by learner.
    """
    found = Found.nothing(task)
    end = task.end
    for learner, events in learners:
        within = [e for e in events if end is None or micros(e.time) <= end]
        if not within:
            continue
        alive(len(within))
        found.totals.events += len(within)
        found.named.see(task.plan, within)
        if task.beside is None or found.beside is None:
            replay_learner(task.plan, learner, within, end, found.totals)
            continue
        found.beside.events += len(within)
        last = end if end is not None else max(micros(e.time) for e in within)
        before = _lived(task.beside, learner, within, end, last, found.beside)
        after = _lived(task.plan, learner, within, end, last, found.totals)
        differing = list(differences(before, after))
        found.shifts.count(differing)
        for difference in differing:
            keep(difference)
    return found


def _lived(
    plan: Plan,
    learner: str,
    events: list[Event],
    until: Micros | None,
    end: Micros,
    totals: Totals,
) -> Lived:
    deeds = Deeds()
    record = replay_learner(plan, learner, events, until, totals, deeds.watch)
    return Lived(plan, record, deeds, end)


class Differences:
    """Differences in a file, one a line: written by whoever lives, read where all is told."""

    def __init__(self, path: Path) -> None:
        """Write to a file; what was in it is gone."""
        self._file = path.open("wb")

    def keep(self, difference: Difference) -> None:
        """Write one down."""
        self._file.write(_encoder.encode(difference) + b"\n")

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read_differences(path: Path) -> Iterator[Difference]:
    """Yield the differences of a file."""
    with path.open("rb") as file:
        for line in file:
            yield _decoder.decode(line)
