"""
The parts of a history shared among processes; what is done is kept, so that it may be gone on with.

Processes are forked: they have the rules and what was read in memory already. A part's result is
written to a file of its own before it counts, and that file is named last, so a process that is
killed leaves a part that is done or one that is not.
"""

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from heapq import merge
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

import msgspec

from adapters.replaying.past import Past
from adapters.replaying.work import Differences, Found, Task, live_part, read_differences
from engine.comparison import Difference

RESULT, DIFFERENCES = "part-{:05}.result", "part-{:05}.differences"
MANIFEST = "manifest.json"

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Found)


class Manifest(msgspec.Struct, frozen=True):
    """
    What the results in a folder are of; another replay has another one.

    Attributes:
        ruleset: The fingerprint of the rules.
        beside: That of the rules beside them, "" for none.
        history: What names the events: files with sizes and times, or a database and its span.
        until: Until when, "" for the end.
        live: From when the rules act.
        parts: Into how many parts the learners fall.
    """

    ruleset: str
    beside: str
    history: tuple[str, ...]
    until: str
    live: str
    parts: int


class OtherReplayError(Exception):
    """A folder holds the results of another replay."""


def begin(folder: Path, manifest: Manifest) -> None:
    """
    Note in a folder which replay it belongs to, or make sure that it is this one.

    Raises:
        OtherReplayError: It belongs to another; the message says in what they differ.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / MANIFEST
    if file.is_file():
        try:
            known = msgspec.json.decode(file.read_bytes(), type=Manifest)
        except msgspec.MsgspecError as error:
            raise OtherReplayError(f"{file} can't be read: {error}") from error
        if known != manifest:
            names = [
                name
                for name in Manifest.__struct_fields__
                if getattr(known, name) != getattr(manifest, name)
            ]
            raise OtherReplayError(
                f"{folder} holds another replay ({', '.join(names)} differ); "
                "name another folder, or remove this one"
            )
        return
    _write(file, msgspec.json.encode(manifest))


class Crew:
    """A replay's processes."""

    def __init__(self, task: Task, past: Past, folder: Path, jobs: int) -> None:
        """
        Take a replay in hand; nothing is begun.

        Args:
            task: By which rules, and until when.
            past: The history.
            folder: For results and differences.
            jobs: How many processes at most.
        """
        self._task, self._past, self._folder = task, past, folder
        self._jobs = max(1, min(jobs, past.parts))
        self.done_before = sum(self._is_done(number) for number in range(past.parts))

    def run(self, alive: Callable[[int, int], object]) -> Found:
        """
        Live through all parts that are not done yet, and give the sum of all.

        Args:
            alive: Told how many parts and events are done, each time some more are.
        """
        waiting = [n for n in range(self._past.parts) if not self._is_done(n)]
        total = Found.nothing(self._task)
        for number in range(self._past.parts):
            if number not in waiting:
                total.join(self._result(number))
        alive(self.done_before, total.totals.events)
        for found in self._one_by_one(waiting) if self._jobs == 1 else self._shared(waiting):
            total.join(found)
            alive(1, found.totals.events)
        return total

    def differences(self) -> Iterator[Difference]:
        """Yield all differences, by learner."""
        parts = [
            read_differences(self._folder / DIFFERENCES.format(number))
            for number in range(self._past.parts)
        ]
        if self._past.in_order:
            return chain.from_iterable(parts)
        return merge(*parts, key=lambda difference: difference.learner)

    def _one_by_one(self, waiting: list[int]) -> Iterator[Found]:
        for number in waiting:
            yield self._live(number)

    def _shared(self, waiting: list[int]) -> Iterator[Found]:
        pool = ProcessPoolExecutor(
            self._jobs, get_context("fork"), initializer=_take_in_hand, initargs=(self,)
        )
        with pool:
            running: list[Future[int]] = [pool.submit(_live, number) for number in waiting]
            try:
                for future in as_completed(running):
                    yield self._result(future.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _live(self, number: int) -> Found:
        kept = Differences(self._folder / DIFFERENCES.format(number))
        with contextlib.closing(kept):
            found = live_part(self._task, self._past.part(number), kept.keep)
        _write(self._folder / RESULT.format(number), _encoder.encode(found))
        return found

    def live(self, number: int) -> int:
        """Live one part through, in whatever process this is, and keep what came of it."""
        self._live(number)
        return number

    def _is_done(self, number: int) -> bool:
        return (self._folder / RESULT.format(number)).is_file()

    def _result(self, number: int) -> Found:
        return _decoder.decode((self._folder / RESULT.format(number)).read_bytes())


_mine: Crew | None = None
"""In a forked process: the crew that it works for."""


def _take_in_hand(crew: Crew) -> None:
    global _mine  # noqa: PLW0603 - a process's own
    _mine = crew


def _live(number: int) -> int:
    if _mine is None:
        raise RuntimeError("this process was not forked from a replay")
    return _mine.live(number)


def _write(path: Path, data: bytes) -> None:
    """Write a file so that it is there as a whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.write_bytes(data)
    draft.replace(path)
