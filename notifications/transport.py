"""
What carries a message away, and what it may answer.

A transport never raises for what the far end does: it answers with one of five values, and
whoever calls it decides by them alone. It awaits `on_wire` once, right before the point after
which nobody can tell whether the far end has the message, so that the caller can commit
that. A transport whose far end knows a repeated message by its id has no such
point: it says so (`idempotent`) and never awaits it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from notifications import address

OnWire = Callable[[], Awaitable[None]]
"""Commits that the message is about to leave. If it raises, nothing has left and nothing will."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message, ready to go: frozen bytes and where to."""

    key: str
    """The outbox key; the message's id at the far end comes of it."""
    sender: str
    """Envelope sender; empty for channels that know none."""
    recipient: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The far end has it and said so."""

    reply: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: the far end asks to try again, or nothing had left when the connection broke."""

    code: str
    reply: str
    wait: timedelta | None = None
    """How long at least the far end asks us to wait, if it says."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Never: the same message to the same place will not be taken."""

    code: str
    reply: str
    address: bool = False
    """True if the address itself is dead, so that nothing else should go there either."""


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The message had begun to leave, and then no answer came: the far end may have it."""

    code: str
    reply: str


@dataclass(frozen=True, slots=True)
class ProviderDown:
    """The carrier is unreachable, busy or misconfigured; no message is at fault."""

    code: str
    reply: str


Answer = Accepted | Deferred | Rejected | InDoubt | ProviderDown
"""All that can come of an attempt to send; match over it with `assert_never`."""


class Transport(Protocol):
    """One way out: SMTP, a folder, memory or a webhook."""

    @property
    def idempotent(self) -> bool:
        """Whether sending the same parcel again can do no harm."""
        ...

    async def send(self, parcel: Parcel, on_wire: OnWire) -> Answer:
        """
        Carry one parcel away.

        Safe to call from many tasks at once. If cancelled, it closes what it was speaking on and
        lets the cancellation through; the caller knows by its own `on_wire` if there is a doubt.
        """
        ...

    async def close(self) -> None:
        """Let go of connections; sending again opens new ones."""
        ...


class Redirected:
    """
    Mail mode `redirect`: everything goes to one address, so that a team can look at it.

    The bytes stay as they are; To still names the learner, only the envelope differs.
    """

    def __init__(self, inner: Transport, recipient: str) -> None:
        """
        Send by `inner`, always to `recipient`.

        Raises:
            ValueError: If that is no address, in an operator's words.
        """
        if why := address.refusal(recipient):
            raise ValueError(f"mail cannot be redirected to {recipient!r}: {why}")
        self._inner = inner
        self._recipient = recipient

    @property
    def idempotent(self) -> bool:
        """As the transport behind it."""
        return self._inner.idempotent

    async def send(self, parcel: Parcel, on_wire: OnWire) -> Answer:
        """Carry the parcel to the one address."""
        redirected = Parcel(parcel.key, parcel.sender, self._recipient, parcel.data)
        answer = await self._inner.send(redirected, on_wire)
        # Whatever is wrong with the one address, the learner's own is not to blame.
        return replace(answer, address=False) if isinstance(answer, Rejected) else answer

    async def close(self) -> None:
        """Close the transport behind it."""
        await self._inner.close()
