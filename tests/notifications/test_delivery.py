"""Rounds of delivery: each row once, whatever dies, and every row accounted for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from notifications.delivery import Channel, Clocks, Delivery
from notifications.encryption import Tls
from notifications.mailer import SmtpServer, SmtpTransport, Timeouts
from notifications.memory_outbox import MemoryOutbox
from notifications.memory_transport import MemoryTransport
from notifications.outbox import Kind, OutboxRow, Settlement, Status
from notifications.transport import (
    Accepted,
    Answer,
    Deferred,
    InDoubt,
    OnWire,
    Parcel,
    ProviderDown,
    Transport,
)
from tests.notifications.outbox_contract import MACHINE, NOW, entry, only
from tests.notifications.smtp_server import Script, running


class Clock:
    """The machine's clock in a test's hand."""

    def __init__(self) -> None:
        self.machine = MACHINE

    def read(self) -> datetime:
        """Say what time it is."""
        return self.machine

    def both(self) -> Clocks:
        """Give it beside a service's clock that stands."""
        return Clocks(now=lambda: NOW, machine=self.read)


class Scripted:
    """A transport that answers as told: not idempotent, and it notes the wire."""

    idempotent = False

    def __init__(self, act: Callable[[Parcel, OnWire], Awaitable[Answer]]) -> None:
        self._act = act

    async def send(self, parcel: Parcel, on_wire: OnWire) -> Answer:
        """Do as told."""
        return await self._act(parcel, on_wire)

    async def close(self) -> None:
        """Nothing is open."""


def channel(transport: Transport) -> Channel:
    """Make a channel of mail."""
    return Channel(Kind.EMAIL, transport, owner="me", sender="bounces@uni.test")


def filled(count: int = 1) -> MemoryOutbox:
    """Make an outbox with rows that may go."""
    store = MemoryOutbox()
    store.add([entry(number) for number in range(1, count + 1)])
    return store


def statuses(store: MemoryOutbox) -> dict[Status, int]:
    """Count the rows by status."""
    return {status: n for status in Status if (n := len(store.listed(status)))}


def test_a_round_sends_what_may_go() -> None:
    """Every row is tried and settled; the next round finds nothing."""
    store, transport = filled(10), MemoryTransport()

    async def whole() -> None:
        delivery = Delivery(store, channel(transport), Clock().both())
        first, second = await delivery.round(), await delivery.round()
        assert (10, 0) == (first.count(Status.SENT), len(second.settled))
        await delivery.close()

    asyncio.run(whole())
    assert {Status.SENT: 10} == statuses(store)
    assert [("key-1", "bounces@uni.test", "ada@learners.test", b"message 1")] == [
        (p.key, p.sender, p.recipient, p.data) for p in transport.parcels
    ][:1]


def test_over_smtp_every_row_arrives_once_though_answers_differ() -> None:
    """Refused, deferred, in doubt and taken: each row ends where its answer says."""
    script = Script(
        rcpt=["550 5.1.1 unknown", "451 4.7.1 greylisted"], data=["250 ok", "cut", "250 ok"]
    )
    store = filled(5)

    async def whole() -> None:
        async with running(script) as port:
            server = SmtpServer(
                "127.0.0.1", port, Tls.NONE, greeting="m.test", timeouts=Timeouts(5, 5, 5)
            )
            one_line = replace(channel(SmtpTransport(server)), parallel=1)
            delivery = Delivery(store, one_line, Clock().both())
            await delivery.round()
            await delivery.close()

    asyncio.run(whole())
    expected = {Status.FAILED: 1, Status.QUEUED: 1, Status.SENT: 2, Status.IN_DOUBT: 1}
    assert expected == statuses(store)
    assert [b"message 3", b"message 4", b"message 5"] == [
        data.strip() for _, _, data in script.messages
    ]


def test_the_wire_is_committed_before_the_message_leaves() -> None:
    """What a kill at that instant would find is a row on the wire."""
    store = filled()

    async def act(_parcel: Parcel, on_wire: OnWire) -> Answer:
        assert {Status.CLAIMED: 1} == statuses(store)
        await on_wire()
        assert {Status.WIRE: 1} == statuses(store)
        return Accepted("ok")

    asyncio.run(Delivery(store, channel(Scripted(act)), Clock().both()).round())
    assert {Status.SENT: 1} == statuses(store)


