"""`GET /learners/{id}/explain/{thing}`: why a learner has something, or what is missing."""

from datetime import datetime
from functools import partial

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import ClientException, NotFoundException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery

from adapters.plain.telling import NotForLearnersError
from adapters.telling.learner_explaining import UnknownLearnerError
from adapters.web.answers import only_known_callers
from adapters.web.backend import Backend
from adapters.web.events_route import Refused
from adapters.web.page_route import SECURITY
from adapters.web.paths import name_in_path
from adapters.web.threads import on_thread
from engine.explain_names import UnknownThingError

FOR_LEARNER = "learner"


def _instant(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        # A plus sign that was not encoded has become a space on its way.
        found = datetime.fromisoformat(written.strip().replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ClientException(
            "on is not a time with an offset; write it like on=2025-03-03T10:00:00Z"
        )
    return found


@get(
    "/learners/{learner:str}/explain/{thing:str}",
    guards=[only_known_callers],
    summary="Why, or why not",
    responses={
        401: ResponseSpec(Refused, description="no known credential"),
        404: ResponseSpec(Refused, description="no such learner, or no such thing in the rules"),
    },
)
async def explain(
    request: Request[object, object, State],
    learner: FromPath[str],
    thing: FromPath[str],
    on: FromQuery[str | None] = None,
) -> Response[bytes]:
    """
    Explain a credential, a skill, a pathway, a rule, a message or an activity.

    Both names are percent-encoded in the path. With `for=learner` it is told to the learner
    herself, in plain words and her own language: as JSON, or as a page to whoever accepts HTML.
    """
    backend: Backend = request.app.state.backend
    whom = request.query_params.get("for", "")
    if whom not in ("", FOR_LEARNER):
        raise ClientException(f"for is `{FOR_LEARNER}`, or is left out")
    asked = (name_in_path(learner), name_in_path(thing), _instant(on))
    as_page = bool(whom) and "text/html" in request.headers.get("accept", "")
    work = (
        partial(backend.prove, *asked, html=as_page) if whom else partial(backend.explain, *asked)
    )
    try:
        answer = await on_thread(request, work)
    except (UnknownLearnerError, UnknownThingError, NotForLearnersError) as error:
        raise NotFoundException(str(error)) from None
    if as_page:
        return Response(answer, media_type=MediaType.HTML, headers=SECURITY)
    return Response(answer, media_type=MediaType.JSON)


ROUTES = (explain,)
