"""
What was read from files in the order of time, however much it is.

Old data is lived through in order, and files come in any: OULAD's by table, an export's by
learner. Runs of bounded length are sorted in memory and kept in files, and all runs are merged.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import msgspec

from adapters.inbound.received import Received

HELD = 200_000
"""Things kept in memory before a run is written; a small history never touches the disk."""

LENGTH = 4
FIRST = datetime(1970, 1, 1, tzinfo=UTC)

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Received)


class Timeline:
    """Things that were sent, by time and id; what can't be used comes first."""

    def __init__(self, held: int = HELD) -> None:
        """Begin empty; `held` is how many are kept in memory at most."""
        self.number = 0
        self._held = held
        self._memory: list[Received] = []
        self._runs: list[Path] = []
        self._folder: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        """Give itself; its files are removed on leaving."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, received: Iterable[Received]) -> Iterator[None]:
        """Take in what was read, yielding after each, so that a caller can show progress."""
        for item in received:
            self.number += 1
            self._memory.append(item)
            if len(self._memory) >= self._held:
                self._spill()
            yield

    def in_order(self) -> Iterator[Received]:
        """Yield everything that was added, by time and id."""
        self._memory.sort(key=_place)
        runs = [_read(path) for path in self._runs]
        yield from heapq.merge(*runs, iter(self._memory), key=_place)

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="milepost-timeline-")
        path = Path(self._folder.name) / f"{len(self._runs)}.run"
        self._memory.sort(key=_place)
        with path.open("wb") as file:
            for item in self._memory:
                data = _encoder.encode(item)
                file.write(len(data).to_bytes(LENGTH, "big"))
                file.write(data)
        self._runs.append(path)
        self._memory.clear()


def _place(item: Received) -> tuple[datetime, str]:
    return (item.event.time, item.event.id) if item.event is not None else (FIRST, item.id)


def _read(path: Path) -> Iterator[Received]:
    with path.open("rb") as file:
        while head := file.read(LENGTH):
            yield _decoder.decode(file.read(int.from_bytes(head, "big")))