def test_a_worker_that_lost_its_claim_sends_nothing() -> None:
    """While it dawdled another took the row over: it must not send, nor write."""
    store = filled()

    async def act(_parcel: Parcel, on_wire: OnWire) -> Answer:
        store.recover(machine=MACHINE + timedelta(hours=1), resend=())
        await on_wire()
        raise AssertionError("it has left")

    async def whole() -> None:
        result = await Delivery(store, channel(Scripted(act)), Clock().both()).round()
        assert [None] == [settlement for _, settlement in result.settled]

    asyncio.run(whole())
    assert {Status.QUEUED: 1} == statuses(store)


@pytest.mark.parametrize(("wired", "expected"), [(True, Status.IN_DOUBT), (False, Status.QUEUED)])
def test_a_shutdown_in_the_middle_leaves_the_truth(expected: Status, *, wired: bool) -> None:
    """Cancelled on the wire: in doubt. Cancelled before: back in the queue, with its try."""
    store = filled(8)
    began = asyncio.Event()

    async def act(_parcel: Parcel, on_wire: OnWire) -> Answer:
        if wired:
            await on_wire()
        began.set()
        await asyncio.Event().wait()
        raise AssertionError("never")

    async def whole() -> None:
        four = replace(channel(Scripted(act)), parallel=4)
        task = asyncio.create_task(Delivery(store, four, Clock().both()).round())
        await began.wait()
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(whole())
    in_flight = {expected: 4, Status.QUEUED: 4} if wired else {Status.QUEUED: 8}
    assert in_flight == statuses(store)
    assert {0} == {row.attempts for row in store.listed(Status.QUEUED)}


def test_stop_finishes_what_is_on_the_wire_and_gives_the_rest_back() -> None:
    """A drain loses nothing and doubts nothing."""
    store = filled(6)
    go = asyncio.Event()

    async def act(_parcel: Parcel, on_wire: OnWire) -> Answer:
        await on_wire()
        await go.wait()
        return Accepted("ok")

    async def whole() -> None:
        two = replace(channel(Scripted(act)), parallel=2)
        delivery = Delivery(store, two, Clock().both())
        task = asyncio.create_task(delivery.round())
        await asyncio.sleep(0.1)
        delivery.stop()
        go.set()
        await task
        assert () == (await delivery.round()).settled

    asyncio.run(whole())
    assert {Status.SENT: 2, Status.QUEUED: 4} == statuses(store)


def test_a_provider_that_is_down_costs_no_message_a_try() -> None:
    """The rest of the round is given back, rounds pause, and then it goes on."""
    store, clock = filled(10), Clock()
    tried: list[str] = []

    async def act(parcel: Parcel, _on_wire: OnWire) -> Answer:
        tried.append(parcel.key)
        down = clock.machine < MACHINE + timedelta(minutes=5)
        return ProviderDown("connect", "refused") if down else Accepted("ok")

    async def whole() -> None:
        one = replace(channel(Scripted(act)), parallel=1)
        delivery = Delivery(store, one, clock.both())
        first = await delivery.round()
        assert first.paused_until is not None
        assert () == (await delivery.round()).settled
        assert ["key-1"] == tried
        assert {0} == {row.attempts for row in store.listed(Status.QUEUED)}
        clock.machine += timedelta(minutes=6)
        assert 10 == (await delivery.round()).count(Status.SENT)

    asyncio.run(whole())


def test_in_mode_hold_nothing_is_even_claimed() -> None:
    """What was queued is held, and a later live mode does not send it by itself."""
    store, transport = filled(3), MemoryTransport()
    hold = True

    async def whole() -> None:
        channel_ = replace(channel(transport), held=lambda: hold)
        delivery = Delivery(store, channel_, Clock().both())
        assert 3 == (await delivery.round()).held
        nonlocal_hold(False)
        assert () == (await delivery.round()).settled
        store.requeue([store.listed(Status.HELD)[0].id], now=NOW)
        assert 1 == (await delivery.round()).count(Status.SENT)

    def nonlocal_hold(value: bool) -> None:
        nonlocal hold
        hold = value

    asyncio.run(whole())
    assert {Status.HELD: 2, Status.SENT: 1} == statuses(store)
    assert 1 == len(transport.parcels)


