"""
The rounds in which rows of the outbox leave: claim some, send them, write down what came of each.

Nothing is held in memory between rounds but the pause for a provider that is down; a
process that dies at any line leaves rows that the next `recover` sorts out. The store is
synchronous and is called on one thread of its own, so a slow commit never stops the sockets.
"""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from notifications.outbox import Kind, OutboxRow, OutboxStore, Recovered, Settlement, Status
from notifications.settlement import RetryRules, refused_before_sending, settle
from notifications.transport import Answer, Deferred, InDoubt, Parcel, ProviderDown, Transport

T = TypeVar("T")

LEASE = timedelta(seconds=60)
"""How long a claim lasts without a sign of life; a round gives one three times as often."""


def as_stored(row: OutboxRow) -> bytes:
    """Send what the row holds, byte for byte."""
    return row.data or b""


def nothing_held() -> bool:
    """Hold nothing back."""
    return False


def nothing_refused(_row: OutboxRow) -> Settlement | None:
    """Refuse nothing."""
    return None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The service's clock, which may be accelerated, and the machine's; both give aware times."""

    now: Callable[[], datetime]
    machine: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out of the outbox, and the terms on which rows take it."""

    kind: Kind
    transport: Transport
    owner: str
    """Names this worker in claims; unique to the process: host, process id, a random part."""
    sender: str = ""
    """The envelope sender of e-mail: where bounces go."""
    parallel: int = 4
    rules: RetryRules = field(default_factory=RetryRules)
    lease: timedelta = LEASE
    held: Callable[[], bool] = nothing_held
    """Asked before each claim: True holds everything back, as mode `hold` and a stop switch do."""
    gate: Callable[[OutboxRow], Settlement | None] = nothing_refused
    """Asked before each try, on the store's thread: why this row must not go after all, if so."""
    compose: Callable[[OutboxRow], bytes | Settlement] = as_stored
    """Makes the bytes of a row, on the store's thread; one row always gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one round: the rows claimed, each with its settlement; None if it has none."""

    settled: tuple[tuple[OutboxRow, Settlement | None], ...] = ()
    held: int = 0
    paused_until: datetime | None = None
    """Machine's clock. The provider is down: nothing was claimed, or the rest was given back."""

    def count(self, status: Status) -> int:
        """Count the rows that came to a status."""
        return sum(
            settlement is not None and settlement.status is status for _, settlement in self.settled
        )


class LeaseLostError(Exception):
    """Raised when a claim ran out before its message could leave; the row is another's now."""


