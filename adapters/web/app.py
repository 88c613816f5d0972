"""The ASGI application: routes, refusals, and the OpenAPI that is written from them."""

from asyncio import Semaphore
from concurrent.futures import Executor
from importlib.metadata import PackageNotFoundError, version

from litestar import Litestar
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.types import ASGIApp

from adapters.lti.entrance import Entrance
from adapters.showing.people import People
from adapters.web import (
    consent_route,
    events_route,
    health_route,
    learners_route,
    lti_route,
    page_route,
    people_route,
    published_route,
    reviews_route,
    wallets_route,
)
from adapters.web.answers import HANDLERS
from adapters.web.backend import Backend
from adapters.web.credentials import Credentials
from adapters.web.paths import PathsAsWritten
from adapters.web.wallets_route import WalletDoors

FOR_PEOPLE = (*people_route.ROUTES, *wallets_route.ROUTES, *consent_route.ROUTES)


def _version() -> str:
    try:
        return version("milepost")
    except PackageNotFoundError:  # a checkout that was not installed
        return "0"


def application(
    backend: Backend,
    credentials: Credentials,
    threads: Executor,
    people: People | None = None,
    entrance: Entrance | None = None,
    wallets: WalletDoors | None = None,
) -> ASGIApp:
    """
    Make the application.

    Args:
        backend: What answers; its calls run on `threads`.
        credentials: Who may call; none configured lets everybody, so listen on loopback only.
        threads: Where blocking work runs; at least two.
        people: What answers people on pages of their own; None leaves these away.
        entrance: Where learners come in from an LMS; None where there is no public address.
        wallets: What answers wallets; None where none are served.
    """
    openapi = OpenAPIConfig(
        title="Milepost",
        version=_version(),
        path="/schema",
        # No page that loads a script from elsewhere: an institution's network may be closed.
        render_plugins=[JsonRenderPlugin(path="/openapi.json"), YamlRenderPlugin()],
        components=Components(
            security_schemes={
                "Basic": SecurityScheme(type="http", scheme="basic"),
                "Bearer": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
        security=[{"Basic": []}, {"Bearer": []}] if credentials else None,
    )
    app = Litestar.from_config(
        AppConfig(
            route_handlers=[
                *events_route.ROUTES,
                *learners_route.ROUTES,
                *reviews_route.ROUTES,
                *health_route.ROUTES,
                *page_route.ROUTES,
                *published_route.ROUTES,
                *(lti_route.ROUTES if people is not None and entrance is not None else ()),
                *(FOR_PEOPLE if people is not None else ()),
            ],
            exception_handlers=HANDLERS,
            openapi_config=openapi,
            # Bodies are bounded where they are read, packed and unpacked.
            request_max_body_size=None,
            state=State(
                {
                    "backend": backend,
                    "credentials": credentials,
                    "threads": threads,
                    "people": people,
                    "entrance": entrance,
                    "launches": Semaphore(lti_route.AT_ONCE),
                    "wallets": wallets,
                }
            ),
            logging_config=None,
        )
    )
    return PathsAsWritten(app, people.site.base if people is not None else "")
