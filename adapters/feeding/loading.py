"""
Files into a database, batch by batch, by the same door that HTTP's events take.

Nothing remembers how far a file was read: an event that is known already changes nothing, so an
interrupted load is simply run again. On a simulated clock events wait until it reaches them,
and timers that are due are asked before each batch, by whichever process comes first, so a
term can be lived through with or without a service beside it.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from adapters.clock import Clock
from adapters.inbound.received import BadBody, Received
from adapters.service.ingest import Taken
from adapters.service.service import Service
from adapters.store.failures import StoreBusy

T = TypeVar("T")

BATCH = 1_000
"""Events in one transaction."""

STEP = 0.05
"""Seconds between two looks at the clock while events are waited for."""

PATIENCE = 120.0
"""Seconds for which a busy database is asked again."""

SWEPT_AT_ONCE = 500


@dataclass(slots=True)
class Loaded:
    """
    What became of what was read.

    Attributes:
        reasons: How many were put aside, by the code of the reason.
        broken: What is wrong with the files themselves, "" if nothing is.
    """

    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    broken: str = ""

    @property
    def number(self) -> int:
        """Give how many things were read."""
        return self.accepted + self.duplicates + self.quarantined


Tell = Callable[[Loaded, int], None]
"""Told after each batch: what has been done so far, and the batch's bytes."""


class Loader:
    """Feeds one service."""

    def __init__(self, service: Service, clock: Clock, source: str, tell: Tell) -> None:
        """Feed `service`; what can't be read is put aside as of `source`."""
        self._service = service
        self._clock = clock
        self._source = source
        self._tell = tell
        self.loaded = Loaded()

    def until_broken(self, received: Iterable[Received]) -> Iterator[Received]:
        """Yield what can be read; a file that breaks off ends it, and is noted."""
        try:
            yield from received
        except BadBody as error:
            self.loaded.broken = str(error)

    def all_at_once(self, received: Iterable[Received]) -> Loaded:
        """Take everything now, in the order of the files."""
        batch: list[Received] = []
        for item in self.until_broken(received):
            batch.append(item)
            if len(batch) >= BATCH:
                self._take(batch)
                batch = []
        self._take(batch)
        return self.loaded

    def as_time_passes(self, ordered: Iterable[Received]) -> Loaded:
        """Take each thing when the clock has reached it; `ordered` is by time."""
        batch: list[Received] = []
        for item in ordered:
            while item.event is not None and self._clock.seconds_until(item.event.time) > 0:
                self._take(batch)
                batch = []
                self._sweep()
                time.sleep(max(STEP, min(1.0, self._clock.seconds_until(item.event.time))))
            batch.append(item)
            if len(batch) >= BATCH:
                self._sweep()
                self._take(batch)
                batch = []
        self._sweep()
        self._take(batch)
        return self.loaded

    # --- parts -----------------------------------------------------------------------------

    def _take(self, batch: list[Received]) -> None:
        """Take a batch, and count what came of it."""
        if not batch:
            return
        loaded = self.loaded
        now = self._clock.now
        receipts = _patiently(lambda: self._service.ingest(batch, now(), self._source))
        for receipt in receipts:
            match receipt.taken:
                case Taken.ACCEPTED:
                    loaded.accepted += 1
                case Taken.DUPLICATE:
                    loaded.duplicates += 1
                case Taken.QUARANTINED:
                    loaded.quarantined += 1
                    code = receipt.reason.partition(":")[0]
                    loaded.reasons[code] = loaded.reasons.get(code, 0) + 1
        self._tell(loaded, sum(len(item.raw) + 1 for item in batch))

    def _sweep(self) -> None:
        """Ask the timers that are due; a service beside us may have asked them already."""
        while _patiently(lambda: self._service.sweep(self._clock.now(), SWEPT_AT_ONCE)):
            pass


def _patiently(work: Callable[[], T]) -> T:
    """
    Do some work on the database, again while it is busy.

    Raises:
        StoreBusy: It was for so long that a person should look.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except StoreBusy:
            if time.monotonic() > until:
                raise
            time.sleep(1.0)
