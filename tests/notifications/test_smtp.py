"""A real SMTP conversation: what every answer, and every silence, means for a message."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from notifications.encryption import Tls, is_loopback
from notifications.mailer import SmtpServer, SmtpTransport, Timeouts, meaning
from notifications.transport import (
    Accepted,
    Answer,
    Deferred,
    InDoubt,
    Parcel,
    ProviderDown,
    Rejected,
)
from tests.notifications.smtp_server import Script, running

DATA = b"Subject: Hello\r\n\r\nLine\r\n.dot\r\n"


def parcel(number: int = 1, recipient: str = "ada@learners.test") -> Parcel:
    """Make a small message."""
    return Parcel(f"key-{number}", "bounces@uni.test", recipient, DATA)


async def no_note() -> None:
    """Commit nothing."""


def server(port: int, **settings: object) -> SmtpServer:
    """Name the server on loopback."""
    plain: dict[str, object] = {
        "tls": Tls.NONE,
        "greeting": "milepost.test",
        "timeouts": Timeouts(5, 5, 5),
        **settings,
    }
    return SmtpServer("127.0.0.1", port, **plain)  # type: ignore[arg-type] # test settings by name


def talk(
    script: Script,
    conversation: Callable[[SmtpTransport, int], Awaitable[None]],
    **settings: object,
) -> None:
    """Run one conversation against a server that follows a script."""

    async def whole() -> None:
        async with running(script) as port:
            transport = SmtpTransport(server(port, **settings))
            try:
                await conversation(transport, port)
            finally:
                await transport.close()

    asyncio.run(whole())


def answers(script: Script, count: int = 1, **settings: object) -> list[Answer]:
    """Send messages one after the other and give the answers."""
    got: list[Answer] = []

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        got.extend([await transport.send(parcel(number), no_note) for number in range(count)])

    talk(script, conversation, **settings)
    return got


def test_a_message_arrives_byte_for_byte_on_one_connection() -> None:
    """What was frozen is what arrives, leading dots included; connections are used again."""
    script = Script()
    got = answers(script, 3)
    assert [Accepted] * 3 == [type(answer) for answer in got]
    assert [("bounces@uni.test", "ada@learners.test", DATA)] * 3 == script.messages
    assert script.connections == 1


def test_a_connection_is_replaced_after_its_share_of_messages() -> None:
    """A connection carries so many messages and no more."""
    script = Script()
    answers(script, 5, messages_each=2)
    assert script.connections == 3


def test_an_unknown_mailbox_is_rejected_as_an_address() -> None:
    """550 5.1.1 at RCPT: never again to this address, and the next message is not hurt."""
    script = Script(rcpt=["550 5.1.1 no such user"])
    first, second = answers(script, 2)
    assert isinstance(first, Rejected)
    assert ("smtp_550", True) == (first.code, first.address)
    assert isinstance(second, Accepted)
    assert script.connections == 1


def test_a_policy_refusal_does_not_condemn_the_address() -> None:
    """550 5.7.1 is about our reputation, not about the learner's mailbox."""
    (answer,) = answers(Script(rcpt=["550 5.7.1 blocked as spam"]))
    assert isinstance(answer, Rejected)
    assert answer.address is False


def test_greylisting_defers() -> None:
    """451 at RCPT asks to come back; the same connection serves the next."""
    first, second = answers(Script(rcpt=["451 4.7.1 greylisted, try again"]), 2)
    assert isinstance(first, Deferred)
    assert first.code == "smtp_451"
    assert isinstance(second, Accepted)


@pytest.mark.parametrize(
    ("stage", "expected"), [("mail", ProviderDown), ("rcpt", Deferred), ("data", Deferred)]
)
def test_421_ends_the_connection(stage: str, expected: type[Answer]) -> None:
    """
    The next message opens a new one.

    Before the recipient is named it is the provider's trouble; later it costs the message a try,
    so that one that makes a filter hang up does not hold up the others for ever.
    """
    script = Script()
    {"mail": script.mail, "rcpt": script.rcpt, "data": script.data}[stage].append("421 4.3.2 later")
    first, second = answers(script, 2)
    assert expected is type(first)
    assert isinstance(second, Accepted)
    assert script.connections == 2


def test_a_refusal_after_the_message_is_a_clear_answer() -> None:
    """554 after the final dot: rejected, and nothing is in doubt."""
    (answer,) = answers(Script(data=["554 5.6.0 content refused"]))
    assert isinstance(answer, Rejected)
    assert answer.address is False


def test_503_is_never_the_recipients_fault() -> None:
    """Out of step: the connection is dropped and the message tried again."""
    script = Script(rcpt=["503 5.5.1 bad sequence"])
    first, second = answers(script, 2)
    assert isinstance(first, Deferred)
    assert isinstance(second, Accepted)
    assert script.connections == 2