def test_the_gate_is_asked_at_the_last_moment() -> None:
    """Who has switched a category off since, gets nothing, and the ledger says why."""
    store, transport = filled(2), MemoryTransport()

    def gate(row: OutboxRow) -> Settlement | None:
        return Settlement(Status.SUPPRESSED, "switched_off") if row.id == 1 else None

    gated = replace(channel(transport), gate=gate)
    asyncio.run(Delivery(store, gated, Clock().both()).round())
    assert ["key-2"] == [parcel.key for parcel in transport.parcels]
    assert "switched_off" == only(store, Status.SUPPRESSED).reason


def test_a_row_that_breaks_us_hurts_only_itself() -> None:
    """Composing or sending that raises: its neighbours go, it backs off, and we are told."""
    store, transport = filled(3), MemoryTransport()

    def compose(row: OutboxRow) -> bytes | Settlement:
        if row.id == 2:
            raise RuntimeError("no such template")
        return b"composed"

    async def whole() -> None:
        composed = replace(channel(transport), compose=compose)
        with pytest.raises(ExceptionGroup) as raised:
            await Delivery(store, composed, Clock().both()).round()
        assert "no such template" in str(raised.value.exceptions)

    asyncio.run(whole())
    assert {Status.SENT: 2, Status.QUEUED: 1} == statuses(store)
    broken = only(store, Status.QUEUED)
    assert broken.retry_at is not None
    assert "no such template" in broken.reason
    assert [b"composed"] * 2 == [parcel.data for parcel in transport.parcels]


@pytest.mark.parametrize(("wired", "expected"), [(True, Status.IN_DOUBT), (False, Status.QUEUED)])
def test_a_transport_that_breaks_leaves_the_truth(expected: Status, *, wired: bool) -> None:
    """An exception nobody foresaw is a doubt only if the message had begun to leave."""
    store = filled()

    async def act(_parcel: Parcel, on_wire: OnWire) -> Answer:
        if wired:
            await on_wire()
        raise RuntimeError("unforeseen")

    async def whole() -> None:
        with pytest.raises(ExceptionGroup):
            await Delivery(store, channel(Scripted(act)), Clock().both()).round()

    asyncio.run(whole())
    assert {expected: 1} == statuses(store)


def test_a_slow_round_keeps_its_claims() -> None:
    """Signs of life prolong the leases, so no other worker takes a row that is being sent."""
    store, clock = filled(), Clock()

    async def act(_parcel: Parcel, on_wire: OnWire) -> Answer:
        await on_wire()
        for _ in range(4):
            clock.machine += timedelta(seconds=0.2)
            await asyncio.sleep(0.15)
        found = store.recover(machine=clock.machine, resend=())
        return InDoubt("lost", "lease") if found.in_doubt else Accepted("ok")

    short = replace(channel(Scripted(act)), lease=timedelta(seconds=0.3))
    asyncio.run(Delivery(store, short, clock.both()).round())
    assert {Status.SENT: 1} == statuses(store)


def test_a_deferral_comes_back_when_its_time_has_come() -> None:
    """And carries its attempts along."""
    store, clock = filled(), Clock()
    answers: list[Answer] = [Deferred("smtp_451", "later"), Accepted("ok")]

    async def act(_parcel: Parcel, _on_wire: OnWire) -> Answer:
        return answers.pop(0)

    async def whole() -> None:
        delivery = Delivery(store, channel(Scripted(act)), clock.both())
        await delivery.round()
        assert () == (await delivery.round()).settled
        clock.machine += timedelta(minutes=6)
        assert 1 == (await delivery.round()).count(Status.SENT)

    asyncio.run(whole())
    assert 2 == only(store, Status.SENT).attempts


def test_recover_sorts_out_what_a_dead_worker_left() -> None:
    """Claimed goes back to the queue, wire is in doubt."""
    store, clock = filled(2), Clock()
    one, _ = store.claim(
        kind=Kind.EMAIL, owner="dead", limit=2, now=NOW, machine=MACHINE, lease_until=MACHINE
    )
    store.mark_wire(one.id, owner="dead", lease_until=MACHINE)
    found = asyncio.run(Delivery(store, channel(MemoryTransport()), clock.both()).recover())
    assert ((2,), (1,)) == (found.requeued, found.in_doubt)
