"""
How the service says no: always JSON with one sentence, never a page of code.

On the xAPI routes every answer, a refusal too, carries the version that it is given in.
"""

import logging
from http import HTTPStatus

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers, State
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.types import ExceptionHandlersMap

from adapters.store.failures import StoreBusy
from adapters.wallets.status_info import BASE, NotServedError, StatusInfo, status_info
from adapters.web.credentials import Credentials
from adapters.web.xapi_version import HEADER, answered_in

log = logging.getLogger("milepost.http")

RETRY_SECONDS = 5
SERVER_ERROR = 500
CHALLENGE = 'Basic realm="milepost", charset="UTF-8", Bearer realm="milepost"'

Asked = Request[object, object, State]
Answer = Response[dict[str, str]] | Response[StatusInfo]


def refusal(
    request: Asked,
    status: int,
    sentence: str,
    headers: dict[str, str] | None = None,
    minor: str = "",
) -> Answer:
    """Give a refusal: its status and one sentence, in the form that the path's standard has."""
    headers = dict(headers or {})
    path = request.scope["path"]
    if path.startswith(BASE):
        return Response(status_info(status, sentence, minor), status_code=status, headers=headers)
    if path.startswith("/oauth/"):
        code = "temporarily_unavailable" if status >= SERVER_ERROR else "invalid_request"
        told = {"error": code, "error_description": sentence}
        return Response(told, status_code=status, headers=headers)
    if path.startswith("/xapi/"):
        headers[HEADER] = answered_in(request.headers.get(HEADER, ""))
    return Response({"error": sentence}, status_code=status, headers=headers)


def _http(request: Asked, error: HTTPException) -> Answer:
    headers = {str(name): str(value) for name, value in (error.headers or {}).items()}
    sentence = error.detail or HTTPStatus(error.status_code).phrase
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        sentence = f"{request.method} is not answered here"
    if error.status_code == HTTPStatus.NOT_FOUND and sentence == HTTPStatus.NOT_FOUND.phrase:
        sentence = "there is nothing at this path; /schema lists what there is"
    return refusal(request, error.status_code, sentence, headers)


def _busy(request: Asked, error: StoreBusy) -> Answer:
    log.warning("503: %s", error)
    return refusal(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        f"nothing was stored, send it again: {error}",
        {"Retry-After": str(RETRY_SECONDS)},
    )


def _broken(request: Asked, error: Exception) -> Answer:
    log.error("500 at %s %s", request.method, request.url.path, exc_info=error)
    return refusal(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "the service made a mistake, which its log describes; nothing was acknowledged",
    )


def _not_served(request: Asked, error: NotServedError) -> Answer:
    return refusal(request, error.status, error.sentence, error.headers, error.minor)


HANDLERS: ExceptionHandlersMap = {
    HTTPException: _http,
    StoreBusy: _busy,
    NotServedError: _not_served,
    Exception: _broken,
}


def known_caller(request: Asked) -> str:
    """
    Give the name of the credential that a request came with.

    Raises:
        NotAuthorizedException: It came with none, or with one that is not known.
    """
    return _caller(request.app.state.credentials, request.headers)


def _caller(credentials: Credentials, headers: Headers) -> str:
    caller = credentials.caller(headers.get("authorization", ""))
    if caller is None:
        raise NotAuthorizedException(
            "send a known name and secret as Basic, or a known secret as Bearer",
            headers={"WWW-Authenticate": CHALLENGE},
        )
    return caller


def only_known_callers(
    connection: "ASGIConnection[object, object, object, State]", _: BaseRouteHandler
) -> None:
    """Guard a route."""
    _caller(connection.app.state.credentials, connection.headers)
