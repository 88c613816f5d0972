"""
The SMTP side: a small pool of connections, each spoken to by one task at a time.

The rules in here were each measured against aiosmtplib and real servers (see the decision
record on mail): speak `mail`, `rcpt`, `data` with frozen bytes, never `send_message`, which
folds headers anew; never reuse a connection after anything odd or a cancellation, whose late
answer would be taken for the next message's; never fall back to an unencrypted line.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

import aiosmtplib

from notifications import address
from notifications.encryption import Tls, is_loopback
from notifications.transport import (
    Accepted,
    Answer,
    Deferred,
    InDoubt,
    OnWire,
    Parcel,
    ProviderDown,
    Rejected,
)

Stage = Literal["mail", "rcpt", "data"]
"""The command that was refused or lost."""

OUT_OF_STEP = frozenset({500, 502, 503, 504})
"""Client and server misunderstand each other: the connection's fault, never the recipient's."""

GOODBYE = 421
"""The server closes the connection."""
LOGIN_WANTED = frozenset({530, 535, 538})
"""It wants a login, or another one: an operator's matter."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for the server's answers, in seconds; those of RFC 5321, 4.5.3.2."""

    connect: float = 30
    command: float = 300
    data: float = 600


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The submission server, as config.toml names it."""

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    connections: int = 4
    messages_each: int = 100
    """A connection is opened anew after so many messages."""
    idle_check: float = 30
    """A connection idle for so many seconds is asked for a sign of life first."""
    greeting: str = ""
    """What we call ourselves in EHLO; empty takes the host's name."""
    timeouts: Timeouts = field(default_factory=Timeouts)

    def __post_init__(self) -> None:
        """
        Refuse what would send a password in clear.

        Raises:
            ValueError: In an operator's words.

        """
        if self.tls is Tls.NONE and (self.user or self.password) and not is_loopback(self.host):
            raise ValueError(
                f"the password for {self.host} would cross the network unencrypted; "
                "set tls to starttls or implicit"
            )


@dataclass(slots=True)
class _Line:
    """One connection: who speaks, and what it has been through."""

    client: aiosmtplib.SMTP
    messages: int = 0
    last_used: float = 0.0


