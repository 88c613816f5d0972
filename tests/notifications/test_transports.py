"""What every transport promises, tried on each: SMTP, folder, memory, redirected."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from notifications.encryption import Tls
from notifications.envelope import message_name
from notifications.mail_folder import FolderTransport
from notifications.mailer import SmtpServer, SmtpTransport, Timeouts
from notifications.memory_transport import MemoryTransport
from notifications.transport import Accepted, Parcel, Redirected, Rejected, Transport
from tests.notifications.smtp_server import Script, running

Sent = Callable[[], list[bytes]]
Opened = AbstractAsyncContextManager[tuple[Transport, Sent]]


@asynccontextmanager
async def smtp(_folder: Path) -> AsyncIterator[tuple[Transport, Sent]]:
    """Speak to a real server on loopback."""
    script = Script()
    async with running(script) as port:
        server = SmtpServer(
            "127.0.0.1", port, Tls.NONE, greeting="m.test", timeouts=Timeouts(5, 5, 5)
        )
        transport = SmtpTransport(server)
        yield transport, lambda: [data for _, _, data in script.messages]
        await transport.close()


@asynccontextmanager
async def folder(path: Path) -> AsyncIterator[tuple[Transport, Sent]]:
    """Write files."""
    yield (
        FolderTransport(path / "mail"),
        lambda: [file.read_bytes() for file in sorted((path / "mail").glob("*.eml"))],
    )


@asynccontextmanager
async def memory(_folder: Path) -> AsyncIterator[tuple[Transport, Sent]]:
    """Keep parcels."""
    transport = MemoryTransport()
    yield transport, lambda: [parcel.data for parcel in transport.parcels]


@asynccontextmanager
async def redirected(path: Path) -> AsyncIterator[tuple[Transport, Sent]]:
    """Send everything to one address."""
    async with smtp(path) as (transport, sent):
        yield Redirected(transport, "team@uni.test"), sent


@pytest.fixture(params=[smtp, folder, memory, redirected])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Give each transport in turn."""
    make: Callable[[Path], Opened] = request.param
    return make(tmp_path)


def parcel(key: str = "key", recipient: str = "ada@learners.test") -> Parcel:
    """Make a small message."""
    return Parcel(key, "bounces@uni.test", recipient, f"Subject: {key}\r\n\r\n.\r\n".encode())


def test_what_is_accepted_is_there(opened: Opened) -> None:
    """The bytes arrive as they were frozen, each parcel's own."""

    async def whole() -> None:
        async with opened as (transport, sent):

            async def note() -> None:
                assert sent() == []

            assert isinstance(await transport.send(parcel(), note), Accepted)
            assert [parcel().data] == sent()

    asyncio.run(whole())


def test_only_what_can_be_in_doubt_is_noted(opened: Opened) -> None:
    """`on_wire` is awaited exactly once, and never by a transport that is idempotent."""

    async def whole() -> None:
        async with opened as (transport, _):
            notes: list[str] = []

            async def note() -> None:
                notes.append("wire")

            await transport.send(parcel(), note)
            assert ([] if transport.idempotent else ["wire"]) == notes

    asyncio.run(whole())


def test_sending_twice_where_it_is_idempotent_leaves_one(opened: Opened) -> None:
    """That is what the word means; SMTP is honest and leaves two."""

    async def whole() -> None:
        async with opened as (transport, sent):

            async def note() -> None:
                pass

            await transport.send(parcel(), note)
            await transport.send(parcel(), note)
            assert (1 if transport.idempotent else 2) == len(sent())

    asyncio.run(whole())


def test_an_address_that_is_none_is_rejected_and_nothing_is_sent(opened: Opened) -> None:
    """Every transport judges addresses by the same strict rule; a redirected one uses its own."""

    async def whole() -> None:
        async with opened as (transport, sent):

            async def note() -> None:
                raise AssertionError("nothing may leave")

            if isinstance(transport, Redirected):
                return
            answer = await transport.send(parcel(recipient="ada@x.test\r\nDATA"), note)
            assert isinstance(answer, Rejected)
            assert answer.address is True
            assert sent() == []

    asyncio.run(whole())


def test_many_tasks_may_send_at_once(opened: Opened) -> None:
    """Thirty parcels at once are thirty messages."""

    async def whole() -> None:
        async with opened as (transport, sent):

            async def note() -> None:
                pass

            parcels = [parcel(f"key-{number:02}") for number in range(30)]
            answers = await asyncio.gather(*(transport.send(each, note) for each in parcels))
            assert {Accepted} == set(map(type, answers))
            assert {each.data for each in parcels} == set(sent())

    asyncio.run(whole())


def test_redirected_mail_goes_to_the_one_address() -> None:
    """The envelope is the team's; the bytes still name the learner."""
    inner = MemoryTransport()

    async def note() -> None:
        pass

    asyncio.run(Redirected(inner, "team@uni.test").send(parcel(), note))
    assert [("team@uni.test", parcel().data)] == [(p.recipient, p.data) for p in inner.parcels]


def test_a_dead_team_address_does_not_condemn_the_learners() -> None:
    """The one address is refused when it is configured, and never blamed on a learner."""
    with pytest.raises(ValueError, match="redirected"):
        Redirected(MemoryTransport(), "team")

    async def whole() -> None:
        async with running(Script(rcpt=["550 5.1.1 no such user"])) as port:
            server = SmtpServer("127.0.0.1", port, Tls.NONE, greeting="m.test")
            transport = Redirected(SmtpTransport(server), "team@uni.test")

            async def note() -> None:
                raise AssertionError("nothing may leave")

            answer = await transport.send(parcel(), note)
            assert isinstance(answer, Rejected)
            assert answer.address is False
            await transport.close()

    asyncio.run(whole())


def test_a_message_in_a_folder_is_named_by_its_message_id(tmp_path: Path) -> None:
    """So the file is found from the ledger, and no half-written file is left."""

    async def note() -> None:
        pass

    asyncio.run(FolderTransport(tmp_path).send(parcel("k"), note))
    assert [f"{message_name('k')}.eml"] == [path.name for path in tmp_path.iterdir()]
