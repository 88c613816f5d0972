"""
The outbox: every message and effect is a row first, and leaves only from there.

A row is written in the decision's own transaction, so a message exists exactly if its
decision does. It leaves in four steps, queued, claimed, wire, sent, because the exception
of a lost connection does not tell whether the far end had taken the message: only our own
note that DATA was about to begin, committed as `wire`, does. After a kill a claimed row
goes back to the queue and a wire row is in doubt, so nothing is lost and nothing doubled.

Two clocks: what a learner may get when (`not_before`, `expires_at`) is on the service's
clock, which may be accelerated to live through old data; leases and retries speak of
machines and are on the machine's clock.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Status(StrEnum):
    """Where a row stands; the values are what the database and the ledger say."""

    HELD = "held"
    """Mail mode `hold`: waits for a person to release it."""
    QUEUED = "queued"
    """Goes as soon as its time has come."""
    CLAIMED = "claimed"
    """A worker has it; nothing has left yet."""
    WIRE = "wire"
    """The message is about to leave, or has."""
    SENT = "sent"
    """The far end took it."""
    IN_DOUBT = "in_doubt"
    """The far end may have taken it; nobody can tell, so a person decides."""
    FAILED = "failed"
    """It will never be taken, or was tried too often; the reason says which."""
    SUPPRESSED = "suppressed"
    """The learner, the house or the mode does not want it."""
    EXPIRED = "expired"
    """It was not sent while it was worth something."""


IN_HAND = frozenset({Status.CLAIMED, Status.WIRE})
"""Statuses in which a worker owns the row; its owner alone may write to it."""

REQUEUABLE = frozenset({Status.HELD, Status.FAILED, Status.IN_DOUBT, Status.EXPIRED})
"""Statuses from which a person may send a row (again)."""


class Kind(StrEnum):
    """The channel a row leaves by."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is not stored yet. `key` is unique: a second entry of a key is no news."""

    key: str
    kind: Kind
    learner: str
    category: str
    recipient: str
    """An e-mail address, or the URL or name of a webhook."""
    data: bytes | None
    """The frozen content: the message's bytes, or what `compose` makes them of."""
    not_before: datetime
    status: Status = Status.QUEUED
    expires_at: datetime | None = None
    priority: int = 5
    """Smaller goes first."""
    reason: str = ""
    """Why it is not queued, as a reason code; empty if it is."""
    by: str = ""
    """What asked for it, by a name that means nothing here; all of one may be held at once."""

    def __post_init__(self) -> None:
        """Refuse a time without a zone: it would be another instant on another machine."""
        require_aware(self.not_before, self.expires_at)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A stored row, as a worker or a person sees it."""

    id: int
    key: str
    kind: Kind
    learner: str
    category: str
    recipient: str
    data: bytes | None
    not_before: datetime
    attempts: int
    """How often it was claimed and tried; a release or a dead provider gives the try back."""
    status: Status
    expires_at: datetime | None = None
    priority: int = 5
    reason: str = ""
    owner: str = ""
    lease_until: datetime | None = None
    """Machine's clock. After it a claimed or wire row belongs to nobody."""
    retry_at: datetime | None = None
    """Machine's clock. A queued row is not claimed before it."""

    def __post_init__(self) -> None:
        """Refuse a time without a zone."""
        require_aware(self.not_before, self.expires_at, self.lease_until, self.retry_at)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a row after a try: the store writes it as it stands."""

    status: Status
    reason: str
    """A reason code, then what the far end said: `smtp_550: no such user`."""
    retry_at: datetime | None = None
    """Machine's clock; only with `queued`."""
    counts: bool = True
    """False gives the try back (attempts - 1): the message was not at fault."""
    bad_address: bool = False
    """True: the address itself is dead; the store may stop writing to it."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a sweep over leases that ran out found, as ids in ascending order."""

    requeued: tuple[int, ...] = ()
    in_doubt: tuple[int, ...] = ()


class OutboxStore(Protocol):
    """
    Where the rows are. Every call is one transaction, safe from several processes.

    `now` is the service's clock, `machine` the machine's. Writes of a worker are fenced: they
    happen only while the row is claimed or wire and still the worker's, and say whether
    they did. Synchronous: delivery calls it on a thread of its own.
    """

    def add(self, entries: Sequence[Entry]) -> tuple[str, ...]:
        """Store entries, skip keys already there, and return the keys that are new, in order."""
        ...

    def claim(
        self,
        *,
        kind: Kind,
        owner: str,
        limit: int,
        now: datetime,
        machine: datetime,
        lease_until: datetime,
    ) -> tuple[OutboxRow, ...]:
        """
        Take at most `limit` rows that may go, by (priority, not_before, id).

        May go: queued, `not_before <= now`, `retry_at` empty or `<= machine`. They become claimed,
        get owner, lease and one more attempt, and are returned as they then are, in that order.
        """
        ...

    def mark_wire(self, row_id: int, *, owner: str, lease_until: datetime) -> bool:
        """Claimed to wire, durable before it returns, new lease; False if not the owner's."""
        ...

    def settle(self, row_id: int, *, owner: str, settlement: Settlement, machine: datetime) -> bool:
        """Write the end of a try and drop owner and lease; False if not the owner's any more."""
        ...

    def release(self, row_ids: Collection[int], *, owner: str) -> int:
        """Give claimed (never wire) rows back to the queue, with their try; returns how many."""
        ...

    def extend(self, row_ids: Collection[int], *, owner: str, lease_until: datetime) -> int:
        """Prolong the lease of rows in hand; returns how many still are the owner's."""
        ...

    def recover(self, *, machine: datetime, resend: Collection[str]) -> Recovered:
        """
        Take back rows whose lease has run out (`lease_until <= machine`).

        Claimed ones are queued again. Wire ones become in_doubt (`lease_ran_out`), but queued
        again where their category is in `resend`.
        """
        ...

    def expire(self, *, now: datetime) -> int:
        """Held and queued rows with `expires_at <= now` become expired (`too_late`); how many."""
        ...

    def hold(self, *, kind: Kind) -> int:
        """Queued rows of a kind become held (`mode_hold`); returns how many."""
        ...

    def requeue(self, row_ids: Collection[int], *, now: datetime) -> int:
        """
        Send rows by a person's decision: held, failed, in_doubt or expired ones are queued anew.

        They may go at once (`not_before` at most `now`), with no attempts, reason, retry or expiry.
        """
        ...

    def listed(self, status: Status, *, limit: int = 100, after: int = 0) -> tuple[OutboxRow, ...]:
        """Rows of a status with an id above `after`, by id."""
        ...


def require_aware(*times: datetime | None) -> None:
    """
    Refuse naive times.

    Raises:
        ValueError: If one has no zone.

    """
    for time in times:
        if time is not None and time.utcoffset() is None:
            message = f"a time of the outbox needs a zone: {time.isoformat()}"
            raise ValueError(message)
