"""
What a worker had in hand when it died: a mark in a file, so that the event is found that killed it.

The matcher is C and can take the process with it; an event that does must not be tried for
ever. So every event is counted *before* it is matched. A database row before each batch would
cost a second commit; this file costs a memory write: the keys of the batch are written once,
and a number says which of them is in hand. The page cache outlives the process, and a machine
that loses power was not killed by an event. A lock on the file says whether its worker lives.

Only the first page, which is there from the start, is mapped; keys are written by a call. A
write into a map for which a full disk has no page would end the worker (SIGBUS).
"""

import fcntl
import mmap
import os
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from adapters.store.failures import StoreBusy
from adapters.store.hotpath import EventKey

SIZE = 4 * 1024 * 1024
"""Bytes of a mark; keys of a larger batch are cut off, and then blame nobody."""

_HEAD = struct.Struct("<iI")
"""Which key is in hand (-1 for none), and how long the list of keys is."""

_keys = msgspec.msgpack.Decoder(list[EventKey])


class DeathMark:
    """One worker's mark. Not to be shared between threads that decide."""

    def __init__(self, folder: Path) -> None:
        """
        Take a new file in a folder that the workers of one database share.

        Raises:
            StoreBusy: It can't be written there now; the disk is full, for one.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._path = folder / f"worker-{os.getpid()}-{os.urandom(4).hex()}.mark"
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise _busy(folder, error) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            _write(self._file, bytes(mmap.PAGESIZE), 0)
            self._map = mmap.mmap(self._file, mmap.PAGESIZE)
        except OSError as error:
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            raise _busy(folder, error) from error
        self.nothing()

    def batch(self, keys: Sequence[EventKey]) -> None:
        """
        Write down what is about to be taken in hand, one after another.

        Raises:
            StoreBusy: It can't be written now; the disk is full, for one.
        """
        data = msgspec.msgpack.encode(keys)
        if len(data) > SIZE - _HEAD.size:
            data = b""
        _HEAD.pack_into(self._map, 0, -1, 0)
        try:
            _write(self._file, data, _HEAD.size)
        except OSError as error:
            raise _busy(self._path.parent, error) from error
        _HEAD.pack_into(self._map, 0, -1, len(data))

    def hand(self, number: int) -> None:
        """Say which of the batch is in hand now."""
        _IN_HAND.pack_into(self._map, 0, number)

    def nothing(self) -> None:
        """Say that nothing is in hand."""
        _IN_HAND.pack_into(self._map, 0, -1)

    def close(self) -> None:
        """Give the file up."""
        self._map.close()
        self._path.unlink(missing_ok=True)
        os.close(self._file)

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the file up."""
        self.close()


_IN_HAND = struct.Struct("<i")


def _write(file: int, data: bytes, at: int) -> None:
    """Write all of some bytes; a full disk may take a part before it says no."""
    while data:
        written = os.pwrite(file, data, at)
        data, at = data[written:], at + written


def _busy(folder: Path, error: OSError) -> StoreBusy:
    return StoreBusy(f"the workers' marks can't be written in {folder}: {error.strerror}")


def victims(folder: Path) -> Iterator[tuple[Path, EventKey | None]]:
    """
    Yield the marks of workers that are dead, each with what it had in hand, if anything.

    The caller counts it and then removes the file; a mark that is counted twice because the
    caller died in between errs on the safe side.
    """
    if not folder.is_dir():
        return
    for path in sorted(folder.glob("worker-*.mark")):
        with path.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield path, _in_hand(file.read())


def _in_hand(data: bytes) -> EventKey | None:
    if len(data) < _HEAD.size:
        return None
    number, length = _HEAD.unpack_from(data)
    if number < 0 or not length:
        return None
    try:
        keys = _keys.decode(data[_HEAD.size : _HEAD.size + length])
    except msgspec.MsgspecError:
        return None
    return keys[number] if number < len(keys) else None