def test_a_server_that_dies_after_the_final_dot_leaves_a_doubt() -> None:
    """The server took the message and died before it answered: nobody can tell."""
    script = Script(data=["cut"])
    first, second = answers(script, 2)
    assert isinstance(first, InDoubt)
    assert isinstance(second, Accepted)
    assert len(script.messages) == 2


def test_a_server_that_dies_at_rcpt_defers() -> None:
    """Nothing had left: the message is simply tried again."""
    wired: list[bool] = []

    async def note() -> None:
        wired.append(True)

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        answer = await transport.send(parcel(), note)
        assert isinstance(answer, Deferred)

    talk(Script(rcpt=["cut"]), conversation)
    assert wired == []


def test_a_connection_lost_while_the_note_is_committed_defers() -> None:
    """The line dropped before DATA was spoken: nothing had left."""
    script = Script()

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        async def note() -> None:
            assert script.current is not None
            script.current.cut()
            await asyncio.sleep(0.1)

        answer = await transport.send(parcel(), note)
        assert isinstance(answer, Deferred)

    talk(script, conversation)
    assert script.data_commands == 0


def test_a_server_that_is_silent_after_the_final_dot_leaves_a_doubt() -> None:
    """A time-out after DATA says nothing about the message."""

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        script.waits = asyncio.Event()
        answer = await transport.send(parcel(), no_note)
        assert isinstance(answer, InDoubt)
        script.waits.set()

    script = Script()
    talk(script, conversation, timeouts=Timeouts(5, 5, 0.2))


def test_nothing_listens() -> None:
    """A closed port is a provider that is down."""

    async def whole() -> None:
        async with running(Script()) as port:
            pass
        answer = await SmtpTransport(server(port)).send(parcel(), no_note)
        assert isinstance(answer, ProviderDown)

    asyncio.run(whole())


def test_a_cancelled_send_does_not_desynchronise_the_next() -> None:
    """The late answer of a cancelled message must not be taken for the next one's."""
    script = Script()

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        script.waits = asyncio.Event()
        task = asyncio.create_task(transport.send(parcel(1), no_note))
        await script.got_message.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        script.waits.set()
        script.waits = None
        assert isinstance(await transport.send(parcel(2), no_note), Accepted)

    talk(script, conversation)
    assert script.connections == 2


def test_an_error_of_ours_between_rcpt_and_data_drops_the_connection() -> None:
    """A database that fails while the note is committed: nothing leaves, the next is not hurt."""
    script = Script()

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        async def fails() -> None:
            raise RuntimeError("disk full")

        with pytest.raises(RuntimeError, match="disk full"):
            await transport.send(parcel(1), fails)
        assert isinstance(await transport.send(parcel(2), no_note), Accepted)

    talk(script, conversation)
    assert len(script.messages) == 1
    assert script.connections == 2


@pytest.mark.parametrize(
    "poison",
    ["ada@learners.test\0", "a@x.test>\r\nDATA", "<a@x.test> SIZE=1", "a b@x.test", "é@x.test", ""],
)
def test_a_poisoned_address_hurts_only_itself(poison: str) -> None:
    """It is refused before a word is said, so the innocent message behind it goes out."""
    script = Script()

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        refused = await transport.send(parcel(1, poison), no_note)
        assert isinstance(refused, Rejected)
        assert ("bad_address", True) == (refused.code, refused.address)
        assert isinstance(await transport.send(parcel(2), no_note), Accepted)

    talk(script, conversation)
    assert len(script.messages) == 1


def test_a_sender_that_is_none_costs_no_message() -> None:
    """It is the operator's slip: every message stays in the queue until it is mended."""
    transport = SmtpTransport(server(1))
    answer = asyncio.run(transport.send(Parcel("k", "nobody", "ada@x.test", DATA), no_note))
    assert isinstance(answer, ProviderDown)


def test_an_idle_connection_that_the_server_closed_is_replaced() -> None:
    """The server tires of waiting; the next message opens a new line and arrives."""
    script = Script()

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        await transport.send(parcel(1), no_note)
        assert script.current is not None
        script.current.cut()
        await asyncio.sleep(0.05)
        assert isinstance(await transport.send(parcel(2), no_note), Accepted)

    talk(script, conversation, idle_check=0)
    assert script.connections == 2


