"""
Log-in links, sessions and forms, each signed with the operator's secret; nothing is kept of them.

A ticket says whose it is and until when. One of a kind is none of another, so a link that is in
a mail does for a form nothing.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from adapters.badges.keys import SecretError


class Ticket(StrEnum):
    """What a ticket is for."""

    LINK = "link"
    SESSION = "session"
    FORM = "form"


class Tickets:
    """Signs tickets, and reads them again."""

    def __init__(self, secret: str, now: Callable[[], datetime]) -> None:
        """
        Begin.

        Args:
            secret: The operator's; without one nobody can log in.
            now: The machine's clock.
        """
        self._secret = secret
        self._now = now

    def give(self, kind: Ticket, learner: str, lasts: timedelta) -> str:
        """
        Sign a ticket.

        Raises:
            SecretError: There is no secret.
        """
        if not self._secret:
            raise SecretError("there is no secret to sign log-in links with: set [issuer] secret")
        until = int((self._now() + lasts).timestamp())
        return str(self._signs(kind).dumps([learner, until]))

    def learner(self, kind: Ticket, ticket: str) -> str | None:
        """Give whose ticket it is, None for none of ours and for one that is too old."""
        if not self._secret or not ticket:
            return None
        try:
            learner, until = self._signs(kind).loads(ticket)
            good = datetime.fromtimestamp(until, UTC) > self._now()
        except (BadData, ValueError, TypeError, OverflowError):
            return None
        return str(learner) if good else None

    def _signs(self, kind: Ticket) -> URLSafeSerializer:
        return URLSafeSerializer(self._secret, salt=f"milepost {kind.value}")
