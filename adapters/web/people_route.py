"""
Pages for people: a credential at its address, `/verify`, `/catalogue`, and `/me` for a learner.

A credential's address answers a page to whoever reads, and the credential to whoever verifies.
"""

from functools import partial
from typing import Literal
from urllib.parse import parse_qs

from litestar import Request, Response, get, post, route
from litestar.datastructures import Cookie, State, UploadFile
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from adapters.badges.exporting import Format
from adapters.badges.publication import Published
from adapters.badges.verifying.reading import MOST_BYTES
from adapters.showing.people import LASTS, Page, People
from adapters.showing.site import SECURITY
from adapters.showing.words import wished, wishes_in
from adapters.web.accepted import preferred
from adapters.web.body import body_of
from adapters.web.consent_route import PENDING, SESSION, asked_before, pending
from adapters.web.published_route import METHODS, answer
from adapters.web.threads import on_thread

MOST_FORM = 16 * 1024
MOST_UPLOAD = MOST_BYTES + 64 * 1024
SEE_OTHER: Literal[303] = 303
PAGE = "page"
OFFERS = {
    PAGE: ("text/html", "application/xhtml+xml"),
    Format.JSON.value: (
        "application/vc",
        "application/vc+ld+json",
        "application/ld+json",
        "application/json",
    ),
    Format.JWT.value: ("application/vc+jwt", "application/jwt", "text/plain"),
}
"""How a credential's address answers, by what a client accepts."""

Asked = Request[object, object, State]


def _people(request: Asked) -> People:
    people: People = request.app.state.people
    return people


def _language(request: Asked) -> str:
    return wished(request.headers.get("accept-language", ""))


def _wished(request: Asked) -> str:
    """Give the languages that are wished for; `?lang=` goes before the browser's."""
    asked, browser = request.query_params.get("lang", ""), request.headers.get("accept-language")
    return ",".join(filter(None, (asked[:35], browser)))


def _page(page: Page | None, cache: str = "no-store") -> Response[bytes]:
    if page is None:
        raise NotFoundException
    headers = {**SECURITY, "Cache-Control": cache}
    if page.file:
        headers["Content-Disposition"] = f'attachment; filename="{page.file}"'
    return Response(page.body, status_code=page.status, media_type=page.media_type, headers=headers)


def _format(named: str) -> Format:
    if named not in set(Format):
        raise NotFoundException
    return Format(named)


async def _form(request: Asked) -> dict[str, str]:
    """Read a small form."""
    body = await body_of(request, MOST_FORM)
    said = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in said.items()}


# --- a credential at its address -------------------------------------------------------------


