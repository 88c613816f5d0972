"""
The way out: what the outbox holds is written, sent or held, as config.toml's mail mode says.

The schedule calls `run_once` again and again. Everything is in the database between two calls,
so a process that is killed in the middle of one leaves rows that the next one sorts out.
"""

import asyncio
import logging
import os
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex

import msgspec

from adapters.clock import Clock, machine_now
from adapters.outgoing import outbox_preparation as rows
from adapters.outgoing.carriers import call_carrier, mail_carrier
from adapters.outgoing.composing import BATCH, Composer, InForce, gives_back
from adapters.outgoing.correspondents import COPY
from adapters.outgoing.effects import CHANGES
from adapters.settings.tree import Settings
from adapters.store.store import Store
from notifications.delivery import Channel, Clocks, Delivery
from notifications.mode import Mode
from notifications.outbox import Kind, OutboxRow, Settlement, Status
from notifications.settlement import RetryRules

log = logging.getLogger("milepost.outbox")

ROUND = 50
"""Rows claimed at once."""

RECOVER_EVERY = timedelta(seconds=20)
"""How often the leases of other workers are looked at, on the machine's clock."""

SERVICE = "service"
"""The name, among the database's small facts, of how the last service was started."""

CALLS_AT_ONCE = 4
FIRST_CALL_WAIT = timedelta(seconds=2)
"""An LMS that was away is asked again soon: a call is safe to repeat, and a learner waits."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one run, in rows."""

    prepared: int = 0
    sent: int = 0
    in_doubt: int = 0
    failed: int = 0

    def __bool__(self) -> bool:
        """Say whether anything happened."""
        return bool(self.prepared or self.sent or self.in_doubt or self.failed)


class ServiceNote(msgspec.Struct, frozen=True):
    """How a service was started: its mail mode, the folder of its packs, its public address."""

    mail_mode: str
    packs: str
    public_url: str = ""


