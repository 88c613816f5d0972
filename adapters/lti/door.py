"""
The door through which learners come from an LMS: an OIDC log-in that the LMS begins.

Four steps, by LTI 1.3 Core and the 1EdTech Security Framework 1.1, section 5.1.1: the LMS sends
her browser here (`begin`), it is sent back with a `state` and a `nonce`, the LMS says who she is
in a token that her browser brings (`launch`), and she is let in. Nothing is called on the way but
the LMS's keys.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from adapters.lti.id_token import LEEWAY, checked
from adapters.lti.key_sets import KeySets
from adapters.lti.naming import NamingError
from adapters.lti.refusal import Help, RefusedError
from adapters.lti.roles import is_staff
from adapters.lti.started import Beginnings, Started
from adapters.settings.tree import PlatformSettings

LAUNCH_PATH = "/lti/launch"
CREDENTIAL = "custom.credential"
MOST_HINT = 8 * 1024
_NAME = re.compile(r"[\w./-]{1,200}")


@dataclass(frozen=True, slots=True)
class Sent:
    """
    A browser that is sent to the LMS to log in.

    Attributes:
        url: Where to.
        cookie: The name of the cookie that ties the log-in to it.
        value: What the cookie holds.
    """

    url: str
    cookie: str
    value: str


@dataclass(frozen=True, slots=True)
class Launched:
    """
    Somebody who has logged in at the LMS.

    Attributes:
        learner: As events name her.
        is_staff: Whether she teaches or runs the LMS, and does not learn in it.
        credential: Which one of hers she wants to see, "" for all.
        cookie: The name of the cookie that is used up.
    """

    learner: str
    is_staff: bool
    credential: str
    cookie: str


class Door:
    """Lets learners in who come from an LMS. Safe to use from several threads."""

    def __init__(
        self,
        platforms: Callable[[], Mapping[str, PlatformSettings]],
        public_url: str,
        beginnings: Beginnings,
        keys: KeySets,
        use: Callable[[str, datetime, datetime], bool],
        now: Callable[[], datetime],
    ) -> None:
        """
        Begin.

        Args:
            platforms: Gives the LMSs that are known now, by their names.
            public_url: Of this service.
            beginnings: Signs and reads log-ins that have begun.
            keys: The keys of LMSs.
            use: Uses a log-in up, until when, now; False where it has been before.
            now: The machine's clock.
        """
        self._platforms = platforms
        self._launch_url = public_url.rstrip("/") + LAUNCH_PATH
        self._beginnings = beginnings
        self._keys = keys
        self._use = use
        self._now = now

    def begin(self, asked: Mapping[str, str]) -> Sent:
        """
        Begin a log-in, as an LMS asks for it.

        Args:
            asked: The parameters: `iss`, `login_hint`, and where the LMS sends them `client_id`
                and `lti_message_hint`.

        Raises:
            RefusedError: It can't begin.
            StoreBusy: The database can't say which LMSs are known.
        """
        name, platform = self._asked(asked.get("iss", ""), asked.get("client_id", ""))
        hint = asked.get("login_hint", "")
        message = asked.get("lti_message_hint", "")
        if not hint:
            raise RefusedError(Help.SETUP, "hint", f"[lti.{name}] sent no login_hint")
        if len(hint) + len(message) > MOST_HINT:
            raise RefusedError(Help.SETUP, "hint", f"[lti.{name}] sent too long a hint")
        started, state, cookie = self._beginnings.begin(name)
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": platform.client_id,
            "redirect_uri": self._launch_url,
            "login_hint": hint,
            "state": state,
            "nonce": started.nonce,
        }
        if message:
            query["lti_message_hint"] = message
        joint = "&" if urlsplit(platform.auth_login_url).query else "?"
        return Sent(f"{platform.auth_login_url}{joint}{urlencode(query)}", started.cookie, cookie)

    def launch(self, brought: Mapping[str, str], cookies: Mapping[str, str]) -> Launched:
        """
        Let somebody in, as an LMS says who comes.

        Args:
            brought: What her browser brings from the LMS: `state` with `id_token`, or with
                `error` where the LMS refuses.
            cookies: Of her browser.

        Raises:
            RefusedError: She is not let in.
            StoreBusy: The database can't say whether it was used; nothing is used up.
        """
        started = self._beginnings.read(brought.get("state", ""))
        name, platform = started.platform, self._platforms().get(started.platform)
        if platform is None:
            raise RefusedError(Help.SETUP, "unknown", f"[lti.{name}] is known no more")
        try:
            return self._let_in(started, platform, brought, cookies)
        except RefusedError as error:
            raise RefusedError(error.help, error.code, f"[lti.{name}] {error.because}") from None

    def _let_in(
        self,
        started: Started,
        platform: PlatformSettings,
        brought: Mapping[str, str],
        cookies: Mapping[str, str],
    ) -> Launched:
        cookie = cookies.get(started.cookie, "")
        if not cookie:
            raise RefusedError(Help.COOKIE, "cookie", "the browser brought no cookie of the log-in")
        if not started.is_of(cookie):
            raise RefusedError(Help.AGAIN, "browser", "another browser began this log-in")
        if refused := brought.get("error", ""):
            more = brought.get("error_description", "")
            because = f"the LMS refuses it: {refused[:60]!r} {more[:200]!r}"
            raise RefusedError(Help.AGAIN, "lms", because)
        now = self._now()
        claims = checked(brought.get("id_token", ""), platform, started.nonce, self._keys, now)
        said = claims.by_name()
        try:
            learner = platform.learner.name(said)
        except NamingError as error:
            because = f"learners are named {platform.learner}, and {error}"
            raise RefusedError(Help.SETUP, "name", because) from None
        # After that the state is too old, by the clock of any machine of the service.
        if not self._use(started.nonce, started.until + LEEWAY, now):
            raise RefusedError(Help.AGAIN, "used", "this log-in was used before")
        wished = said.get(CREDENTIAL)
        credential = wished if isinstance(wished, str) and _NAME.fullmatch(wished) else ""
        return Launched(learner, is_staff(claims.roles or ()), credential, started.cookie)

    def _asked(self, issuer: str, client: str) -> tuple[str, PlatformSettings]:
        """Give the LMS that asks; where one address runs several, the client says which."""
        found = [
            (name, platform)
            for name, platform in self._platforms().items()
            if platform.issuer == issuer and client in {"", platform.client_id}
        ]
        if len(found) == 1:
            return found[0]
        who = f"issuer {issuer[:100]!r} with client_id {client[:60]!r}"
        if found:
            raise RefusedError(Help.SETUP, "unknown", f"several known LMSs are {who}")
        raise RefusedError(Help.SETUP, "unknown", f"no known LMS is {who}")
