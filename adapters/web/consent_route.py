"""
The page on which a learner lets a wallet in: OAuth's authorization endpoint, `/me/authorize`.

It lies under `/me`, whose session's cookie goes nowhere else.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import partial
from typing import Literal
from urllib.parse import parse_qs

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException
from litestar.response import Redirect

from adapters.showing.consent import NoSession, Question
from adapters.showing.people import Page
from adapters.showing.site import SECURITY
from adapters.showing.words import wished
from adapters.wallets.answer import Answer
from adapters.web.body import body_of
from adapters.web.threads import on_thread
from adapters.web.wallets_route import Call, asked_by, doors, query_of, response, values_of

SESSION = "milepost_session"
PENDING = "milepost_wallet"
"""The cookie with what a wallet asked before its learner was logged in."""

PENDING_LASTS = 15 * 60
MOST_QUERY = 2500
"""Signs of a query that still go into a cookie."""
SEE_OTHER: Literal[303] = 303
MOST_FORM = 16 * 1024
POLICY = "Content-Security-Policy"


def _html(page: Page, origin: str = "") -> Response[bytes]:
    headers = {**SECURITY, "Cache-Control": "no-store"}
    if origin:
        # Chromium asks the policy of the page where a form's answer sends the browser.
        headers[POLICY] = SECURITY[POLICY].replace(
            "form-action 'self'", f"form-action 'self' {origin}"
        )
    return Response(page.body, status_code=page.status, media_type=page.media_type, headers=headers)


def _sent(answer: Answer) -> Response[bytes]:
    """Send a browser back to its wallet, by GET whatever it came with."""
    found = response(answer)
    found.status_code = SEE_OTHER if answer.location else answer.status
    found.headers["Referrer-Policy"] = "no-referrer"
    return found


def pending(query: str, base: str, *, secure: bool) -> Cookie:
    """Keep what a wallet asked until its learner is logged in; "" to forget it."""
    return Cookie(
        PENDING,
        value=urlsafe_b64encode(query.encode()).decode(),
        max_age=PENDING_LASTS if query else 0,
        path=f"{base}/me",
        httponly=True,
        secure=secure,
        samesite="lax",
    )


def asked_before(cookie: str) -> str:
    """Give what a wallet asked before she was logged in, "" where none did."""
    try:
        found = urlsafe_b64decode(cookie.encode()).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
    return found if found.isprintable() and len(found) <= MOST_QUERY else ""


@get("/me/authorize", include_in_schema=False)
async def authorize(request: Call) -> Response[bytes]:
    """Ask a learner whether she lets a wallet in."""
    found, query = doors(request), query_of(request)
    consent, url = found.consent, found.authorization.public_url
    asked = asked_by(request, url, values_of(query))
    language = wished(request.headers.get("accept-language", ""))
    session = request.cookies.get(SESSION, "")
    told = await on_thread(request, partial(consent.ask, session, asked, query, language))
    match told:
        case Question(page, origin):
            return _html(page, origin)
        case NoSession(page):
            answer = _html(page)
            if len(query) <= MOST_QUERY:
                secure = url.startswith("https://")
                answer.set_cookie(pending(query, consent.site.base, secure=secure))
            return answer
        case Page():
            return _html(told)
        case Answer():
            return _sent(told)


@post("/me/authorize", status_code=SEE_OTHER, include_in_schema=False)
async def decide(request: Call) -> Response[bytes]:
    """Take her answer back to the wallet."""
    found, query = doors(request), query_of(request)
    asked = asked_by(request, found.authorization.public_url, values_of(query))
    form = await _form(request)
    language = wished(request.headers.get("accept-language", ""))
    work = partial(
        found.consent.answer,
        request.cookies.get(SESSION, ""),
        form.get("proof", ""),
        asked,
        language,
        allow=form.get("allow") == "yes",
    )
    told = await on_thread(request, work)
    if told is None:
        raise NotAuthorizedException("this form is not one of yours")
    return _sent(told) if isinstance(told, Answer) else _html(told)


@post("/me/apps", status_code=SEE_OTHER, include_in_schema=False)
async def withdraw(request: Call) -> Redirect:
    """Take access away from an app."""
    consent = doors(request).consent
    form = await _form(request)
    session = request.cookies.get(SESSION, "")
    work = partial(consent.withdraw, session, form.get("proof", ""), form.get("app", ""))
    if not await on_thread(request, work):
        raise NotAuthorizedException("this form is not one of yours")
    return Redirect(f"{consent.site.base}/me#apps", status_code=SEE_OTHER)


async def _form(request: Call) -> dict[str, str]:
    body = await body_of(request, MOST_FORM)
    said = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in said.items()}


ROUTES = (authorize, decide, withdraw)
