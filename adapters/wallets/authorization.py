"""What the authorization server answers: to apps, and to learners about apps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.base import invalid_error_characters
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidRequestError,
    JsonRequest,
    OAuth2Request,
    ResourceProtector,
)
from authlib.oauth2.rfc6750 import InvalidTokenError

from adapters.store.wallets import Wallets
from adapters.wallets.answer import Answer, Asked
from adapters.wallets.app import App, is_loopback
from adapters.wallets.grants import CodeGrant, Keeper, Token
from adapters.wallets.registration import Registration, metadata
from adapters.wallets.server import Registering, Server, Tokens, answered

TAKEN_AWAY = "the learner took it away"
POST = "POST"


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What an app asks a learner.

    Attributes:
        name: What it calls itself; anybody may register by any name.
        host: Where it sends her browser, which it can't make up; "" for her own machine.
        scopes: What it asks for.
        origin: Of where it sends her browser, as a page's policy names it.
    """

    name: str
    host: str
    address: str
    privacy: str
    terms: str
    scopes: tuple[str, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class Connected:
    """An app that has access, as its learner sees it."""

    app: str
    name: str
    host: str
    scopes: tuple[str, ...]
    since: int


@dataclass(frozen=True, slots=True)
class Holder:
    """On whose behalf an app asks."""

    learner: str
    scopes: frozenset[str]


class RefusedError(Exception):
    """An app asked in such a way that nobody can be sent back to it; the message says why."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """
    Answers apps, and learners about apps. Safe to use from several threads.

    Attributes:
        public_url: By https, or on this machine.
        now: The machine's clock.
    """

    wallets: Wallets
    public_url: str
    now: Callable[[], datetime]

    # --- a learner's part ------------------------------------------------------------------

    def wanted(self, asked: Asked) -> Wanted | Answer:
        """
        Give what an app asks for; an answer where a browser goes back to it with an error.

        Raises:
            RefusedError: It is no app of ours, or its address is none that it registered.
        """
        server = self._server()
        try:
            grant = _consent(server, asked)
        except OAuth2Error as error:
            return self._back(answered(*error()))
        app = grant.request.client
        if not isinstance(app, App):
            raise RefusedError("it is no app that has registered here")
        return _wanted(app, grant.redirect_uri, grant.request.scope)

    def decided(self, asked: Asked, learner: str | None) -> Answer:
        """
        Send a browser back to an app: with a code, or with the word that she refused.

        Args:
            asked: What the app asked, again.
            learner: Who allowed it; None where she did not.

        Raises:
            RefusedError: As `wanted`.
        """
        server = self._server()
        try:
            grant = _consent(server, asked)
        except OAuth2Error as error:
            return self._back(answered(*error()))
        answer = server.create_authorization_response(grant.request, learner, grant)
        if not isinstance(answer, Answer):
            raise TypeError(answer)
        return self._back(answer, "" if learner is None else grant.request.scope)

    def connected(self, learner: str) -> tuple[Connected, ...]:
        """Give the apps that have access to what is hers, each once."""
        found: dict[str, Connected] = {}
        for grant in self.wallets.live(learner, Keeper(self.wallets, self.now()).now):
            row = self.wallets.app(grant.app)
            if row is None:
                continue
            told = _wanted(App(row), grant.redirect_uri, grant.scope)
            known = found.get(grant.app)
            scopes = dict.fromkeys((*(known.scopes if known else ()), *told.scopes))
            since = known.since if known else grant.granted
            found[grant.app] = Connected(grant.app, told.name, told.host, tuple(scopes), since)
        return tuple(found.values())

    def withdraw(self, learner: str, app: str) -> bool:
        """Take away all that she allowed an app; say whether there was anything."""
        if not app.isprintable():  # no text of PostgreSQL's has a NUL character
            return False
        now = Keeper(self.wallets, self.now()).now
        return self.wallets.end_all(learner, app, now, TAKEN_AWAY) > 0

    # --- an app's part ---------------------------------------------------------------------

    def token(self, asked: Asked) -> Answer:
        """Exchange a code or a refresh token for tokens."""
        return self._answered(asked, lambda server: server.create_token_response(asked))

    def revoke(self, asked: Asked) -> Answer:
        """Take back a token that an app needs no more."""
        return self._answered(asked, lambda server: server.revoked(asked))

    def register(self, body: bytes) -> Answer:
        """Register an app."""
        endpoint = Registration(self.wallets, self.now())
        request = JsonRequest(POST, self.public_url)
        try:
            request.payload = Registering(metadata(body))
            return answered(*endpoint.create_registration_response(request))
        except OAuth2Error as error:
            return answered(*error())

    def holder(self, authorization: str, scope: str) -> Holder:
        """
        Give on whose behalf a request comes.

        Args:
            authorization: The header.
            scope: What it takes.

        Raises:
            OAuth2Error: There is no token, it is no good, or it does not allow that.
        """
        keeper = Keeper(self.wallets, self.now())
        protector = ResourceProtector()
        protector.register_token_validator(Tokens(keeper))
        headers = {"Authorization": authorization} if authorization.strip() else {}
        request = OAuth2Request(POST, self.public_url, headers=headers)
        token = protector.validate_request([scope], request)  # type: ignore[no-untyped-call] # Authlib has no type here
        if not isinstance(token, Token):
            raise InvalidTokenError
        return Holder(token.grant.learner, frozenset(token.get_scope().split()))

    def _answered(self, asked: Asked, work: Callable[[Server], object]) -> Answer:
        if name := asked.repeated():
            error = InvalidRequestError(f"{_quotable(name)} comes twice")
            return answered(*error())
        found = work(self._server())
        if not isinstance(found, Answer):
            raise TypeError(found)
        return found

    def _back(self, answer: Answer, scope: str = "") -> Answer:
        """Say besides what was allowed, and by whom: a wallet has many houses (RFC 9207)."""
        told = [("iss", self.public_url), *([("scope", scope)] if scope else ())]
        where = add_params_to_uri(answer.location, told)
        return Answer(answer.status, headers={**answer.headers, "Location": where})

    def _server(self) -> Server:
        return Server(Keeper(self.wallets, self.now()))


def _consent(server: Server, asked: Asked) -> CodeGrant:
    """
    Look at what an app asks.

    Raises:
        RefusedError: The browser can't be sent back.
        OAuth2Error: It can, with this error.
    """
    for name in ("client_id", "redirect_uri", "response_type"):
        values = asked.values.get(name, [""])
        if len(values) > 1 or any(map(invalid_error_characters, values)):
            raise RefusedError(f"the app's {name} is none that OAuth knows")
    if not asked.values.get("redirect_uri"):
        raise RefusedError("the app did not say where to go back to")
    try:
        grant = server.consent(asked)
    except OAuth2Error as error:
        if not error.redirect_uri:
            known = isinstance(error, InvalidClientError)
            raise RefusedError(
                "it is no app that has registered here"
                if known
                else "the app asks wrongly, or to go back to where it did not register"
            ) from None
        raise
    if not isinstance(grant, CodeGrant):
        raise TypeError(grant)
    return grant


def _wanted(app: App, redirect_uri: str, scope: str) -> Wanted:
    parts = urlsplit(redirect_uri)
    about = app.about
    host = "" if is_loopback(redirect_uri) else parts.netloc
    return Wanted(
        name=about.client_name or parts.netloc,
        host=host,
        address=about.client_uri,
        privacy=about.policy_uri,
        terms=about.tos_uri,
        scopes=tuple(scope.split()),
        origin=f"{parts.scheme}://{parts.netloc}",
    )


def _quotable(name: str) -> str:
    return "a parameter" if invalid_error_characters(name) else name
