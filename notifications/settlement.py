"""
What becomes of a row after the far end has answered: a pure function of row, answer and time.

Retries back off to four hours and are spread by a jitter taken from the row's key, so that
a thousand messages deferred together do not come back together, and so that a test
can say to the second when each one does.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from notifications.one_line import flat
from notifications.outbox import OutboxRow, Settlement, Status
from notifications.transport import Accepted, Answer, Deferred, InDoubt, ProviderDown, Rejected

GREYLIST_WAIT = timedelta(minutes=5)
"""Greylisting servers refuse whoever comes back sooner."""
REASON_LENGTH = 500
"""Longest reason that is kept, in characters: what a server says has no bound."""


@dataclass(frozen=True, slots=True)
class RetryRules:
    """How often to try, how far apart, and what to do about a doubt."""

    first_wait: timedelta = timedelta(minutes=1)
    longest_wait: timedelta = timedelta(hours=4)
    max_attempts: int = 40
    """A row tried so often fails: a dead letter, which a person may retry; about a week."""
    longest_pause: timedelta = timedelta(minutes=5)
    """How long at most to stay away from a provider that is down."""
    resend: frozenset[str] = frozenset()
    """
    Categories in which a message in doubt is sent again, with the same Message-ID.

    Empty by default: a missing nudge is cheaper than two, and what is in doubt is listed.
    """

    def backoff(self, attempts: int, key: str) -> timedelta:
        """
        Say how long to wait after the given number of attempts (from 1).

        `min(4 h, 1 min * 2^(attempts-1))` times a factor in [0.5, 1) that key and attempt decide.
        """
        doublings = min(max(attempts - 1, 0), 20)
        digest = hashlib.sha256(f"{key}\n{attempts}".encode()).digest()
        factor = 0.5 + int.from_bytes(digest[:4]) / 2**33
        return min(self.longest_wait, self.first_wait * (1 << doublings)) * factor


def settle(row: OutboxRow, answer: Answer, machine: datetime, rules: RetryRules) -> Settlement:
    """Say what becomes of a row whose `attempts` count this try; `machine`: that clock's now."""
    match answer:
        case Accepted(reply):
            return Settlement(Status.SENT, reason("accepted", reply))
        case Deferred(code, reply, wait):
            return _again(row, reason(code, reply), wait or _asked(code), machine, rules)
        case Rejected(code, reply, address):
            return Settlement(Status.FAILED, reason(code, reply), bad_address=address)
        case InDoubt(code, reply):
            if row.category in rules.resend:
                return _again(row, reason(code, reply), None, machine, rules)
            return Settlement(Status.IN_DOUBT, reason(code, reply))
        case ProviderDown(code, reply):
            return Settlement(Status.QUEUED, reason(code, reply), counts=False)
    assert_never(answer)


def refused_before_sending(row: OutboxRow, now: datetime, rules: RetryRules) -> Settlement | None:
    """
    Say why a row just claimed is not to be tried at all, if so.

    A row that kills its worker never comes to an answer; its attempts, counted when it is
    claimed, stop it here.
    """
    if row.expires_at is not None and row.expires_at <= now:
        return Settlement(Status.EXPIRED, "too_late", counts=False)
    if row.attempts > rules.max_attempts:
        said = f"{row.attempts - 1} attempts; last: {row.reason or 'no answer'}"
        return Settlement(Status.FAILED, reason("tried_too_often", said), counts=False)
    if row.data is None:
        return Settlement(Status.FAILED, "no_content", counts=False)
    return None


def reason(code: str, detail: str) -> str:
    """Write a reason as it is stored: the code, then what was said, on one line, not too long."""
    said = flat(detail)
    return f"{code}: {said}"[:REASON_LENGTH] if said else code


def _again(
    row: OutboxRow, why: str, at_least: timedelta | None, machine: datetime, rules: RetryRules
) -> Settlement:
    """Queue the row anew, unless this was its last try."""
    if row.attempts >= rules.max_attempts:
        return Settlement(
            Status.FAILED, reason("tried_too_often", f"{row.attempts} attempts; last: {why}")
        )
    wait = max(
        rules.backoff(row.attempts, row.key), min(at_least or timedelta(), rules.longest_wait)
    )
    return Settlement(Status.QUEUED, why, retry_at=machine + wait)


def _asked(code: str) -> timedelta | None:
    """Say how long greylisting wants us to stay away."""
    return GREYLIST_WAIT if code in {"smtp_450", "smtp_451"} else None