class SmtpTransport:
    """Sends through one submission server. Not idempotent: two DATA are two messages."""

    def __init__(self, server: SmtpServer, *, tls_context: ssl.SSLContext | None = None) -> None:
        """Make a pool that opens connections as needed; `tls_context` brings own roots of trust."""
        self._server = server
        self._tls_context = tls_context or ssl.create_default_context()
        self._idle: list[_Line] = []
        self._slots = asyncio.Semaphore(server.connections)

    @property
    def idempotent(self) -> bool:
        """False: a server cannot be relied on to collapse copies."""
        return False

    async def send(self, parcel: Parcel, on_wire: OnWire) -> Answer:
        """Send one message to one address; see `Transport.send`."""
        if why := address.refusal(parcel.sender):
            # An operator's slip in config.toml must not cost a message.
            return ProviderDown("bad_sender", f"{parcel.sender!r}: {why}")
        if why := address.refusal(parcel.recipient):
            return Rejected("bad_address", f"{parcel.recipient!r}: {why}", address=True)
        async with self._slots:
            try:
                line = await self._take()
            except aiosmtplib.SMTPAuthenticationError as error:
                return ProviderDown("login", f"{error.code} {error.message}")
            except (aiosmtplib.SMTPException, OSError, ValueError) as error:
                return ProviderDown("connect", str(error) or repr(error))
            async with self._closed_unless_done(line) as done:
                answer = await self._converse(line.client, parcel, on_wire)
                if line.client.is_connected:
                    done.append(line)
                return answer

    async def close(self) -> None:
        """Say goodbye on idle connections."""
        lines, self._idle = self._idle, []
        for line in lines:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await line.client.quit(timeout=self._server.timeouts.connect)
            line.client.close()

    async def _converse(self, client: aiosmtplib.SMTP, parcel: Parcel, on_wire: OnWire) -> Answer:
        """MAIL, RCPT, our own note, DATA: and a meaning for every way it can end."""
        timeouts = self._server.timeouts
        stage: Stage = "mail"
        try:
            await client.mail(parcel.sender, timeout=timeouts.command)
            stage = "rcpt"
            await client.rcpt(parcel.recipient, timeout=timeouts.command)
        except aiosmtplib.SMTPResponseException as error:
            return await self._refused(client, stage, error.code, error.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return Deferred("connection", f"lost at {stage}: {error}")
        await on_wire()
        if not client.is_connected:
            return Deferred("connection", "lost before DATA")
        try:
            _, reply = await client.data(parcel.data, timeout=timeouts.data)
        except aiosmtplib.SMTPResponseException as error:
            return await self._refused(client, "data", error.code, error.message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return InDoubt("connection", f"lost after DATA: {error}")
        return Accepted(reply)

    async def _refused(
        self, client: aiosmtplib.SMTP, stage: Stage, code: int, reply: str
    ) -> Answer:
        """Give a refusal its meaning, and leave the connection ready for the next message."""
        answer = meaning(stage, code, reply)
        spoilt = code in OUT_OF_STEP or code == GOODBYE or code < 0
        if isinstance(answer, ProviderDown | InDoubt) or spoilt:
            client.close()
            return answer
        try:
            await client.rset(timeout=self._server.timeouts.command)
        except (aiosmtplib.SMTPException, OSError):
            client.close()
        return answer

    async def _take(self) -> _Line:
        """Take an idle connection that still lives, or open one."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            line = self._idle.pop()
            fit = False
            try:
                fit = await self._fit(line, now)
            finally:
                if not fit:
                    line.client.close()
            if fit:
                return line
        return await self._open()

    async def _fit(self, line: _Line, now: float) -> bool:
        """Say whether a connection may carry one more; one long idle is asked for an answer."""
        if line.messages >= self._server.messages_each or not line.client.is_connected:
            return False
        if now - line.last_used < self._server.idle_check:
            return True
        try:
            await line.client.rset(timeout=self._server.timeouts.connect)
        except (aiosmtplib.SMTPException, OSError):
            return False
        return line.client.is_connected

    async def _open(self) -> _Line:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeouts.connect,
            use_tls=server.tls is Tls.IMPLICIT,
            start_tls=server.tls is Tls.STARTTLS,
            tls_context=None if server.tls is Tls.NONE else self._tls_context,
            local_hostname=server.greeting or None,
        )
        try:
            await client.connect()
            if server.user:
                await client.login(server.user, server.password)
            else:
                await client.ehlo()
        except BaseException:
            client.close()
            raise
        return _Line(client)

    @asynccontextmanager
    async def _closed_unless_done(self, line: _Line) -> AsyncIterator[list[_Line]]:
        """Put the connection back if the block says it is clean; close it after anything else."""
        done: list[_Line] = []
        try:
            yield done
        finally:
            if done:
                line.messages += 1
                line.last_used = asyncio.get_running_loop().time()
                self._idle.append(line)
            else:
                line.client.close()


def meaning(stage: Stage, code: int, reply: str) -> Answer:
    """
    Say what a refusal means for the message.

    At DATA a refusal is a clear answer, so nothing is in doubt; what is no SMTP answer at all
    (aiosmtplib's code -1) is. At MAIL nobody has heard of the recipient yet: whatever is refused
    there, the message is not at fault, and none may be lost over a sender that is set wrongly.
    421 later than that counts as a try: a message that makes a filter hang up must not hold up
    all others for ever.
    """
    said = f"{code} {reply}"
    named = f"smtp_{code}"
    match code // 100, stage:
        case 5, "rcpt" if code in LOGIN_WANTED:
            return ProviderDown(named, said)
        case 5, _ if code in OUT_OF_STEP:
            return Deferred(named, said)
        case 4 | 5, "mail":
            return ProviderDown(named, said)
        case 4, _:
            return Deferred(named, said)
        case 5, _:
            return Rejected(named, said, address=stage == "rcpt" and _address_is_dead(code, reply))
        case _, "data":
            return InDoubt(named, said)
        case _:
            return Deferred(named, said)


def _address_is_dead(code: int, reply: str) -> bool:
    """
    Tell a mailbox that does not exist from a server that does not like us.

    Policy refusals (5.7.x, spam, blocked) say nothing of the address: dropping it for them
    would lose a learner for our own reputation's sake.
    """
    status = reply.split(maxsplit=1)[0] if reply else ""
    if status.startswith("5."):
        return status in {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
    said = reply.lower()
    policy = any(word in said for word in ("spam", "block", "policy", "denied", "relay"))
    return code in {550, 551, 553} and not policy
