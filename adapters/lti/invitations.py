"""
Links by which an LMS registers itself: signed, good for an hour and once.

Without one, anybody with an LMS of their own could register it, and log in as whom they like.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe

from itsdangerous import BadData, URLSafeSerializer

from adapters.badges.keys import SecretError
from adapters.lti.naming import Naming, NamingError
from adapters.lti.refusal import Help, RefusedError

LASTS = timedelta(hours=1)
RANDOM = 12


@dataclass(frozen=True, slots=True)
class Invitation:
    """
    What a link allows.

    Attributes:
        name: What the LMS will be called here.
        learner: How its learners are named.
        nonce: By which it is used up.
        until: When it is too old.
    """

    name: str
    learner: Naming
    nonce: str
    until: datetime


class Invitations:
    """Gives invitations, and reads them again."""

    def __init__(self, secret: Callable[[], str], now: Callable[[], datetime]) -> None:
        """
        Begin.

        Args:
            secret: Gives the operator's; "" where there is none.
            now: The machine's clock.
        """
        self._secret = secret
        self._now = now

    def give(self, name: str, learner: Naming) -> str:
        """
        Give the last part of a link.

        Raises:
            SecretError: There is no secret to sign with.
        """
        secret = self._secret()
        if not secret:
            raise SecretError("there is no secret to sign a link with: set [issuer] secret")
        until = int((self._now() + LASTS).timestamp())
        said = [name, str(learner), token_urlsafe(RANDOM), until]
        return str(_signs(secret).dumps(said))

    def read(self, text: str) -> Invitation:
        """
        Read one again.

        Raises:
            RefusedError: It is none of ours, or too old.
        """
        try:
            name, learner, nonce, until = _signs(self._secret() or token_urlsafe()).loads(text)
            found = Invitation(
                str(name), Naming(str(learner)), str(nonce), datetime.fromtimestamp(until, UTC)
            )
        except (BadData, NamingError, ValueError, TypeError, OverflowError):
            because = "the link to register is none of ours"
            raise RefusedError(Help.SETUP, "invitation", because) from None
        if found.until <= self._now():
            because = f"[lti.{found.name}] the link to register was good for an hour"
            raise RefusedError(Help.SETUP, "invitation", because)
        return found


def _signs(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="milepost lti registration")
