"""
A log-in that has begun and not come back yet: signed and given to the browser, kept nowhere.

The LMS brings it back as `state`. It says which LMS was asked, with which nonce, and until when;
and it names the browser that began by the hash of a cookie, so that nobody can begin a log-in
with an account of theirs and let somebody else's browser finish it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from itsdangerous import BadData, URLSafeSerializer

from adapters.lti.refusal import Help, RefusedError

LASTS = timedelta(minutes=10)
COOKIE = "milepost_lti_"
RANDOM = 24
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Started:
    """
    A log-in that has begun.

    Attributes:
        platform: The LMS's name in the settings.
        nonce: What its token must hold.
        browser: The hash of the browser's cookie.
        until: When it is too old.
    """

    platform: str
    nonce: str
    browser: str
    until: datetime

    @property
    def cookie(self) -> str:
        """Give the cookie's name: each log-in has its own, as several may go on at a time."""
        return COOKIE + sha256(self.nonce.encode()).hexdigest()[:SHOWN]

    def is_of(self, cookie: str) -> bool:
        """Say whether it was begun by the browser that has this in its cookie."""
        return compare_digest(self.browser, _hashed(cookie))


def _hashed(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()


class Beginnings:
    """Begins log-ins, and reads them again."""

    def __init__(self, secret: Callable[[], str], now: Callable[[], datetime]) -> None:
        """
        Begin.

        Args:
            secret: Gives the operator's; "" where there is none.
            now: The machine's clock.
        """
        self._secret = secret
        self._now = now

    def begin(self, platform: str) -> tuple[Started, str, str]:
        """
        Begin a log-in; give it, its `state`, and what goes into the browser's cookie.

        Raises:
            RefusedError: There is no secret to sign with.
        """
        cookie = token_urlsafe(RANDOM)
        until = self._now() + LASTS
        started = Started(platform, token_urlsafe(RANDOM), _hashed(cookie), until)
        said = [platform, started.nonce, started.browser, int(until.timestamp())]
        return started, str(self._signs().dumps(said)), cookie

    def read(self, state: str) -> Started:
        """
        Read a `state` again.

        Raises:
            RefusedError: It is none of ours, or too old.
        """
        try:
            platform, nonce, browser, until = self._signs().loads(state)
            found = Started(
                str(platform), str(nonce), str(browser), datetime.fromtimestamp(until, UTC)
            )
        except (BadData, ValueError, TypeError, OverflowError):
            raise RefusedError(Help.AGAIN, "state", "the state is none of ours") from None
        if found.until <= self._now():
            told = f"{found.until:%Y-%m-%d %H:%M:%S}Z"
            raise RefusedError(Help.AGAIN, "late", f"the log-in was good until {told}")
        return found

    def _signs(self) -> URLSafeSerializer:
        secret = self._secret()
        if not secret:
            raise RefusedError(Help.SETUP, "secret", "there is no [issuer] secret to sign with")
        return URLSafeSerializer(secret, salt="milepost lti")
