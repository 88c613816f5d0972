"""
How codes and refresh tokens are exchanged, each once, with what Authlib leaves to its user.

Who shows a code or a refresh token that was exchanged before is a thief, or has met one: all
that came of it is worthless from then on, also for the app it belongs to (RFC 9700).
"""

from datetime import datetime, timedelta

from authlib.oauth2.rfc6749 import (
    AuthorizationCodeMixin,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Request,
    TokenMixin,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, BaseGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge

from adapters.store.wallets import ACCESS, REFRESH, GrantRow, TokenRow, Wallets
from adapters.wallets.app import BASIC, App
from adapters.wallets.secret import hashed, new_secret
from engine.calendar import Micros, instant, micros

CODE_LASTS = timedelta(minutes=5)
ACCESS_LASTS = timedelta(hours=1)
REFRESH_LASTS = timedelta(days=90)
"""How long an app may stay away before it has to ask her again."""

S256 = "S256"
REPLAYED = "its code was shown twice"
REUSED = "a refresh token was used twice"
REVOKED = "the app gave it back"


class Keeper:
    """What the grants below are kept in, and the machine's time, for one request."""

    def __init__(self, wallets: Wallets, now: datetime) -> None:
        """Begin."""
        self.wallets = wallets
        self.now: Micros = micros(now)

    def until(self, lasts: timedelta) -> Micros:
        """Give the instant at which something that lasts so long is over."""
        return micros(instant(self.now) + lasts)


class Code(AuthorizationCodeMixin):
    """An authorization code, as Authlib asks it."""

    def __init__(self, grant: GrantRow) -> None:
        """Begin with what a learner allowed."""
        self.grant = grant
        self.code_challenge = grant.challenge
        self.code_challenge_method = S256

    def get_redirect_uri(self) -> str:
        """Give where the browser was sent with it."""
        return self.grant.redirect_uri

    def get_scope(self) -> str:
        """Give what was allowed."""
        return self.grant.scope


class Token(TokenMixin):
    """A token, as Authlib asks it."""

    def __init__(self, row: TokenRow, grant: GrantRow, now: Micros) -> None:
        """Begin with what is stored."""
        self.row = row
        self.grant = grant
        self._now = now

    def check_client(self, client: App) -> bool:
        """Say whether it is an app's."""
        return self.grant.app == client.id

    def get_scope(self) -> str:
        """Give what it allows."""
        return self.row.scope

    def get_expires_in(self) -> int:
        """Give the seconds that are left."""
        return max(0, self.row.until - self._now) // 1_000_000

    def is_expired(self) -> bool:
        """Say whether its time is over."""
        return self.row.until <= self._now

    def is_revoked(self) -> bool:
        """Say whether it was taken away."""
        return self.grant.ended is not None


class RequiredS256(CodeChallenge):
    """PKCE, which the standard requires: by S256, and never left away."""

    DEFAULT_CODE_CHALLENGE_METHOD = S256
    SUPPORTED_CODE_CHALLENGE_METHOD = [S256]  # noqa: RUF012 - Authlib's

    def validate_code_challenge(self, grant: BaseGrant, redirect_uri: str) -> None:
        """
        Look for a challenge when a browser arrives.

        Raises:
            InvalidRequestError: There is none, or of another method.
        """
        payload = grant.request.payload
        sent = payload.data if payload else {}
        if not sent.get("code_challenge") or sent.get("code_challenge_method") != S256:
            raise InvalidRequestError("a code_challenge by S256 is required (PKCE, RFC 7636)")
        super().validate_code_challenge(grant, redirect_uri)


class CodeGrant(AuthorizationCodeGrant):
    """The authorization code grant. `server.keeper` is where it keeps things."""

    TOKEN_ENDPOINT_AUTH_METHODS = [BASIC]  # noqa: RUF012 - Authlib's

    def generate_authorization_code(self) -> str:
        """Make a code."""
        return new_secret()

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Keep what she allowed."""
        keeper: Keeper = self.server.keeper
        app, payload = request.client, request.payload
        if not isinstance(app, App) or payload is None or not isinstance(request.user, str):
            raise InvalidRequestError
        grant = GrantRow(
            id=new_secret(),
            app=app.id,
            learner=request.user,
            scope=request.scope,
            granted=keeper.now,
            code=hashed(code),
            redirect_uri=payload.redirect_uri,
            challenge=payload.data["code_challenge"],
            code_until=keeper.until(CODE_LASTS),
        )
        keeper.wallets.add_grant(grant)

    def query_authorization_code(self, code: str, client: App) -> Code | None:  # type: ignore[override] # its base has no types
        """Give what a code stands for, None if it is no good."""
        keeper: Keeper = self.server.keeper
        grant = keeper.wallets.grant_of_code(hashed(code))
        if grant is None or grant.app != client.id:
            return None
        if grant.taken is not None:
            keeper.wallets.end(grant.id, keeper.now, REPLAYED)
            return None
        good = grant.ended is None and grant.code_until > keeper.now
        return Code(grant) if good else None

    def authenticate_user(self, authorization_code: Code) -> str:
        """
        Give whose it is, and take the code: all else has been looked at, PKCE too.

        Raises:
            InvalidGrantError: Somebody was first.
        """
        keeper: Keeper = self.server.keeper
        if not keeper.wallets.take_code(authorization_code.grant.id, keeper.now):
            keeper.wallets.end(authorization_code.grant.id, keeper.now, REPLAYED)
            raise InvalidGrantError("Invalid 'code' in request.")
        return authorization_code.grant.learner

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Do nothing: a code that was taken is kept, to know it when it is shown again."""


class RefreshGrant(RefreshTokenGrant):
    """The refresh token grant, with a new one each time."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:  # type: ignore[override] # its base has no types
        """Give what a refresh token stands for, None if it is no good."""
        keeper: Keeper = self.server.keeper
        found = keeper.wallets.token(hashed(refresh_token))
        if found is None or found[0].kind != REFRESH:
            return None
        token = Token(*found, keeper.now)
        app = self.request.client
        if not isinstance(app, App) or not token.check_client(app):
            return None
        if token.row.taken is not None:
            keeper.wallets.end(token.grant.id, keeper.now, REUSED)
            return None
        return None if token.is_expired() or token.is_revoked() else token

    def authenticate_user(self, refresh_token: Token) -> str:
        """
        Give whose it is, and take the token: all else has been looked at.

        Raises:
            InvalidGrantError: Somebody was first.
        """
        keeper: Keeper = self.server.keeper
        if not keeper.wallets.take_token(refresh_token.row.token, keeper.now):
            keeper.wallets.end(refresh_token.grant.id, keeper.now, REUSED)
            raise InvalidGrantError
        return refresh_token.grant.learner

    def revoke_old_credential(self, refresh_token: TokenMixin) -> None:
        """Do nothing: it was taken before the new one was made."""


class Revocation(RevocationEndpoint):
    """What an app gives back (RFC 7009)."""

    CLIENT_AUTH_METHODS = [BASIC]  # noqa: RUF012 - Authlib's

    def query_token(self, token_string: str, token_type_hint: str | None) -> Token | None:  # noqa: ARG002 - both kinds are found by one look
        """Give a token of either kind."""
        keeper: Keeper = self.server.keeper
        found = keeper.wallets.token(hashed(token_string))
        return None if found is None else Token(*found, keeper.now)

    def revoke_token(self, token: Token, request: OAuth2Request) -> None:  # noqa: ARG002 - Authlib's
        """Make it worthless; a refresh token with all that came of it."""
        keeper: Keeper = self.server.keeper
        if token.row.kind == ACCESS:
            keeper.wallets.forget_token(token.row.token)
        else:
            keeper.wallets.end(token.grant.id, keeper.now, REVOKED)
