"""
The log-in from an LMS (LTI 1.3): where it begins, where it comes back, and what an LMS reads.

A learner's own page stands in no frame, since somebody could lay something over its buttons, and
since browsers keep no cookies there. Whoever begins in a frame of the LMS gets a link that begins
anew in a tab of its own; there the cookie is one of the site that she visits, and is kept.
"""

import logging
from asyncio import Semaphore
from base64 import b64encode
from functools import partial
from hashlib import sha256
from urllib.parse import parse_qs, quote, urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.badges.jsonvalue import JsonObject
from adapters.lti.entrance import Entrance
from adapters.lti.refusal import Help, RefusedError
from adapters.lti.started import LASTS as LOG_IN_LASTS
from adapters.showing.log_in_page import (
    CLOSE,
    open_page,
    refused_page,
    registered_page,
    staff_page,
)
from adapters.showing.people import LASTS, Page, People
from adapters.showing.site import SECURITY
from adapters.showing.words import wished
from adapters.store.failures import StoreBusy
from adapters.web.body import body_of
from adapters.web.people_route import SEE_OTHER, session_cookie
from adapters.web.threads import on_thread

log = logging.getLogger("milepost.lti")

AT_ONCE = 4
"""Launches looked at at a time: an LMS whose keys are slow to come holds no thread of events."""

MOST_FORM = 192 * 1024
FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})
IN_FRAMES = SECURITY["Content-Security-Policy"].replace(
    "frame-ancestors 'none'", "frame-ancestors *"
)
"""For pages with nothing to press but a link, so that they can be read in a frame of the LMS."""

OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
ASKED = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id",
         "lti_deployment_id")  # fmt: skip

Asked = Request[object, object, State]
Answer = Response[bytes] | Redirect


def _parts(request: Asked) -> tuple[Entrance, People, str]:
    """Give what lets in, what answers people, and the reader's language."""
    entrance: Entrance = request.app.state.entrance
    people: People = request.app.state.people
    return entrance, people, wished(request.headers.get("accept-language", ""))


def _page(page: Page, script: str = "") -> Response[bytes]:
    policy = f"{IN_FRAMES}; script-src 'sha256-{_hash(script)}'" if script else IN_FRAMES
    headers = {**SECURITY, "Content-Security-Policy": policy, "Cache-Control": "no-store"}
    return Response(page.body, status_code=page.status, media_type=page.media_type, headers=headers)


def _hash(script: str) -> str:
    """Give the name by which a policy lets one script run."""
    return b64encode(sha256(script.encode()).digest()).decode()


def _refused(request: Asked, error: RefusedError | StoreBusy) -> Response[bytes]:
    _, people, language = _parts(request)
    if isinstance(error, StoreBusy):
        error = RefusedError(Help.AGAIN, "busy", str(error))
    log.warning("log-in from an LMS refused (%s): %s", error.code, error.because)
    return _page(refused_page(people.site, language, error.help, error.code))


async def _form(request: Asked) -> dict[str, str]:
    body = await body_of(request, MOST_FORM)
    said = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100)
    return {name: values[0] for name, values in said.items()}


def _cookie(people: People, name: str, value: str, seconds: int) -> Cookie:
    """Give the cookie of a log-in. The LMS's page sends the browser back, so it is not ours."""
    return Cookie(
        name,
        value=value,
        max_age=seconds,
        path=f"{people.site.base}/lti",
        httponly=True,
        secure=True,
        samesite="none",
    )


async def _begin(request: Asked, asked: dict[str, str]) -> Answer:
    entrance, people, language = _parts(request)
    try:
        sent = await on_thread(request, partial(entrance.door.begin, asked))
    except (RefusedError, StoreBusy) as error:
        return _refused(request, error)
    if request.headers.get("sec-fetch-dest", "") in FRAMES:
        again = urlencode({name: asked[name] for name in ASKED if name in asked})
        return _page(open_page(people.site, language, f"{people.site.base}/lti/login?{again}"))
    return Redirect(
        sent.url,
        status_code=SEE_OTHER,
        cookies=[_cookie(people, sent.cookie, sent.value, int(LOG_IN_LASTS.total_seconds()))],
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


@get("/lti/login", summary="Where a log-in from an LMS begins (LTI 1.3)")
async def begin(request: Asked) -> Answer:
    """Send a browser to the LMS that has sent it here."""
    return await _begin(request, dict(request.query_params.items()))


@post("/lti/login", status_code=SEE_OTHER, include_in_schema=False)
async def begin_by_form(request: Asked) -> Answer:
    """Do the same where the LMS sends a form."""
    return await _begin(request, await _form(request))


@post("/lti/launch", status_code=SEE_OTHER, summary="Where it comes back, with who it is")
async def launch(request: Asked) -> Answer:
    """Open the learner's own page."""
    entrance, people, language = _parts(request)
    launches: Semaphore = request.app.state.launches
    brought = await _form(request)
    try:
        async with launches:
            work = partial(entrance.door.launch, brought, dict(request.cookies))
            found = await on_thread(request, work)
        used = _cookie(people, found.cookie, "", 0)
        if found.is_staff:
            page = _page(staff_page(people.site, language))
            page.set_cookie(used)
            return page
        session = await on_thread(request, partial(people.let_in, found.learner))
    except (RefusedError, StoreBusy) as error:
        return _refused(request, error)
    place = f"#credential-{quote(found.credential)}" if found.credential else ""
    return Redirect(
        f"{people.site.base}/me{place}",
        status_code=SEE_OTHER,
        cookies=[session_cookie(people, session, int(LASTS.total_seconds())), used],
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


@get("/lti/jwks.json", summary="The public keys, for an LMS that asks for them")
async def keys(request: Asked) -> Response[JsonObject]:
    """Give the public keys."""
    entrance, _, _ = _parts(request)
    return Response(await on_thread(request, entrance.keys), headers=OPEN)


@get("/lti/config.json", summary="How Canvas sets this service up")
async def config(request: Asked) -> Response[JsonObject]:
    """Give the configuration of a Canvas developer key."""
    entrance, _, _ = _parts(request)
    return Response(entrance.tool.canvas(), headers=OPEN)


@get("/lti/register/{invitation:str}", summary="Where an LMS registers that was invited")
async def register(request: Asked, invitation: FromPath[str]) -> Response[bytes]:
    """Let an LMS register: it opens this in a window of its administrator's."""
    entrance, people, language = _parts(request)
    launches: Semaphore = request.app.state.launches
    asked = request.query_params
    url, token = asked.get("openid_configuration", ""), asked.get("registration_token", "")
    try:
        async with launches:
            work = partial(entrance.registrations.register, invitation, url, token)
            found = await on_thread(request, work)
    except (RefusedError, StoreBusy) as error:
        return _refused(request, error)
    lines = (
        f"issuer: {found.issuer}",
        f"client_id: {found.client_id}",
        f"deployments: {', '.join(found.deployments) or 'none yet'}",
    )
    return _page(registered_page(people.site, language, lines), CLOSE)


ROUTES = (begin, begin_by_form, launch, keys, config, register)
