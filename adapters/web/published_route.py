"""
What verifiers read: DID document, keys, status lists, achievements, the Open Badges 2.0 view.

All of it lies at the addresses that stand in credentials, is open to every origin, and is told
without a redirect, which some verifiers do not follow.
"""

from functools import partial

from litestar import HttpMethod, Request, Response, route
from litestar.datastructures import State
from litestar.exceptions import NotFoundException

from adapters.badges.publication import Published
from adapters.web.backend import Backend
from adapters.web.threads import on_thread

OPEN = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    # An author's SVG may hold a script, which would run as if it were ours.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
}
METHODS = (HttpMethod.GET, HttpMethod.HEAD)
NOT_MODIFIED = 304


@route(
    [
        "/.well-known/did.json",
        "/.well-known/jwks.json",
        "/did.json",
        "/keys/{rest:path}",
        "/status/{rest:path}",
        "/achievements/{rest:path}",
        "/ob2/{rest:path}",
    ],
    http_method=METHODS,
    summary="What verifiers read",
)
async def published(request: Request[object, object, State]) -> Response[bytes]:
    """Give a document that the issuer publishes."""
    backend: Backend = request.app.state.backend
    found = await on_thread(request, partial(backend.published, request.scope["path"]))
    if found is None:
        raise NotFoundException
    return answer(request, found)


def answer(request: Request[object, object, State], found: Published) -> Response[bytes]:
    """Answer with a document, or that it has not changed."""
    keep = f"public, max-age={found.seconds}" if found.seconds else "no-cache"
    headers = {**OPEN, "Cache-Control": keep, "ETag": found.tag}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=NOT_MODIFIED, headers=headers)
    return Response(
        found.body, status_code=found.status, media_type=found.media_type, headers=headers
    )


ROUTES = (published,)