@route("/credentials/{name:str}", http_method=METHODS, summary="A credential made public")
async def credential(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """Give a credential that its learner has made public; any other is as if it were not there."""
    named = request.query_params.get("format", "")
    wanted, kind = preferred(request.headers.get("accept", ""), OFFERS, PAGE)
    asked = named or wanted
    form = None if asked == PAGE else _format(asked)
    work = partial(_people(request).credential, name, form, _language(request))
    page = await on_thread(request, work)
    if page is None:
        raise NotFoundException
    if form is not None and not (named and page.file):
        found = answer(request, Published(page.body, page.media_type if named else kind, 0))
        found.headers["Vary"] = "Accept"
        return found
    return _page(page, "no-cache")


@post("/credentials/{name:str}", status_code=200, include_in_schema=False)
async def whose(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """Say on the page whether it was issued to an e-mail address."""
    email = (await _form(request)).get("email", "").strip()[:254]
    people, language = _people(request), _language(request)
    return _page(await on_thread(request, partial(people.credential, name, None, language, email)))


# --- verifying, and what can be earned -------------------------------------------------------


@get("/verify", include_in_schema=False)
async def verify_form(request: Asked) -> Response[bytes]:
    """Show the form."""
    work = partial(_people(request).verify_form, _language(request))
    return _page(await on_thread(request, work))


@post("/verify", status_code=200, include_in_schema=False, request_max_body_size=MOST_UPLOAD)
async def verify(request: Asked) -> Response[bytes]:
    """Verify a file that is sent, or what lies at an address."""
    form = await request.form()
    file, url, email = form.get("file"), form.get("url", ""), form.get("email", "")
    data = await file.read() if isinstance(file, UploadFile) else str(file or "").encode()
    asked = (data, str(url).strip(), str(email).strip())
    return _page(
        await on_thread(request, partial(_people(request).verify, *asked, _language(request)))
    )


@get("/catalogue", summary="What can be earned")
async def catalogue(request: Asked, q: FromQuery[str] = "") -> Response[bytes]:
    """Show all credentials and pathways, or those with some words in them."""
    said = _wished(request)
    work = partial(_people(request).catalogue, q[:200], wished(said), wishes_in(said))
    return _page(await on_thread(request, work), "public, max-age=300")


@get("/catalogue/{path:path}", include_in_schema=False)
async def entry(request: Asked, path: FromPath[str]) -> Response[bytes]:
    """Show what it takes to earn one thing."""
    said = _wished(request)
    name = str(path).strip("/")
    work = partial(_people(request).entry, name, wished(said), wishes_in(said))
    return _page(await on_thread(request, work), "public, max-age=300")


# --- a learner's own page --------------------------------------------------------------------


@get("/me/enter", include_in_schema=False)
async def enter(request: Asked, ticket: FromQuery[str] = "") -> Response[bytes] | Redirect:
    """Open a session with a log-in link."""
    people = _people(request)
    session = await on_thread(request, partial(people.enter, ticket))
    if session is None:
        return _page(people.said(_language(request), left=False))
    return Redirect(
        f"{people.site.base}/me",
        status_code=SEE_OTHER,
        cookies=[session_cookie(people, session, int(LASTS.total_seconds()))],
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )


def session_cookie(people: People, session: str, seconds: int) -> Cookie:
    """Give the cookie that holds a session; only a learner's own pages get it."""
    return Cookie(
        SESSION,
        value=session,
        max_age=seconds,
        path=f"{people.site.base}/me",
        httponly=True,
        secure=people.public_url.startswith("https://"),
        samesite="lax",
    )


def _session(request: Asked) -> str:
    return request.cookies.get(SESSION, "")


@get("/me", include_in_schema=False)
async def me(request: Asked) -> Response[bytes] | Redirect:
    """Show a learner what she holds and what comes next."""
    people, language = _people(request), _language(request)
    page = await on_thread(request, partial(people.me, _session(request), language))
    query = asked_before(request.cookies.get(PENDING, ""))
    if page is not None and query:
        # A wallet asked before she was logged in: she is asked now, and once.
        secure = people.public_url.startswith("https://")
        return Redirect(
            f"{people.site.base}/me/authorize?{query}",
            status_code=SEE_OTHER,
            cookies=[pending("", people.site.base, secure=secure)],
            headers={"Cache-Control": "no-store"},
        )
    return _page(page or people.said(language, left=False))


@get("/me/{name:str}", include_in_schema=False)
async def download(
    request: Asked, name: FromPath[str], format_: FromQuery[str] = ""
) -> Response[bytes]:
    """Give a learner a credential of hers in a format."""
    form = _format(request.query_params.get("format", format_))
    work = partial(_people(request).download, _session(request), name, form)
    return _page(await on_thread(request, work))


@post("/me/leave", status_code=200, include_in_schema=False)
async def leave(request: Asked) -> Response[bytes]:
    """Log out."""
    people = _people(request)
    proof = (await _form(request)).get("proof", "")
    if not await on_thread(request, partial(people.may_leave, _session(request), proof)):
        raise NotAuthorizedException("this form is not one of yours")
    found = _page(people.said(_language(request), left=True))
    found.set_cookie(session_cookie(people, "", 0))
    return found


@post("/me/bring", status_code=200, include_in_schema=False, request_max_body_size=MOST_UPLOAD)
async def bring(request: Asked) -> Response[bytes]:
    """Let another issuer's badge count for a learner."""
    form = await request.form()
    file, proof = form.get("file"), str(form.get("proof", ""))
    data = await file.read() if isinstance(file, UploadFile) else b""
    people, language = _people(request), _language(request)
    work = partial(people.bring, _session(request), proof, data, language)
    page = await on_thread(request, work)
    if page is None:
        raise NotAuthorizedException("this form is not one of yours")
    return _page(page)


@post("/me/{name:str}", status_code=SEE_OTHER, include_in_schema=False)
async def publish(request: Asked, name: FromPath[str]) -> Redirect:
    """Make a credential of hers public, or private."""
    people, form = _people(request), await _form(request)
    public = form.get("public") == "yes"
    session, proof = _session(request), form.get("proof", "")
    work = partial(people.publish, session, proof, name, public=public)
    if not await on_thread(request, work):
        raise NotAuthorizedException("this form is not one of yours")
    return Redirect(f"{people.site.base}/me#c-{name}", status_code=SEE_OTHER)


ROUTES = (
    credential,
    whose,
    verify_form,
    verify,
    catalogue,
    entry,
    enter,
    me,
    download,
    leave,
    bring,
    publish,
)
