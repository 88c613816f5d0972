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

SPOOLS = 256
"""Ten million events make parts of forty thousand: as many as a process keeps easily."""
HELD = 200_000
"""Events kept in memory before anything is written; a small history never touches the disk."""
MEMORY_PARTS, WORTH_PARTING = 16, 5_000
"""Into how many parts a history in memory falls, and from how many events on."""
ENDING, NOTE = ".spool", "read.json"

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
        number: How many events there are, those that came twice counted twice.
    """

    in_order = False
    """Learners fall into parts by a hash."""

    def __init__(self, held: int = HELD, keep: Path | None = None) -> None:
        """
        Begin empty.

        Args:
            held: How many events are kept in memory before spools are opened.
            keep: A folder for the spools, which stay there; None for one that goes.
        """
        self.number = 0
        self.quarantined = 0
        self.reasons: dict[str, int] = {}
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._held = held
        self._kept = keep
        self._memory: list[Event] = []
        self._temporary: TemporaryDirectory[str] | None = None
        self._folder: Path | None = None
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
        if self._temporary is not None:
            self._temporary.cleanup()

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
        self.number += 1
        if not self._spools:
            self._memory.append(event)
            if len(self._memory) >= self._held:
                self._open()
            return
        self._spool(event)

    def _open(self) -> None:
        if self._kept is None:
            self._temporary = TemporaryDirectory(prefix="milepost-history-")
            self._folder = Path(self._temporary.name)
        else:
            self._folder = self._kept
            self._folder.mkdir(parents=True, exist_ok=True)
        self._spools = [
            (self._folder / f"{number}{ENDING}").open("w+b") for number in range(SPOOLS)
        ]
        for event in self._memory:
            self._spool(event)
        self._memory.clear()

    def _spool(self, event: Event) -> None:
        data = _encoder.encode(event)
        spool = self._spools[_hash(event.learner) % SPOOLS]
        spool.write(len(data).to_bytes(LENGTH, "big"))
        spool.write(data)

    @property
    def parts(self) -> int:
        """Give into how many parts the learners fall: by spool, or few where all is in memory."""
        if self._folder is not None:
            return SPOOLS
        return MEMORY_PARTS if len(self._memory) > WORTH_PARTING else 1

    def part(self, number: int) -> Iterator[tuple[str, list[Event]]]:
        """Yield the learners of one part, each with all events; a forked process may ask too."""
        known = EPOCH if self.first is None else self.first - MICROSECOND
        if self._folder is None:
            parts = self.parts
            yield from _by_learner(
                (e for e in self._memory if _hash(e.learner) % parts == number), known
            )
            return
        if self._spools:
            self._spools[number].flush()
        # Opened anew: a place in an open file is shared with forked processes.
        with (self._folder / f"{number}{ENDING}").open("rb") as spool:
            yield from _by_learner(_read(spool), known)

    def learners(self) -> Iterator[tuple[str, list[Event]]]:
        """Yield each learner with all events, each event once, learners in order by part."""
        for number in range(self.parts):
            yield from self.part(number)

    def of(self, learner: str) -> list[Event]:
        """Give one learner's events."""
        for name, events in self.part(_hash(learner) % self.parts):
            if name == learner:
                return events
        return []

    def close_reading(self) -> None:
        """Note that all was read; a kept folder can then be opened again with `reopened`."""
        if self._kept is None:
            return
        if not self._spools:
            self._open()
        for spool in self._spools:
            spool.flush()
        note = _Note(self.quarantined, self.reasons, self.first, self.last, self.number)
        (self._kept / NOTE).write_bytes(msgspec.json.encode(note))

    @classmethod
    def reopened(cls, folder: Path) -> "History | None":
        """Give a kept history that was read to its end; None where there is none."""
        file = folder / NOTE
        if not file.is_file():
            return None
        note = msgspec.json.decode(file.read_bytes(), type=_Note)
        found = cls(keep=folder)
        found.quarantined, found.reasons = note.quarantined, note.reasons
        found.first, found.last, found.number = note.first, note.last, note.number
        found._folder = folder
        return found


class _Note(msgspec.Struct):
    quarantined: int
    reasons: dict[str, int]
    first: datetime | None
    last: datetime | None
    number: int


def _hash(learner: str) -> int:
    return crc32(learner.encode())


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
