"""
What wallets call: the Open Badges API at `/ims/ob/v3p0/`, and OAuth 2.0 at `/oauth/`.

The learner's part, the page on which she lets a wallet in, is in consent_route.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qs

from authlib.oauth2 import OAuth2Error
from litestar import Request, Response, get, post, put
from litestar.datastructures import State
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath

from adapters.badges.verifying.reading import MOST_BYTES
from adapters.showing.consent import Consent
from adapters.wallets.answer import Answer, Asked, Values
from adapters.wallets.authorization import Authorization, Holder
from adapters.wallets.paging import paging
from adapters.wallets.resources import Resources
from adapters.wallets.scopes import READ, READ_PROFILE, UPDATE_PROFILE, UPSERT
from adapters.wallets.status_info import NotServedError
from adapters.web.body import body_of
from adapters.web.threads import on_thread

MOST_FORM = 32 * 1024
MOST_FIELDS = 50
OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Call = Request[object, object, State]


@dataclass(frozen=True, slots=True)
class WalletDoors:
    """
    What answers wallets and their learners.

    Attributes:
        description: Of the service, as JSON.
        metadata: Of its authorization server.
    """

    authorization: Authorization
    resources: Resources
    consent: Consent
    description: bytes
    metadata: bytes


def doors(request: Call) -> WalletDoors:
    """
    Give what answers wallets.

    Raises:
        NotFoundException: The service has no address that a wallet could trust.
    """
    found: WalletDoors | None = request.app.state.wallets
    if found is None:
        raise NotFoundException("no wallet is served here: set [web] public_url, by https")
    return found


def values_of(text: str) -> Values:
    """
    Read a query or a form.

    Raises:
        ClientException: It has more fields than anybody needs.
    """
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise ClientException(f"more than {MOST_FIELDS} fields") from None


def query_of(request: Call) -> str:
    """Give the query as it was written."""
    return request.scope["query_string"].decode("latin-1")


def asked_by(request: Call, public_url: str, values: Values) -> Asked:
    """Give a request as the authorization server reads it."""
    shown = request.headers.get("authorization", "")
    return Asked(str(request.method), f"{public_url}{request.scope['path']}", values, shown)


def response(answer: Answer) -> Response[bytes]:
    """Give an answer over HTTP."""
    return Response(
        answer.body,
        status_code=answer.status,
        media_type=answer.media_type,
        headers={**PRIVATE, **answer.headers},
    )


# --- where everything is ---------------------------------------------------------------------


@get("/ims/ob/v3p0/discovery", summary="Where wallets find everything")
async def discovery(request: Call) -> Response[bytes]:
    """Describe the service, to anybody."""
    return Response(doors(request).description, media_type="application/json", headers=OPEN)


@get("/.well-known/oauth-authorization-server", summary="Where OAuth finds everything (RFC 8414)")
async def authorization_server(request: Call) -> Response[bytes]:
    """Describe the authorization server, to anybody."""
    return Response(doors(request).metadata, media_type="application/json", headers=OPEN)


@get("/.well-known/oauth-authorization-server/{path:path}", include_in_schema=False)
async def authorization_server_of(request: Call, path: FromPath[str]) -> Response[bytes]:
    """Describe that of a house under a path, which is asked for behind the name."""
    found = doors(request)
    if str(path).strip("/") != found.consent.site.base.strip("/"):
        raise NotFoundException
    return Response(found.metadata, media_type="application/json", headers=OPEN)


# --- OAuth 2.0 -------------------------------------------------------------------------------


async def _form(request: Call, url: str) -> Asked:
    body = await body_of(request, MOST_FORM)
    return asked_by(request, url, values_of(body.decode("utf-8", "replace")))


@post("/oauth/register", status_code=201, summary="A wallet registers (RFC 7591)")
async def register(request: Call) -> Response[bytes]:
    """Register a wallet; it gets an id and a secret, and must still ask each learner."""
    authorization = doors(request).authorization
    body = await body_of(request, MOST_FORM)
    return response(await on_thread(request, partial(authorization.register, body)))


@post("/oauth/token", status_code=200, summary="A wallet gets tokens")
async def token(request: Call) -> Response[bytes]:
    """Exchange an authorization code, or a refresh token, for tokens."""
    authorization = doors(request).authorization
    asked = await _form(request, authorization.public_url)
    return response(await on_thread(request, partial(authorization.token, asked)))


@post("/oauth/revoke", status_code=200, summary="A wallet gives a token back (RFC 7009)")
async def revoke(request: Call) -> Response[bytes]:
    """Make a token worthless."""
    authorization = doors(request).authorization
    asked = await _form(request, authorization.public_url)
    return response(await on_thread(request, partial(authorization.revoke, asked)))


# --- Open Badges 3.0 -------------------------------------------------------------------------


def _served(found: WalletDoors, shown: str, scope: str, work: Callable[[Holder], Answer]) -> Answer:
    """
    Do what an app asks, if its learner allowed that.

    Raises:
        NotServedError: She did not.
    """
    try:
        holder = found.authorization.holder(shown, scope)
    except OAuth2Error as error:
        raise _unauthorized(error, scope, shown) from None
    return work(holder)


def _unauthorized(error: OAuth2Error, scope: str, shown: str) -> NotServedError:
    """Say why a request has no right to what it asks, and how it could get it (RFC 6750)."""
    sentence = error.get_error_description() or "a Bearer token is needed"
    challenge = 'Bearer realm="Open Badges"'
    if error.status_code == HTTPStatus.FORBIDDEN:
        challenge += f', error="{error.error}", scope="{scope}"'
        sentence = f"the token does not allow {scope}"
        return NotServedError(error.status_code, sentence, headers={"WWW-Authenticate": challenge})
    if shown:
        challenge += f', error="invalid_token", error_description="{sentence}"'
    return NotServedError(
        HTTPStatus.UNAUTHORIZED, sentence, headers={"WWW-Authenticate": challenge}
    )


def _shown(request: Call) -> str:
    return request.headers.get("authorization", "")


@get("/ims/ob/v3p0/credentials", summary="A learner's credentials, for a wallet")
async def credentials(request: Call) -> Response[bytes]:
    """Give a page of what the learner holds who let the app in."""
    found, shown = doors(request), _shown(request)
    values = values_of(query_of(request))

    def work(holder: Holder) -> Answer:
        return found.resources.credentials(holder.learner, paging(values))

    return response(await on_thread(request, partial(_served, found, shown, READ, work)))


@post("/ims/ob/v3p0/credentials", status_code=201, summary="A wallet brings a credential")
async def upsert(request: Call) -> Response[bytes]:
    """Take a credential of the learner's in, if it is genuine, hers, and a rule counts it."""
    found, shown = doors(request), _shown(request)
    body = await body_of(request, MOST_BYTES)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    known = request.headers.get("if-none-match", "")

    def work(holder: Holder) -> Answer:
        return found.resources.bring(holder.learner, body, media, known)

    return response(await on_thread(request, partial(_served, found, shown, UPSERT, work)))


@get("/ims/ob/v3p0/profile", summary="A learner's profile, for a wallet")
async def profile(request: Call) -> Response[bytes]:
    """Give name and address of the learner who let the app in."""
    found, shown = doors(request), _shown(request)

    def work(holder: Holder) -> Answer:
        return found.resources.profile(holder.learner)

    return response(await on_thread(request, partial(_served, found, shown, READ_PROFILE, work)))


@put("/ims/ob/v3p0/profile", summary="A wallet says what a learner's profile is")
async def put_profile(request: Call) -> Response[bytes]:
    """Take a profile that says what is known; the institution alone changes it."""
    found, shown = doors(request), _shown(request)
    body = await body_of(request, MOST_FORM)
    known = request.headers.get("if-none-match", "")

    def work(holder: Holder) -> Answer:
        return found.resources.put_profile(holder.learner, body, known)

    return response(await on_thread(request, partial(_served, found, shown, UPDATE_PROFILE, work)))


ROUTES = (
    discovery,
    authorization_server,
    authorization_server_of,
    register,
    token,
    revoke,
    credentials,
    upsert,
    profile,
    put_profile,
)
