"""
A history of events, gathered by learner: spilled to disk, so that memory stays bounded.

A replay goes learner by learner, and files are in the order of time. Events are put into
as many spools as keep each one small, by a hash of the learner, and one spool at a time is
read back and sorted.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Self
from zlib import crc32

import msgspec
from msgspec.structs import replace

from adapters.inbound.received import Received
from engine.calendar import MICROSECOND
from engine.events import Event

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The arrival of what tells no time of its own, such as a profile: before everything else.

It is no event in time: a history begins with the first thing that has one.
"""

SPOOLS = 64
HELD = 200_000
"""Events kept in memory before anything is written; a small history never touches the disk."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Event)
LENGTH = 4


class History:
    """
    Events by learner.

    Attributes:
        quarantined: How many of what was read could not be used.
        reasons: How many for each reason's code.
        first: The time of the earliest event, None where there is none.
        last: The time of the latest event.
    """

    def __init__(self, held: int = HELD) -> None:
        """Begin empty; `held` events are kept in memory before spools are opened."""
        self.quarantined = 0
        self.reasons: dict[str, int] = {}
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._held = held
        self._memory: list[Event] = []
        self._folder: TemporaryDirectory[str] | None = None
        self._spools: list[BinaryIO] = []

    def __enter__(self) -> Self:
        """Give itself; the spools are removed on leaving."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close and remove the spools."""
        for spool in self._spools:
            spool.close()
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, received: Iterable[Received]) -> Iterator[None]:
        """Take in what was read, yielding after each, so that a caller can show progress."""
        for item in received:
            if item.event is None:
                self.quarantined += 1
                code = item.reason.partition(":")[0]
                self.reasons[code] = self.reasons.get(code, 0) + 1
            else:
                self._add(item.event)
            yield

    def _add(self, event: Event) -> None:
        if event.time == EPOCH:
            self._keep(event)
            return
        if self.first is None or event.time < self.first:
            self.first = event.time
        if self.last is None or event.time > self.last:
            self.last = event.time
        self._keep(event)

    def _keep(self, event: Event) -> None:
        if not self._spools:
            self._memory.append(event)
            if len(self._memory) >= self._held:
                self._open()
            return
        self._spool(event)

    def _open(self) -> None:
        self._folder = TemporaryDirectory(prefix="milepost-history-")
        self._spools = [
            (Path(self._folder.name) / f"{number}.spool").open("w+b") for number in range(SPOOLS)
        ]
        for event in self._memory:
            self._spool(event)
        self._memory.clear()

    def _spool(self, event: Event) -> None:
        data = _encoder.encode(event)
        spool = self._spools[crc32(event.learner.encode()) % SPOOLS]
        spool.write(len(data).to_bytes(LENGTH, "big"))
        spool.write(data)

    def learners(self) -> Iterator[tuple[str, list[Event]]]:
        """Yield each learner with all events, each event once, learners in order by spool."""
        known = EPOCH if self.first is None else self.first - MICROSECOND
        if not self._spools:
            yield from _by_learner(self._memory, known)
            return
        for spool in self._spools:
            spool.flush()
            spool.seek(0)
            yield from _by_learner(_read(spool), known)


def _read(spool: BinaryIO) -> Iterator[Event]:
    while head := spool.read(LENGTH):
        yield _decoder.decode(spool.read(int.from_bytes(head, "big")))


def _by_learner(events: Iterable[Event], known: datetime) -> Iterator[tuple[str, list[Event]]]:
    """Gather events by learner; what has no time of its own is known from just before the rest."""
    found: dict[str, dict[tuple[str, str], Event]] = {}
    for event in events:
        if event.time == EPOCH:
            event = replace(event, time=known)  # noqa: PLW2901 - the same event, in its place
        found.setdefault(event.learner, {}).setdefault((event.source, event.id), event)
    for learner in sorted(found):
        yield learner, list(found.pop(learner).values())
