"""
Dynamic registration (RFC 7591): any wallet may register, as the standard has it.

Registering gives an app nothing but the right to ask a learner. Who is never let in is
forgotten after a month, and only so many wait at once, so that nobody fills the database; under
a flood each has an hour to be let in.
"""

from datetime import datetime

import msgspec
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import JsonRequest
from authlib.oauth2.rfc7591 import (
    ClientRegistrationEndpoint,
    InvalidClientMetadataError,
    InvalidRedirectURIError,
)

from adapters.store.wallets import AppRow, Wallets
from adapters.wallets.app import BASIC, CODE, GRANTS, Metadata, is_address, redirectable
from adapters.wallets.scopes import MEANS
from adapters.wallets.secret import digest, new_secret
from engine.calendar import micros

MOST_UNUSED = 1000
"""Apps that may wait for a first learner at one time."""

LINKS = ("client_uri", "logo_uri", "tos_uri", "policy_uri")

SUPPORTED = {
    "scopes_supported": list(MEANS),
    "response_types_supported": [CODE],
    "grant_types_supported": list(GRANTS),
    "token_endpoint_auth_methods_supported": [BASIC],
}


class TooManyError(OAuth2Error):
    """So many apps have registered within an hour that no more are taken."""

    error = "temporarily_unavailable"
    description = "too many apps have registered and were let in by nobody; try again in an hour"
    status_code = 503

    def get_headers(self) -> list[tuple[str, str]]:
        """Say when to come again."""
        return [*super().get_headers(), ("Retry-After", "3600")]


def metadata(body: bytes) -> Metadata:
    """
    Read what an app says of itself.

    Raises:
        OAuth2Error: It can't be taken, for the reason given.
    """
    try:
        found = msgspec.json.decode(body, type=Metadata)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InvalidClientMetadataError(in_ascii(str(error))) from None
    if not all(map(redirectable, found.redirect_uris)):
        raise InvalidRedirectURIError(
            "a redirect URI is https, or http on a loopback address, and has no fragment"
        )
    _check(found)
    return found


def _check(found: Metadata) -> None:
    for name in LINKS:
        link: str = getattr(found, name)
        if link and not is_address(link):
            raise InvalidClientMetadataError(f"{name} is no web address")
    lines = (found.client_name, found.software_id, found.software_version, *found.contacts)
    if not all(line.isprintable() for line in lines):
        raise InvalidClientMetadataError("a name has signs in it that nobody sees")
    if found.token_endpoint_auth_method != BASIC:
        raise InvalidClientMetadataError(f"an app proves itself by {BASIC}")
    if not set(GRANTS).issuperset(found.grant_types) or found.response_types != (CODE,):
        raise InvalidClientMetadataError(
            f"response_types is [{CODE}], and grant_types are of {', '.join(GRANTS)}"
        )
    if unknown := [each for each in found.scope.split() if each not in MEANS]:
        raise InvalidClientMetadataError(f"there is no scope {in_ascii(unknown[0])}")


def in_ascii(text: str) -> str:
    """Give a text without what OAuth forbids in a description, at which Authlib breaks."""
    plain = text.replace('"', "'").replace("\\", "/")
    return "".join(each if each.isascii() and each.isprintable() else "?" for each in plain)[:200]


class Registration(ClientRegistrationEndpoint):
    """Registers apps."""

    def __init__(self, wallets: Wallets, now: datetime) -> None:
        """Begin; who calls sets `server`."""
        super().__init__()
        self._wallets = wallets
        self._now = now

    def authenticate_token(self, request: JsonRequest) -> str:  # noqa: ARG002 - Authlib's
        """Let anybody register."""
        return "anybody"

    def get_server_metadata(self) -> dict[str, list[str]]:
        """Give what is supported; more was checked before, with a sentence for each."""
        return SUPPORTED

    def generate_client_id(self, request: JsonRequest) -> str:  # noqa: ARG002 - Authlib's
        """Make an id."""
        return new_secret()

    def generate_client_secret(self, request: JsonRequest) -> str:  # noqa: ARG002 - Authlib's
        """Make a secret."""
        return new_secret()

    def save_client(
        self,
        client_info: dict[str, object],
        client_metadata: dict[str, object],
        request: JsonRequest,  # noqa: ARG002 - Authlib's
    ) -> AppRow:
        """
        Keep an app.

        Raises:
            TooManyError: Too many wait.
        """
        row = AppRow(
            str(client_info["client_id"]),
            digest(str(client_info["client_secret"])),
            msgspec.json.encode(msgspec.convert(client_metadata, Metadata)),
            micros(self._now),
        )
        if not self._wallets.add_app(row, MOST_UNUSED):
            raise TooManyError
        return row
