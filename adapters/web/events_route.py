"""
`POST /events` and `POST /xapi/statements`: what an LMS sends.

Reading and deciding run on threads, so that a large body of one sender does not keep the
others waiting; the answer is given once all is committed, and never before.
"""

from dataclasses import dataclass
from functools import partial

from litestar import Request, Response, get, post, put
from litestar.datastructures import State
from litestar.exceptions import ClientException, HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Operation, RequestBody
from litestar.openapi.spec.media_type import OpenAPIMediaType
from litestar.openapi.spec.schema import Schema
from msgspec import Struct

from adapters.inbound import native, xapi
from adapters.inbound.received import BadBody
from adapters.web.answers import known_caller, only_known_callers
from adapters.web.backend import Backend, Taken
from adapters.web.body import UnsupportedError, body_of
from adapters.web.threads import on_thread
from adapters.web.xapi_version import HEADER, KNOWN, version_of

NOT_YET = 501


class Refused(Struct, frozen=True):
    """Why a request was refused."""

    error: str


class About(Struct, frozen=True):
    """What xAPI's About resource says."""

    version: tuple[str, ...] = KNOWN
    extensions: dict[str, str] = {}


REFUSALS = {
    400: ResponseSpec(Refused, description="the body can't be read; nothing is stored"),
    401: ResponseSpec(Refused, description="no known credential"),
    413: ResponseSpec(Refused, description="more than 50 MB, packed or unpacked"),
    415: ResponseSpec(Refused, description="packed or labelled in a way that is not read"),
    503: ResponseSpec(Refused, description="nothing is stored; come again after Retry-After"),
}

_JSON = OpenAPIMediaType(Schema(description="one JSON object, or an array of them"))
_LINES = OpenAPIMediaType(Schema(description="one JSON object a line"))


@dataclass
class _EventsOperation(Operation):
    """`POST /events` as OpenAPI shows it: the body is read by us, not by the framework."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            content={"application/json": _JSON, "application/x-ndjson": _LINES},
            description="Native events; gzip allowed",
            required=True,
        )


@dataclass
class _StatementsOperation(Operation):
    """`POST /xapi/statements` as OpenAPI shows it."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            content={"application/json": _JSON},
            description="xAPI statements; gzip allowed",
            required=True,
        )


def _kind_of(request: Request[object, object, State]) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _take_events(backend: Backend, body: bytes, source: str) -> Taken:
    arrived = backend.now()
    return backend.take(native.decode(body, source, arrived), arrived, source)


def _take_statements(backend: Backend, body: bytes, source: str) -> tuple[str, ...]:
    arrived = backend.now()
    batch = xapi.decode(body, source, arrived)
    backend.take(batch.received, arrived, source)
    return batch.ids


@post(
    "/events",
    status_code=200,
    guards=[only_known_callers],
    summary="Send events",
    operation_class=_EventsOperation,
    responses=REFUSALS,
)
async def post_events(request: Request[object, object, State]) -> Taken:
    """Take native events in: one object, an array, or one object a line."""
    source = known_caller(request)
    if _kind_of(request).startswith("multipart/"):
        raise UnsupportedError("the body is multipart; send JSON, or one JSON object a line")
    body = await body_of(request)
    take = partial(_take_events, request.app.state.backend, body, source)
    try:
        return await on_thread(request, take)
    except BadBody as error:
        raise ClientException(str(error)) from None


@post(
    "/xapi/statements",
    status_code=200,
    guards=[only_known_callers],
    summary="Send xAPI statements",
    operation_class=_StatementsOperation,
    responses=REFUSALS,
)
async def post_statements(request: Request[object, object, State]) -> Response[tuple[str, ...]]:
    """Take xAPI statements in, one or an array; the answer is their ids, in order."""
    source = known_caller(request)
    version = version_of(request.headers.get(HEADER))
    kind = _kind_of(request)
    if kind.startswith("multipart/"):
        raise UnsupportedError("statements with attachments are not in this version yet")
    if kind != "application/json":
        raise ClientException(
            f"Content-Type is {kind[:60]!r}; statements are sent as application/json"
        )
    if "method" in request.query_params:
        raise HTTPException(
            "the alternate request syntax (?method=) is not in this version yet",
            status_code=NOT_YET,
        )
    body = await body_of(request)
    take = partial(_take_statements, request.app.state.backend, body, source)
    try:
        ids = await on_thread(request, take)
    except BadBody as error:
        raise ClientException(str(error)) from None
    return Response(ids, headers={HEADER: version})


def _not_yet(request: Request[object, object, State], what: str) -> None:
    version_of(request.headers.get(HEADER))
    raise HTTPException(f"{what} is not in this version yet", status_code=NOT_YET)


@put(
    "/xapi/statements",
    guards=[only_known_callers],
    summary="Not in this version yet",
    include_in_schema=False,
)
async def put_statement(request: Request[object, object, State]) -> None:
    """Say that statements are sent by POST."""
    _not_yet(request, "PUT of one statement (POST it)")


@get(
    "/xapi/statements",
    guards=[only_known_callers],
    summary="Not in this version yet",
    include_in_schema=False,
)
async def get_statements(request: Request[object, object, State]) -> None:
    """Say that statements can't be asked for."""
    _not_yet(request, "reading statements back")


@get("/xapi/about", summary="The versions of xAPI that are spoken here")
async def about(request: Request[object, object, State]) -> Response[About]:
    """Answer xAPI's About resource; it needs neither version nor credential."""
    asked = request.headers.get(HEADER)
    version = version_of(asked) if asked else KNOWN[1]
    return Response(About(), headers={HEADER: version})


ROUTES = (post_events, post_statements, put_statement, get_statements, about)