class Delivery:
    """Delivers one channel's rows, round by round. One task calls it at a time."""

    def __init__(
        self,
        store: OutboxStore,
        channel: Channel,
        clocks: Clocks,
        *,
        executor: Executor | None = None,
    ) -> None:
        """Deliver rows of `store`; its calls run on `executor`, or on a thread of our own."""
        self._store = store
        self._channel = channel
        self._clocks = clocks
        self._own_executor = (
            ThreadPoolExecutor(1, f"outbox-{channel.kind}") if executor is None else None
        )
        self._executor = executor or self._own_executor
        self._slots = asyncio.Semaphore(channel.parallel)
        self._stopping = False
        self._downs = 0
        self._paused_until: datetime | None = None

    async def round(self, limit: int = 50) -> Round:
        """
        Deliver at most `limit` rows that may go now, and return when each is settled.

        Raises:
            ExceptionGroup: If this machine failed (store, composing) for some rows; the others
                are settled none the less.

        """
        channel = self._channel
        if self._stopping:
            return Round()
        if channel.held():
            return Round(held=await self._stored(partial(self._store.hold, kind=channel.kind)))
        machine = self._clocks.machine()
        if self._paused_until is not None and machine < self._paused_until:
            return Round(paused_until=self._paused_until)
        self._paused_until = None
        rows = await self._stored(
            partial(
                self._store.claim,
                kind=channel.kind,
                owner=channel.owner,
                limit=limit,
                now=self._clocks.now(),
                machine=machine,
                lease_until=machine + channel.lease,
            )
        )
        if not rows:
            return Round()
        alive = asyncio.create_task(self._keep_alive([row.id for row in rows]))
        try:
            settlements = await self._all(rows)
        finally:
            alive.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await alive
        return Round(tuple(zip(rows, settlements, strict=True)), paused_until=self._paused_until)

    async def recover(self) -> Recovered:
        """Take back what dead workers held; call it at the start and twice a minute."""
        resend = self._channel.rules.resend
        return await self._stored(
            partial(self._store.recover, machine=self._clocks.machine(), resend=resend)
        )

    def stop(self) -> None:
        """Claim no more; rows of the running round that have not begun are given back."""
        self._stopping = True

    async def close(self) -> None:
        """Stop, and let go of connections and the thread."""
        self.stop()
        await self._channel.transport.close()
        if self._own_executor is not None:
            self._own_executor.shutdown()

    async def _all(self, rows: tuple[OutboxRow, ...]) -> list[Settlement | None]:
        tries = [asyncio.create_task(self._one(row)) for row in rows]
        try:
            await asyncio.wait(tries)
        except asyncio.CancelledError:
            for each in tries:
                each.cancel()
            await asyncio.wait(tries)
            raise
        errors = [error for each in tries if isinstance(error := each.exception(), Exception)]
        if errors:
            message = f"{len(errors)} of {len(rows)} rows of the outbox could not be delivered"
            raise ExceptionGroup(message, errors)
        return [each.result() for each in tries]

    async def _one(self, row: OutboxRow) -> Settlement | None:
        """Try one row; its settlement, or None if it went back untried or is another's by now."""
        try:
            async with self._slots:
                if self._stopping or self._paused_until is not None:
                    await self._give_back(row)
                    return None
                try:
                    data = await self._stored(partial(self._prepared, row))
                except Exception as error:
                    await self._answered(row, Deferred("broken", repr(error)))
                    raise
                if isinstance(data, Settlement):
                    return await self._settle(row, data)
                return await self._send(row, data)
        except asyncio.CancelledError:
            # A no-op for a row that is settled or on the wire already.
            await asyncio.shield(self._give_back(row))
            raise
        except LeaseLostError:
            return None

    async def _send(self, row: OutboxRow, data: bytes) -> Settlement | None:
        channel = self._channel
        leaving = False

        async def on_wire() -> None:
            nonlocal leaving
            mine = await self._stored(
                partial(
                    self._store.mark_wire,
                    row.id,
                    owner=channel.owner,
                    lease_until=self._clocks.machine() + channel.lease,
                )
            )
            if not mine:
                raise LeaseLostError(row.key)
            leaving = True

        try:
            answer = await channel.transport.send(
                Parcel(row.key, channel.sender, row.recipient, data), on_wire
            )
        except asyncio.CancelledError:
            # Not leaving: perhaps the wire is being marked this moment, and nothing has left.
            end = Settlement(Status.QUEUED, "stopped", counts=False)
            if leaving:
                doubt = InDoubt("stopped", "we were stopped while sending")
                end = settle(row, doubt, self._clocks.machine(), channel.rules)
            await asyncio.shield(self._settle(row, end))
            raise
        except LeaseLostError:
            raise
        except Exception as error:
            broken = InDoubt if leaving else Deferred
            await self._answered(row, broken("broken", repr(error)))
            raise
        return await self._answered(row, answer)

    async def _answered(self, row: OutboxRow, answer: Answer) -> Settlement | None:
        machine = self._clocks.machine()
        if isinstance(answer, ProviderDown):
            if self._paused_until is None:
                self._downs += 1
                pause = self._channel.rules.backoff(self._downs, self._channel.owner)
                self._paused_until = machine + min(pause, self._channel.rules.longest_pause)
        else:
            self._downs = 0
        return await self._settle(row, settle(row, answer, machine, self._channel.rules))

    def _prepared(self, row: OutboxRow) -> bytes | Settlement:
        """Give the bytes to send, or why the row is not to be sent."""
        refused = refused_before_sending(row, self._clocks.now(), self._channel.rules)
        return refused or self._channel.gate(row) or self._channel.compose(row)

    async def _settle(self, row: OutboxRow, settlement: Settlement) -> Settlement | None:
        write = partial(
            self._store.settle,
            row.id,
            owner=self._channel.owner,
            settlement=settlement,
            machine=self._clocks.machine(),
        )
        return settlement if await self._stored(write) else None

    async def _give_back(self, row: OutboxRow) -> None:
        await self._stored(partial(self._store.release, (row.id,), owner=self._channel.owner))

    async def _keep_alive(self, row_ids: list[int]) -> None:
        """Prolong the leases while the round lasts; the store leaves settled rows alone."""
        lease = self._channel.lease
        while True:
            await asyncio.sleep(lease.total_seconds() / 3)
            until = self._clocks.machine() + lease
            await self._stored(
                partial(self._store.extend, row_ids, owner=self._channel.owner, lease_until=until)
            )

    async def _stored(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)
