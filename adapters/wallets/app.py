"""A wallet or host that registered: what it said of itself, and where it may send a browser."""

import hmac
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from authlib.oauth2.rfc6749 import ClientMixin

from adapters.store.wallets import AppRow
from adapters.wallets.scopes import MEANS
from adapters.wallets.secret import digest

BASIC = "client_secret_basic"
CODE_GRANT, REFRESH_GRANT = "authorization_code", "refresh_token"
GRANTS = (CODE_GRANT, REFRESH_GRANT)
CODE = "code"
LOCALHOST = "localhost"

Address = Annotated[str, msgspec.Meta(max_length=1000)]
Line = Annotated[str, msgspec.Meta(max_length=100)]


class Metadata(msgspec.Struct, frozen=True):
    """What an app says when it registers (RFC 7591); whatever else it says is not kept."""

    redirect_uris: Annotated[tuple[Address, ...], msgspec.Meta(min_length=1, max_length=10)]
    token_endpoint_auth_method: Line = BASIC
    grant_types: Annotated[tuple[Line, ...], msgspec.Meta(max_length=10)] = (CODE_GRANT,)
    response_types: Annotated[tuple[Line, ...], msgspec.Meta(max_length=10)] = (CODE,)
    client_name: Line = ""
    client_uri: Address = ""
    logo_uri: Address = ""
    tos_uri: Address = ""
    policy_uri: Address = ""
    scope: Address = " ".join(MEANS)
    contacts: Annotated[tuple[Line, ...], msgspec.Meta(max_length=10)] = ()
    software_id: Line = ""
    software_version: Line = ""


class App(ClientMixin):
    """An app, as Authlib asks one."""

    def __init__(self, row: AppRow) -> None:
        """Begin with what is stored."""
        self.id = row.id
        self.about = msgspec.json.decode(row.about, type=Metadata)
        self._secret = row.secret

    def __repr__(self) -> str:
        """Show no secret: Authlib logs it."""
        return f"App({self.id!r})"

    @property
    def client_id(self) -> str:
        """Give its id under Authlib's name."""
        return self.id

    def get_client_id(self) -> str:
        """Give its id."""
        return self.id

    def get_default_redirect_uri(self) -> str:
        """Give where to send a browser if the app did not say: nowhere, it must say."""
        return ""

    def get_allowed_scope(self, scope: str) -> str | None:  # type: ignore[override] # None refuses
        """Give what was asked if the app registered for all of it, None if not or for nothing."""
        asked = (scope or "").split()
        known = set(self.about.scope.split())
        return " ".join(dict.fromkeys(asked)) if asked and known.issuperset(asked) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Say whether it registered this address; a port of this machine may be another."""
        return _without_port(redirect_uri) in map(_without_port, self.about.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        """Say whether a secret is the app's."""
        return hmac.compare_digest(self._secret, digest(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - Authlib's
        """Say whether it may prove itself this way."""
        return method == BASIC

    def check_response_type(self, response_type: str) -> bool:
        """Say whether it registered for a response type."""
        return response_type in self.about.response_types

    def check_grant_type(self, grant_type: str) -> bool:
        """Say whether it registered for a grant type."""
        return grant_type in self.about.grant_types


def redirectable(uri: str) -> bool:
    """Say whether a browser may be sent there with a code: by https, or on its own machine."""
    if not is_address(uri):
        return False
    parts = urlsplit(uri)
    if "#" in uri:
        return False
    return parts.scheme == "https" or is_loopback(uri)


def is_address(uri: str) -> bool:
    """Say whether a text is a web address that says what it is: no tricks with its host."""
    plain = uri.isascii() and uri.isprintable() and not set(uri) & set(" \"\\<>^`{|}'")
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return False
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in uri


def is_loopback(uri: str) -> bool:
    """Say whether an address is of the machine that the browser runs on (RFC 8252)."""
    host = urlsplit(uri).hostname or ""
    if host == LOCALHOST:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _without_port(uri: str) -> str:
    """Give an address; of this machine without its port, which an app does not choose."""
    if not is_address(uri):
        return ""
    parts = urlsplit(uri)
    if parts.scheme == "https" or not is_loopback(uri):
        return uri
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return parts._replace(netloc=host).geturl()
