"""
Authlib's authorization server on our tables, and what it is asked with, for one request.

What Authlib asks of a web framework is done here: a request's parameters and its header in, an
answer out. `docs/decisions/oauth-by-authlib.md` says why, and what is looked at before.
"""

import logging
from collections.abc import Mapping

import msgspec
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    ClientMixin,
    InvalidGrantError,
    JsonPayload,
    OAuth2Payload,
    OAuth2Request,
)
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator

from adapters.store.wallets import ACCESS, REFRESH, TokenRow
from adapters.wallets.answer import JSON, Answer, Asked, readable
from adapters.wallets.app import CODE_GRANT, App, Metadata
from adapters.wallets.grants import (
    ACCESS_LASTS,
    REFRESH_LASTS,
    Code,
    CodeGrant,
    Keeper,
    RefreshGrant,
    RequiredS256,
    Revocation,
    Token,
)
from adapters.wallets.scopes import MEANS, OFFLINE
from adapters.wallets.secret import hashed, new_secret

FOUND = 302

# At DEBUG it writes tokens into the log.
logging.getLogger("authlib").setLevel(logging.INFO)


class Payload(OAuth2Payload):
    """Parameters, as Authlib asks for them."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    @property
    def data(self) -> dict[str, str]:
        """Give each parameter once."""
        return {name: values[0] for name, values in self._asked.values.items()}

    @property
    def datalist(self) -> dict[str, list[str]]:
        """Give all."""
        return dict(self._asked.values)


class Request(OAuth2Request):
    """A request, as Authlib asks for it."""

    def __init__(self, asked: Asked) -> None:
        shown = readable(asked.authorization)
        super().__init__(asked.method, asked.uri, headers={"Authorization": shown} if shown else {})
        self.payload = Payload(asked)

    @property
    def form(self) -> dict[str, str]:
        """Give the parameters of a form, each once."""
        return self.payload.data if self.payload else {}


class Registering(JsonPayload):
    """What an app says of itself, as Authlib asks for it."""

    def __init__(self, told: Metadata) -> None:
        self._told = told

    @property
    def data(self) -> dict[str, object]:
        """Give what it said, and what holds where it said nothing."""
        told = msgspec.json.decode(msgspec.json.encode(self._told), type=dict[str, object])
        return {name: value for name, value in told.items() if value}


class Tokens(BearerTokenValidator):
    """Looks up what an app shows."""

    def __init__(self, keeper: Keeper) -> None:
        super().__init__()
        self._keeper = keeper

    def authenticate_token(self, token_string: str) -> Token | None:
        """Give an access token, None where there is none like it."""
        found = self._keeper.wallets.token(hashed(token_string))
        if found is None or found[0].kind != ACCESS:
            return None
        return Token(*found, self._keeper.now)


class Server(AuthorizationServer):
    """Authlib's server with our tables, for one request."""

    def __init__(self, keeper: Keeper) -> None:
        super().__init__(scopes_supported=list(MEANS))
        self.keeper = keeper
        self.register_grant(CodeGrant, [RequiredS256()])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        made = BearerTokenGenerator(_new_token, _new_token, _lasts)
        self.register_token_generator("default", made)

    def consent(self, asked: Asked) -> object:
        """Look at what an app asks, with Authlib's eyes; give its grant."""
        return self.get_consent_grant(asked)  # type: ignore[no-untyped-call] # Authlib has no type here

    def revoked(self, asked: Asked) -> object:
        """Take back a token."""
        return self.create_endpoint_response(Revocation.ENDPOINT_NAME, asked)  # type: ignore[no-untyped-call] # Authlib has no type here

    def query_client(self, client_id: str) -> App | None:  # type: ignore[override] # none of this id
        """Give an app, None where there is none of this id."""
        if "\x00" in client_id:  # no text of PostgreSQL's
            return None
        row = self.keeper.wallets.app(client_id)
        return None if row is None else App(row)

    def generate_token(
        self,
        grant_type: str,
        client: ClientMixin,
        user: object = None,
        scope: str | None = None,
        expires_in: int | None = None,
        include_refresh_token: bool = True,  # noqa: FBT001, FBT002 - Authlib's
    ) -> dict[str, str | int]:
        """Make tokens; the first refresh token only where she allowed the app to stay."""
        stays = grant_type != CODE_GRANT or OFFLINE in (scope or "").split()
        return super().generate_token(
            grant_type, client, user, scope, expires_in, include_refresh_token and stays
        )

    def save_token(self, token: dict[str, str | int], request: OAuth2Request) -> None:
        """Keep the hashes of new tokens."""
        keeper = self.keeper
        before: object = request.refresh_token or request.authorization_code
        if not isinstance(before, Code | Token):
            raise InvalidGrantError
        grant, scope = before.grant.id, before.get_scope()
        rows = [
            TokenRow(
                hashed(str(token["access_token"])),
                grant,
                ACCESS,
                str(token["scope"]),
                keeper.until(ACCESS_LASTS),
            )
        ]
        if refresh := token.get("refresh_token"):
            # As wide as the one before it, also where less was asked for this time (RFC 6749, 6).
            until = keeper.until(REFRESH_LASTS)
            rows.append(TokenRow(hashed(str(refresh)), grant, REFRESH, scope, until))
        keeper.wallets.add_tokens(tuple(rows))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Tell nobody."""

    def create_oauth2_request(self, request: Asked) -> OAuth2Request:
        """Give what was asked as Authlib reads it."""
        return Request(request)

    def handle_response(self, status: int, body: object, headers: Mapping[str, str]) -> Answer:
        """Give what Authlib answers."""
        return answered(status, body, headers)


def _new_token(*, client: ClientMixin, grant_type: str, user: object, scope: str) -> str:  # noqa: ARG001 - Authlib's
    return new_secret()


def _lasts(_client: ClientMixin, _grant_type: str) -> int:
    return int(ACCESS_LASTS.total_seconds())


def answered(status: int, body: object, headers: object) -> Answer:
    """Give what Authlib answers as an answer of ours."""
    told = dict(headers) if isinstance(headers, list) else {}
    media = told.pop("Content-Type", JSON)
    data = b"" if status == FOUND else msgspec.json.encode(body or {})
    return Answer(status, data, media, told)
