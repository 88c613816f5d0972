"""`GET /reviews` and `POST /reviews/{key}`: what waits for a person, and her answer."""

from functools import partial

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import ClientException, HTTPException, NotFoundException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath

from adapters.reviewing.answering import Answer, AnswerRefusedError, UnknownReviewError
from adapters.reviewing.listed import ReviewDocument, ReviewsDocument
from adapters.web.answers import only_known_callers
from adapters.web.backend import Backend
from adapters.web.body import body_of
from adapters.web.events_route import Refused
from adapters.web.threads import on_thread
from engine.events import ANSWERS, Word

MOST = 16 * 1024
"""Bytes of an answer."""

CONFLICT = 409


class Said(msgspec.Struct, frozen=True):
    """An answer as it is posted: `approved` or `declined`, who answers, and why."""

    answer: str
    by: str
    because: str = ""


_said = msgspec.json.Decoder(Said)


@get(
    "/reviews",
    guards=[only_known_callers],
    summary="What waits for a person",
    responses={401: ResponseSpec(Refused, description="no known credential")},
)
async def list_reviews(request: Request[object, object, State]) -> ReviewsDocument:
    """List the oldest hundred reviews that wait for an answer."""
    backend: Backend = request.app.state.backend
    return await on_thread(request, backend.reviews)


@post(
    "/reviews/{key:str}",
    status_code=200,
    guards=[only_known_callers],
    summary="Answer a review",
    responses={
        401: ResponseSpec(Refused, description="no known credential"),
        404: ResponseSpec(Refused, description="no such review"),
        409: ResponseSpec(Refused, description="answered already, or this word does not count"),
    },
)
async def answer_review(
    request: Request[object, object, State], key: FromPath[str]
) -> Response[ReviewDocument]:
    """Answer a review: `{"answer": "approved", "by": "kay", "because": "…"}`; it is committed."""
    try:
        said = _said.decode(await body_of(request, MOST))
    except msgspec.MsgspecError as error:
        raise ClientException(f"the body is no answer: {error}") from None
    if said.answer not in ANSWERS:
        raise ClientException("answer is `approved` or `declined`")
    backend: Backend = request.app.state.backend
    given = Answer(key, said.answer == Word.APPROVED, said.by, said.because)
    try:
        return Response(await on_thread(request, partial(backend.answer, given)))
    except UnknownReviewError as error:
        raise NotFoundException(str(error)) from None
    except AnswerRefusedError as error:
        raise HTTPException(str(error), status_code=CONFLICT) from None


ROUTES = (list_reviews, answer_review)
