"""
`GET /`: one page that says what the service is doing, in plain HTML without a script.

It is for whoever has just started the service and opens its address; a console for designers
is another room.
"""

from datetime import UTC, datetime
from html import escape

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State

from adapters.telling.numbers import counted
from adapters.web.answers import only_known_callers
from adapters.web.backend import Backend, Count, Readiness
from adapters.web.threads import on_thread

LINKS = (
    ("/readyz", "Whether events are taken, and by which rules (JSON)"),
    ("/schema", "What can be sent and asked over HTTP (OpenAPI)"),
    ("/xapi/about", "The versions of xAPI that are spoken"),
)

STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#1b1b1b;background:#fff}"
    "table{border-collapse:collapse}th,td{padding:.2rem 1.2rem .2rem 0;text-align:left;"
    "border-bottom:1px solid #767676}td{font-variant-numeric:tabular-nums}"
    "code{background:#f0f0f0;padding:.1rem .3rem;overflow-wrap:anywhere}a{color:#0b4f9c}"
)
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(readiness: Readiness, counts: tuple[Count, ...], now: datetime) -> str:
    """Write the page."""
    state = "Events are taken." if readiness.ready else f"Not ready: {escape(readiness.because)}."
    packs = ", ".join(escape(pack) for pack in readiness.packs) or "none"
    rows = "".join(
        f'<tr><th scope="row">{escape(count.what)}</th><td>{count.number:,}</td></tr>'
        for count in counts
    )
    links = "".join(f'<li><a href="{path}">{escape(what)}</a></li>' for path, what in LINKS)
    refused = ""
    if readiness.refused:
        items = "".join(
            f"<li><code>{escape(each.place)}</code> {escape(each.code)}: "
            f"{escape(each.message)} {escape(each.hint)}</li>"
            for each in readiness.refused
        )
        refused = (
            "<h2>Newer rules were refused</h2><p>The ruleset above stays in force until this is "
            f"put right:</p><ul>{items}</ul>"
        )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Milepost</title><style>{STYLE}</style></head><body><main><h1>Milepost</h1>"
        f'<p>{state} It is <time datetime="{now.isoformat()}">{now:%-d %B %Y, %H:%M:%S} UTC</time> '
        "on the service's clock.</p>"
        f"<h2>Rules in force</h2><p>Packs: {packs}. {counted(readiness.rules, 'rule')}, "
        f"{counted(readiness.credentials, 'credential')}, ruleset "
        f"<code>{escape(readiness.ruleset)}</code>.</p>{refused}"
        f"<h2>So far</h2><table aria-label='Counts'><tbody>{rows}"
        f"</tbody></table><h2>Where to go</h2><ul>{links}"
        "<li>Why, or why not: <code>/learners/LEARNER/explain/CREDENTIAL</code> or <code>milepost "
        "explain LEARNER CREDENTIAL</code></li></ul></main></body></html>"
    )


@get("/", guards=[only_known_callers], media_type=MediaType.HTML, include_in_schema=False)
async def home(request: Request[object, object, State]) -> Response[str]:
    """Show the page."""
    backend: Backend = request.app.state.backend
    readiness = await on_thread(request, backend.readiness)
    counts = await on_thread(request, backend.counts) if readiness.ready else ()
    now = backend.now().astimezone(UTC)
    return Response(page(readiness, counts, now), media_type=MediaType.HTML, headers=SECURITY)


ROUTES = (home,)