class Dispatch:
    """
    The mail and the calls of one process; of one event loop, too: connections belong to it.

    `run_once` may be called as often as one likes, one call at a time.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        in_force: Callable[[], InForce],
        clock: Clock,
        *,
        give_back: Callable[[str, str], object] | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """
        Prepare to send; nothing is opened yet.

        Args:
            store: A migrated database.
            settings: The mail mode, the servers and the house's own rules.
            in_force: Gives the rules and messages in force.
            clock: The service's.
            give_back: Told learner and key of each message that failed for good, so that it no
                longer counts in the rule's gap and cap: see Service.give_back.
            tls_context: Brings further roots of trust for the mail server.

        Raises:
            ValueError: The settings contradict themselves, in an operator's words.
            StoreBusy: The database is.
        """
        self._store = store
        self._mode = settings.mail.mode
        self._clock = clock
        calls = call_carrier(settings)
        self._composer = Composer(
            store, settings.mail, in_force, webhook=calls is not None, give_back=give_back
        )
        self._give_back = give_back
        self._owner = owner_name()
        self._recovered: datetime | None = None
        self._threads = ThreadPoolExecutor(1, "outbox")
        clocks = Clocks(clock.now, machine_now)
        mail = Channel(
            kind=Kind.EMAIL,
            transport=mail_carrier(settings, tls_context),
            owner=self._owner,
            sender=settings.mail.sender,
            parallel=settings.smtp.connections,
            held=self._mail_is_held,
            gate=self._gate,
            compose=_as_written,
        )
        self._deliveries = [Delivery(store.outbox, mail, clocks)]
        # `load` decides in a process of its own, by the same rules, and holds mail if we do.
        packs = settings.rules.packs.absolute()
        note = ServiceNote(self._mode.value, str(packs), settings.web.public_url)
        store.settings.put(SERVICE, note)
        if calls is not None:
            channel = Channel(
                kind=Kind.WEBHOOK,
                transport=calls,
                owner=self._owner,
                parallel=CALLS_AT_ONCE,
                rules=RetryRules(first_wait=FIRST_CALL_WAIT),
                gate=self._gate,
                compose=_as_written,
            )
            self._deliveries.append(Delivery(store.outbox, channel, clocks))

    async def run_once(self) -> Sent:
        """
        Write and send all that may go now, and return when nothing more does.

        Raises:
            StoreBusy: The database is; what was sent before is settled.
            ExceptionGroup: This machine failed for some rows; the others are settled.
        """
        await self._recover()
        if self._mail_is_held():
            await self._on_thread(partial(self._store.outbox.hold, kind=Kind.EMAIL))
        prepared = 0
        while True:
            batch = await self._on_thread(partial(self._composer.prepare, self._clock.now()))
            prepared += batch
            if batch < BATCH:
                break
        found = await asyncio.gather(
            *(self._drain(delivery) for delivery in self._deliveries), return_exceptions=True
        )
        total = Sent(prepared)
        for each in found:
            if isinstance(each, BaseException):
                raise each
            total = Sent(
                prepared,
                total.sent + each.sent,
                total.in_doubt + each.in_doubt,
                total.failed + each.failed,
            )
        return total

    def stop(self) -> None:
        """Claim no more; what is on its way is finished by the running call."""
        for delivery in self._deliveries:
            delivery.stop()

    async def close(self) -> None:
        """Stop, and let go of connections and threads."""
        for delivery in self._deliveries:
            await delivery.close()
        self._threads.shutdown()

    # --- parts -----------------------------------------------------------------------------

    async def _drain(self, delivery: Delivery) -> Sent:
        total = Sent()
        while True:
            done = await delivery.round(ROUND)
            for row, settlement in done.settled:
                await self._settled(row, settlement)
            total = Sent(
                0,
                total.sent + done.count(Status.SENT),
                total.in_doubt + done.count(Status.IN_DOUBT),
                total.failed + done.count(Status.FAILED),
            )
            if len(done.settled) < ROUND or not done.count(Status.SENT):
                return total

    async def _settled(self, row: OutboxRow, settlement: Settlement | None) -> None:
        """Say what went wrong with a row, and give its slot back if it will never go."""
        if settlement is None:
            return
        if settlement.status in {Status.FAILED, Status.IN_DOUBT}:
            words = (row.kind.value, row.id, row.recipient, settlement.status.value)
            log.warning("%s %d to %s: %s, %s", *words, settlement.reason)
        lost = gives_back(settlement.status, settlement.reason) and row.category != CHANGES
        if lost and COPY not in row.key and self._give_back is not None:
            work = partial(self._give_back, row.learner, row.key)
            await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def _recover(self) -> None:
        """Take back what dead workers held: those of this machine at once, others by lease."""
        machine = machine_now()
        if self._recovered is not None and machine - self._recovered < RECOVER_EVERY:
            return
        await self._on_thread(partial(self._abandon, machine))
        for delivery in self._deliveries:
            found = await delivery.recover()
            if found.requeued:
                log.warning(
                    "%d rows of the outbox go again: their worker died", len(found.requeued)
                )
            if found.in_doubt:
                log.warning(
                    "%d messages are in doubt, their worker died while they left: "
                    "milepost outbox list --status in_doubt",
                    len(found.in_doubt),
                )
        self._recovered = machine

    def _abandon(self, machine: datetime) -> None:
        """End the leases of workers of this machine whose process is gone."""
        with self._store.database.read() as connection:
            dead = [owner for owner in rows.owners_in_hand(connection) if is_dead(owner)]
        if dead:
            self._store.database.run(lambda connection: rows.abandon(connection, dead, machine))

    def _mail_is_held(self) -> bool:
        return self._mode is Mode.HOLD

    def _gate(self, row: OutboxRow) -> Settlement | None:
        """Ask once more, just before a try: a learner may have been suspended meanwhile."""
        if row.category == CHANGES:
            return None
        refused = self._composer.refused_now(row.learner, row.recipient, row.category)
        return None if refused is None else Settlement(Status.SUPPRESSED, refused.value)

    async def _on_thread(self, work: Callable[[], int] | Callable[[], None]) -> int:
        done = await asyncio.get_running_loop().run_in_executor(self._threads, work)
        return done or 0


def _as_written(row: OutboxRow) -> bytes | Settlement:
    """Send what is in the row; one that came in since the last batch waits for the next."""
    if row.data is not None and not row.data.startswith(rows.OPENING):
        return row.data
    return Settlement(Status.QUEUED, "", counts=False)


def owner_name() -> str:
    """Name this worker in claims: host, process, and a part by chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{token_hex(4)}"


def is_dead(owner: str) -> bool:
    """
    Say whether a worker is of this machine and its process is gone.

    One of another machine may well live; only its lease tells. Wrongly called dead, a worker
    loses its claims: what it had not begun is sent by another, and what was on the wire is
    listed as in doubt; nothing is sent twice.
    """
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return _is_zombie(int(rest))


def _is_zombie(process: int) -> bool:
    """Say whether a process has ended and only its parent's answer is missing (Linux)."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[:1] == ["Z"]


def last_service(store: Store) -> ServiceNote | None:
    """Say how the service was started that ran last on a database; None if none ever did."""
    return store.settings.get(SERVICE, ServiceNote)