@pytest.mark.parametrize(
    ("idle_check", "answers_to_rset", "rsets", "connections"),
    [(30, [], 0, 1), (0, [], 1, 1), (0, ["421 4.4.2 idle too long"], 1, 2)],
)
def test_a_long_idle_connection_is_asked_before_it_is_trusted(
    idle_check: float, answers_to_rset: list[str], rsets: int, connections: int
) -> None:
    """If it does not answer well another is opened, and the message is none the worse."""
    script = Script(rset=answers_to_rset)
    got = answers(script, 2, idle_check=idle_check)
    assert [Accepted] * 2 == [type(answer) for answer in got]
    assert (rsets, connections) == (script.rset_commands, script.connections)


def test_many_at_once_share_few_connections() -> None:
    """A pool of two carries twenty messages on two lines."""
    script = Script()

    async def conversation(transport: SmtpTransport, _port: int) -> None:
        got = await asyncio.gather(*(transport.send(parcel(n), no_note) for n in range(20)))
        assert {Accepted} == set(map(type, got))

    talk(script, conversation, connections=2)
    assert script.connections == 2
    assert len(script.messages) == 20


# ── TLS and passwords ────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for `localhost`, signed by itself, with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command is not installed, so there is no certificate to test with")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    options = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    options += " -addext subjectAltName=DNS:localhost"
    subprocess.run(
        [openssl, *options.split(), "-keyout", str(path), "-out", f"{path}.crt"],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def contexts(certificate: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Give the server's context and that of a client who trusts it."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate)
    return ours, ssl.create_default_context(cafile=f"{certificate}.crt")


def secured(
    certificate: Path, host: str, tls: Tls, *, offers: bool = True, trusts: bool = True
) -> tuple[Answer, Script]:
    """Log in and send over TLS."""
    script = Script()

    async def whole() -> Answer:
        theirs, mine = contexts(certificate)
        implicit = tls is Tls.IMPLICIT
        async with running(
            script, tls=theirs if offers else None, implicit=implicit, login=True
        ) as port:
            settings = SmtpServer(
                host, port, tls, "milepost", "right", greeting="m.test", timeouts=Timeouts(5, 5, 5)
            )
            transport = SmtpTransport(settings, tls_context=mine if trusts else None)
            answer = await transport.send(parcel(), no_note)
            await transport.close()
            return answer

    return asyncio.run(whole()), script


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
def test_over_verified_tls_it_logs_in_and_sends(certificate: Path, tls: Tls) -> None:
    """Both ways of TLS work where the name and the issuer are right."""
    answer, script = secured(certificate, "localhost", tls)
    assert isinstance(answer, Accepted)
    assert script.logins == [(b"milepost", b"right")]


def test_without_starttls_no_password_leaves(certificate: Path) -> None:
    """A server, or someone in between, that does not offer STARTTLS gets no password."""
    answer, script = secured(certificate, "localhost", Tls.STARTTLS, offers=False)
    assert isinstance(answer, ProviderDown)
    assert (script.logins, script.messages) == ([], [])


@pytest.mark.parametrize("tls", [Tls.STARTTLS, Tls.IMPLICIT])
@pytest.mark.parametrize(("host", "trusts"), [("127.0.0.1", True), ("localhost", False)])
def test_a_wrong_certificate_gets_no_password(
    certificate: Path, tls: Tls, host: str, *, trusts: bool
) -> None:
    """A wrong name or an unknown issuer ends the connection before the login."""
    answer, script = secured(certificate, host, tls, trusts=trusts)
    assert isinstance(answer, ProviderDown)
    assert "certificate" in answer.reply.lower()
    assert (script.logins, script.messages) == ([], [])


def test_a_wrong_password_is_the_providers_trouble_not_the_messages() -> None:
    """The row stays in the queue; an operator sees the answer."""

    async def whole() -> Answer:
        async with running(Script(), login=True) as port:
            transport = SmtpTransport(server(port, user="milepost", password="wrong"))
            return await transport.send(parcel(), no_note)

    answer = asyncio.run(whole())
    assert isinstance(answer, ProviderDown)
    assert answer.code == "login"


def test_a_password_in_clear_is_refused_beyond_this_machine() -> None:
    """`tls: none` with a password is an operator's mistake, unless the server is here."""
    with pytest.raises(ValueError, match="unencrypted"):
        SmtpServer("mail.uni.test", 25, Tls.NONE, "milepost", "secret")
    assert "secret" not in repr(SmtpServer("localhost", 25, Tls.NONE, "milepost", "secret"))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.9", True), ("::1", True), ("localhost.evil.test", False)],
)
def test_loopback(host: str, *, expected: bool) -> None:
    """Only this machine is this machine."""
    assert expected is is_loopback(host)


def test_what_is_no_smtp_answer_after_data_is_a_doubt() -> None:
    """The library gives -1 for garbage: after the message has gone that is no clear refusal."""
    assert isinstance(meaning("data", -1, "garbage"), InDoubt)
    assert isinstance(meaning("rcpt", -1, "garbage"), Deferred)
