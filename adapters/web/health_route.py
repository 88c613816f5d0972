"""`GET /healthz` and `GET /readyz`: what a supervisor and a load balancer ask, open to all."""

from litestar import Request, Response, get
from litestar.datastructures import State
from msgspec import Struct

from adapters.web.backend import Backend, Readiness
from adapters.web.threads import on_thread

UNAVAILABLE = 503


class Health(Struct, frozen=True):
    """The process lives and answers."""

    status: str = "ok"


@get("/healthz", summary="Whether the process lives")
async def healthz() -> Health:
    """Answer as long as the process does; the database is not asked."""
    return Health()


@get("/readyz", summary="Whether events would be taken, and by which rules")
async def readyz(request: Request[object, object, State]) -> Response[Readiness]:
    """Answer 200 if events would be taken, else 503; both say by which rules."""
    backend: Backend = request.app.state.backend
    readiness = await on_thread(request, backend.readiness)
    return Response(readiness, status_code=200 if readiness.ready else UNAVAILABLE)


ROUTES = (healthz, readyz)
