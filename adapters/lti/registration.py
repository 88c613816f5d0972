"""
An LMS that registers itself: LTI Dynamic Registration 1.0, as Moodle and Canvas offer it.

The administrator pastes a link into the LMS, which opens it with the address of its own
configuration. We read that, tell the LMS what we are, and it says by which client id.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import msgspec

from adapters.badges.jsonvalue import JsonObject, as_object, as_text
from adapters.badges.verifying.sources import (
    LOOPBACK,
    MOST_BYTES,
    SECONDS,
    LookupFailedError,
    Sources,
)
from adapters.lti.id_token import LAUNCH
from adapters.lti.invitations import Invitation, Invitations
from adapters.lti.kept import KeptPlatform
from adapters.lti.refusal import Help, RefusedError
from adapters.lti.tool import CANVAS_FIELDS, DESCRIBES, LABEL, Tool

log = logging.getLogger("milepost.lti")

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "canvas"
DISPLAY = "https://canvas.instructure.com/lti/display_type"
INSTRUCTURE = frozenset({"canvas.instructure.com", "sso.canvaslms.com"})
"""Two names of one house: Canvas issues as the first, and answers as the second."""


class Posts(Protocol):
    """Posts to an LMS."""

    def post(self, url: str, body: JsonObject, token: str) -> JsonObject:
        """
        Post a document, and give the answer.

        Raises:
            LookupFailedError: There is none, or the LMS refuses.
        """
        ...


class WebPosts:
    """The web, within the bounds of `Sources`: encrypted, no redirect, in time, not too much."""

    def post(self, url: str, body: JsonObject, token: str) -> JsonObject:
        """Post; see `Posts`."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            with (
                httpx.Client(timeout=SECONDS, follow_redirects=False) as client,
                client.stream("POST", url, json=body, headers=headers) as response,
            ):
                found = bytearray()
                for part in response.iter_bytes():
                    found += part
                    if len(found) > MOST_BYTES:
                        raise LookupFailedError(f"{url[:200]} answered with too much")
                if not response.is_success:
                    why = bytes(found[:200]).decode("utf-8", "replace")
                    status = response.status_code
                    raise LookupFailedError(f"{url[:200]} answered {status}: {why!r}")
                return msgspec.json.decode(found, type=JsonObject)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            why = str(error) or type(error).__name__
            raise LookupFailedError(f"{url[:200]} can't be reached: {why}") from None
        except msgspec.MsgspecError:
            raise LookupFailedError(f"what {url[:200]} answered is no JSON object") from None


class Registrations:
    """Lets LMSs register that were invited. Safe to use from several threads."""

    def __init__(
        self,
        tool: Tool,
        invitations: Invitations,
        web: Sources,
        posts: Posts,
        use: Callable[[str, datetime, datetime], bool],
        keep: Callable[[str, KeptPlatform], None],
        now: Callable[[], datetime],
    ) -> None:
        """
        Begin.

        Args:
            tool: What an LMS is told of this service.
            invitations: Reads links.
            web: Looks the LMS's configuration up.
            posts: Posts to the LMS.
            use: Uses a link up, until when, now; False where it has been before.
            keep: Keeps an LMS under its name.
            now: The machine's clock.
        """
        self._tool = tool
        self._invitations = invitations
        self._web = web
        self._posts = posts
        self._use = use
        self._keep = keep
        self._now = now

    def register(self, invitation: str, url: str, token: str) -> KeptPlatform:
        """
        Let an LMS register.

        Args:
            invitation: The last part of the link.
            url: Of the LMS's configuration.
            token: What the LMS wants to see again.

        Raises:
            RefusedError: It is not registered.
            StoreBusy: The database can't keep it.
        """
        invited = self._invitations.read(invitation)
        try:
            config = self._configuration(url)
            self._use_up(invited)
            found = self._registered(invited, config, token)
        except LookupFailedError as error:
            because = f"[lti.{invited.name}] {error}"
            raise RefusedError(Help.SETUP, "registration", because) from None
        self._keep(invited.name, found)
        log.info(
            "[lti.%s] registered: %s, client %s, deployments %s",
            invited.name,
            found.issuer,
            found.client_id,
            ", ".join(found.deployments) or "none yet",
        )
        return found

    def _use_up(self, invited: Invitation) -> None:
        if not self._use(invited.nonce, invited.until, self._now()):
            because = f"[lti.{invited.name}] the link to register was used before"
            raise RefusedError(Help.SETUP, "invitation", because)

    def _configuration(self, url: str) -> JsonObject:
        """Give an LMS's configuration; nobody may answer for another's issuer."""
        plain = url.partition("?")[0][:200]
        try:
            config = msgspec.json.decode(self._web.get(url), type=JsonObject)
        except LookupFailedError as error:
            # Canvas puts its token into the address, and a log is no place for it.
            raise LookupFailedError(str(error).replace(url[:200], plain)) from None
        except msgspec.MsgspecError:
            raise LookupFailedError(f"what lies at {plain} is no configuration") from None
        for key in ("issuer", "authorization_endpoint", "jwks_uri", "registration_endpoint"):
            scheme, host = _parts(as_text(config.get(key)))
            if not host or (scheme != "https" and host not in LOOPBACK):
                raise LookupFailedError(f"its configuration has no https address as {key}")
        _, issuer = _parts(as_text(config["issuer"]))
        _, asked = _parts(url)
        if issuer != asked and not {issuer, asked} <= INSTRUCTURE:
            raise LookupFailedError(f"{asked} can't speak for {issuer}")
        return config

    def _registered(self, invited: Invitation, config: JsonObject, token: str) -> KeptPlatform:
        family = as_text(as_object(config.get(PLATFORM)).get("product_family_code")).lower()
        asks = self._asks(str(invited.learner), is_canvas=family == CANVAS)
        answer = self._posts.post(as_text(config["registration_endpoint"]), asks, token)
        client = as_text(answer.get("client_id"))
        if not client:
            raise LookupFailedError("it has not said a client_id")
        deployment = as_text(as_object(answer.get(TOOL)).get("deployment_id"))
        return KeptPlatform(
            as_text(config["issuer"]),
            client,
            (deployment,) if deployment else (),
            as_text(config["authorization_endpoint"]),
            as_text(config["jwks_uri"]),
            str(invited.learner),
        )

    def _asks(self, learner: str, *, is_canvas: bool) -> JsonObject:
        """Give what this service tells an LMS of itself; it asks for what names learners."""
        claims = ["iss", "sub"]
        claims += ["email"] if "{email}" in learner else []
        # Moodle shares the user name together with the name.
        claims += ["name", "given_name", "family_name"] if "{ext." in learner else []
        tool = self._tool
        message: JsonObject = {"type": LAUNCH, "target_link_uri": tool.launch_url, "label": LABEL}
        if is_canvas:
            message |= {"placements": ["course_navigation"], DISPLAY: "new_window"}
        return {
            "application_type": "web",
            "client_name": tool.title,
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "initiate_login_uri": tool.login_url,
            "redirect_uris": [tool.launch_url],
            "jwks_uri": tool.keys_url,
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": "",
            TOOL: {
                "domain": urlsplit(tool.public_url).netloc,
                "description": DESCRIBES,
                "target_link_uri": tool.launch_url,
                "custom_parameters": dict(CANVAS_FIELDS) if is_canvas else {},
                "claims": claims,
                "messages": [message],
            },
        }


def _parts(url: str) -> tuple[str, str]:
    """Give an address's scheme and host, both "" where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.hostname or ""
