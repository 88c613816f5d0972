"""
Group commit: what several callers bring at one time goes into one transaction.

A commit waits for the disk, whatever it holds. While one is under way the next callers'
batches gather, and go together as soon as it ends; nobody waits for company that may not come.
Each caller gets her own receipts when the common transaction is committed, or the reason
why nothing of hers was taken.
"""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from types import TracebackType
from typing import Self

from adapters.inbound.received import Received
from adapters.service.ingest import Receipt, Sent
from adapters.service.service import Service
from adapters.store.failures import StoreBusy

MOST = 2_000
"""Events in one transaction; a caller's own larger batch still goes as one."""

QUEUED = 100_000
"""Events that may wait; beyond it callers are told to come again later."""


class Committer:
    """The door for concurrent callers. Safe to use from any thread."""

    def __init__(self, service: Service, *, most: int = MOST, queued: int = QUEUED) -> None:
        """Start the one thread that commits; close it when done, or use it in a `with`."""
        self._service = service
        self._most = most
        self._room = queued
        self._waiting: deque[tuple[list[Sent], Future[list[Receipt]]]] = deque()
        self._number = 0
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)
        self._thread.start()

    def submit(
        self, received: Sequence[Received], arrived: datetime, source: str = ""
    ) -> "Future[list[Receipt]]":
        """
        Bring what one sender sent; the future holds its receipts once they are committed.

        The future raises StoreBusy if nothing of it was taken.

        Raises:
            StoreBusy: Too much is waiting already, or the service is stopping.
        """
        future: Future[list[Receipt]] = Future()
        if not received:
            future.set_result([])
            return future
        batch = [Sent(one, source, arrived) for one in received]
        with self._changed:
            if self._closing:
                raise StoreBusy("the service is stopping")
            if self._number and self._number + len(batch) > self._room:
                raise StoreBusy(f"{self._number:,} events are waiting already")
            self._waiting.append((batch, future))
            self._number += len(batch)
            self._changed.notify()
        return future

    def take(
        self, received: Sequence[Received], arrived: datetime, source: str = ""
    ) -> list[Receipt]:
        """Bring what one sender sent and wait for its receipts; as `submit`, for threads."""
        return self.submit(received, arrived, source).result()

    def close(self) -> None:
        """Commit what is waiting, take nothing new, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> Self:
        """Use it in a `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    # --- the thread ------------------------------------------------------------------------

    def _run(self) -> None:
        while group := self._next():
            self._commit(group)

    def _next(self) -> list[tuple[list[Sent], "Future[list[Receipt]]"]]:
        """Give the callers that go together next, in the order they came; none at the end."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            group: list[tuple[list[Sent], Future[list[Receipt]]]] = []
            number = 0
            while self._waiting and (not group or number + len(self._waiting[0][0]) <= self._most):
                batch, future = self._waiting.popleft()
                number += len(batch)
                if future.set_running_or_notify_cancel():
                    group.append((batch, future))
            self._number -= number
            if group or self._closing:
                return group
        return self._next()

    def _commit(self, group: list[tuple[list[Sent], "Future[list[Receipt]]"]]) -> None:
        try:
            receipts = self._service.take([sent for batch, _ in group for sent in batch])
        except StoreBusy as busy:
            for _, future in group:
                future.set_exception(busy)
            return
        except BaseException as error:  # noqa: BLE001 - it is each caller's to see
            if len(group) == 1:
                group[0][1].set_exception(error)
            else:
                for one in group:
                    self._commit([one])
            return
        start = 0
        for batch, future in group:
            future.set_result(receipts[start : start + len(batch)])
            start += len(batch)
