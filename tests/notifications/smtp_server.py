"""A real SMTP server on loopback that answers as a test tells it to, and dies when told to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class DyingServer(SMTP):
    """Cuts the line when told to: a server process that is killed answers nothing."""

    script: "Script"

    def cut(self) -> None:
        """Drop the connection without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Die before DATA is answered, if told to."""
        self.script.data_commands += 1
        if self.script.dies_at_data:
            self.cut()
            return
        await super().smtp_DATA(arg)


@dataclass(slots=True)
class Script:
    """What the server is to answer, and what it has seen."""

    rcpt: list[str] = field(default_factory=list)
    """Answers to RCPT, one after the other, 250 when used up; `cut` dies without an answer."""
    mail: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    """Answers after the final dot; `cut` takes the message and dies without an answer."""
    dies_at_data: bool = False
    waits: asyncio.Event | None = None
    """Set: the answer after the final dot waits for it."""
    got_message: asyncio.Event = field(default_factory=asyncio.Event)
    messages: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Sender, recipient, bytes, of each message that was taken, or may have been."""
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    connections: int = 0
    data_commands: int = 0
    rset: list[str] = field(default_factory=list)
    """Answers to RSET, one after the other, 250 when used up."""
    rset_commands: int = 0
    current: DyingServer | None = None

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        """Note a login; only the password `right` is."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer MAIL."""
        answer = self.mail.pop(0) if self.mail else "250 OK"
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: DyingServer,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Answer RCPT."""
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer == "cut":
            server.cut()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_RSET(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        """Answer RSET."""
        self.rset_commands += 1
        return self.rset.pop(0) if self.rset else "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: DyingServer, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message and answer, or die."""
        answer = self.data.pop(0) if self.data else "250 taken"
        self.got_message.set()
        if self.waits is not None:
            await self.waits.wait()
        if answer.startswith("250") or answer == "cut":
            content = envelope.original_content
            assert content is not None
            self.messages.append((envelope.mail_from or "", envelope.rcpt_tos[0], content))
        if answer == "cut":
            server.cut()
        return answer


@asynccontextmanager
async def running(
    script: Script,
    *,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
    login: bool = False,
) -> AsyncIterator[int]:
    """Run a server on a free port of loopback; gives the port."""

    def line() -> DyingServer:
        script.connections += 1
        server = DyingServer(
            script,
            hostname="mail.test",
            loop=asyncio.get_running_loop(),
            tls_context=None if implicit else tls,
            authenticator=script.authenticate if login else None,
            auth_require_tls=False,
        )
        server.script = script
        script.current = server
        return server

    factory: Callable[[], asyncio.BaseProtocol] = line
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(factory, "127.0.0.1", 0, ssl=tls if implicit else None)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        if script.current is not None:
            script.current.cut()
        await listener.wait_closed()
        await asyncio.sleep(0)
