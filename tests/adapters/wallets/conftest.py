"""A house with two learners over a real socket, and wallets that speak OAuth to it."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import requests
import uvicorn
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from adapters.badges.verifying.sources import Sources
from adapters.running.running import Running
from adapters.running.wallets import open_wallets
from adapters.showing.tickets import Ticket
from adapters.wallets.scopes import OFFLINE, READ, READ_PROFILE, UPDATE_PROFILE, UPSERT
from adapters.web.app import application
from adapters.web.credentials import Credentials
from tests.adapters.badges.case import ADA, BOB, START, URL, House, settings_for

BACK = "https://wallet.example/back"
ALL = (READ, UPSERT, READ_PROFILE, UPDATE_PROFILE, OFFLINE)


class Proxied(httpx.BaseTransport):
    """The proxy before the service: what is asked of the public address goes to the socket."""

    def __init__(self, address: str) -> None:
        """Pass on to an address."""
        self.address = address
        self._address = httpx.URL(address)
        self._wire = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on."""
        assert "badges.uni.example" == request.url.host
        target = self._address
        request.url = request.url.copy_with(
            scheme=target.scheme, host=target.host, port=target.port
        )
        return self._wire.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()


class ProxiedAdapter(HTTPAdapter):
    """The same for requests."""

    def __init__(self, address: str) -> None:
        """Pass on to an address."""
        super().__init__()
        self._address = address

    def send(self, request: requests.PreparedRequest, **more: object) -> requests.Response:  # type: ignore[override]
        """Pass a request on."""
        assert request.url
        assert request.url.startswith(URL)
        request.url = request.url.replace(URL, self._address)
        return super().send(request, **more)  # type: ignore[arg-type]


@dataclass
class Browser:
    """A learner's browser, in which she may have followed her log-in link."""

    client: httpx.Client
    cookies: dict[str, str] = field(default_factory=dict)

    def go(self, method: str, url: str, data: dict[str, str] | None = None) -> httpx.Response:
        """Ask, with the cookies of the public address."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        found = self.client.request(method, url, data=data, headers={"Cookie": jar})
        for name, value in found.cookies.items():
            self.cookies[name] = value
        for written in found.headers.get_list("set-cookie"):
            if "max-age=0" in written.lower():
                self.cookies.pop(written.partition("=")[0], None)
        return found

    def enter(self, house: House, learner: str) -> httpx.Response:
        """Follow a log-in link."""
        ticket = house.running.people.tickets().give(Ticket.LINK, learner, timedelta(days=1))
        return self.go("GET", f"{URL}/me/enter?ticket={ticket}")

    def answer(self, page: httpx.Response, *, allow: bool) -> httpx.Response:
        """Answer the page that asks about an app."""
        action = re.search(r'action="([^"]+/me/authorize[^"]*|/me/authorize[^"]*)"', page.text)
        proof = re.search(r'name="proof" value="([^"]+)"', page.text)
        assert action, page.text
        assert proof
        where = f"{URL}{action[1].replace('&amp;', '&')}"
        return self.go("POST", where, {"proof": proof[1], "allow": "yes" if allow else "no"})


@dataclass
class Wallet:
    """A wallet that has registered, with oauthlib's client: not the library that answers it."""

    client: OAuth2Session
    described: dict[str, str]
    browser: Browser
    secret: tuple[str, str]

    def question(self, **more: str) -> str:
        """Give the address at which its learner is asked; it remembers PKCE's secret."""
        url, _ = self.client.authorization_url(
            self.described["authorizationUrl"], state=more.pop("state", "s1"), **more
        )
        return str(url)

    def asks(self, *, allow: bool = True, **more: str) -> dict[str, str]:
        """Send the browser to the question, have it answered; give what it comes back with."""
        page = self.browser.go("GET", self.question(**more))
        if page.status_code == 200:
            page = self.browser.answer(page, allow=allow)
        return came_back(page)

    def exchanges(self, code: str) -> dict[str, str]:
        """Exchange a code for tokens."""
        assert self.verifier
        found: dict[str, str] = self.client.fetch_token(
            self.described["tokenUrl"], code=code, auth=HTTPBasicAuth(*self.secret)
        )
        return found

    def connects(self) -> dict[str, str]:
        """Do the whole dance; give the tokens."""
        return self.exchanges(self.asks()["code"])

    def calls(self, method: str, path: str, token: str, **more: object) -> httpx.Response:
        """Call the API with a token."""
        headers = {"Authorization": f"Bearer {token}", **dict(more.pop("headers", {}))}  # type: ignore[call-overload]
        found: httpx.Response = self.browser.client.request(
            method,
            f"{URL}/ims/ob/v3p0/{path}",
            headers=headers,
            **more,  # type: ignore[arg-type]
        )
        return found

    @property
    def verifier(self) -> str:
        """Give PKCE's secret of the last question."""
        return str(getattr(self.client, "_code_verifier", ""))

    def posts(self, where: str, **form: str) -> httpx.Response:
        """Post a form to the authorization server, as itself."""
        return self.browser.client.post(self.described[where], data=form, auth=self.secret)


def came_back(answer: httpx.Response) -> dict[str, str]:
    """Give what a browser brings back to the wallet."""
    assert 303 == answer.status_code, answer.text
    where = urlsplit(answer.headers["location"])
    assert BACK == f"{where.scheme}://{where.netloc}{where.path}"
    return {name: values[0] for name, values in parse_qs(where.query).items()}


@contextmanager
def served(running: Running, web: Sources | None = None, port: int = 0) -> Iterator[str]:
    """
    Serve a house over a socket, as `serve` does; give the address.

    Args:
        running: The house.
        web: Where others' documents are looked up, None for the real web.
        port: To listen on; 0 takes any that is free.
    """
    threads = ThreadPoolExecutor(4)
    people = running.people if web is None else replace(running.people, web=web)
    wallets = open_wallets(running.office, people)
    app = application(running, Credentials(), threads, people, None, wallets)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not (server.started and server.servers):
            assert thread.is_alive()
            threading.Event().wait(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        threads.shutdown()


@contextmanager
def opened(folder: Path, database: str) -> Iterator[House]:
    """Open a house with two learners; one has earned all three credentials."""
    running = Running(settings_for(folder, database))
    house = House(running)
    house.earns_all()
    house.happens(BOB, START, **{"is": "profile", "fields": {"name": "Bob", "language": "de"}})
    try:
        yield house
    finally:
        running.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house on SQLite."""
    with opened(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}") as found:
        yield found


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """Give where the house is served."""
    with served(house.running) as found:
        yield found


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    """Give a browser that nobody has logged in with."""
    with httpx.Client(transport=Proxied(address), timeout=30) as client:
        yield Browser(client)


@pytest.fixture
def ada(house: House, browser: Browser) -> Browser:
    """Give Ada's browser."""
    assert 303 == browser.enter(house, ADA).status_code
    return browser


def registered(browser: Browser, name: str = "A wallet", scopes: tuple[str, ...] = ALL) -> Wallet:
    """Let a wallet look the service up and register."""
    found = browser.client.get(f"{URL}/ims/ob/v3p0/discovery").json()
    scheme = found["components"]["securitySchemes"]["OAuth2ACG"]
    told = {
        "client_name": name,
        "client_uri": "https://wallet.example/",
        "policy_uri": "https://wallet.example/privacy",
        "redirect_uris": [BACK],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": " ".join(scopes),
    }
    answer = browser.client.post(scheme["x-imssf-registrationUrl"], json=told)
    assert 201 == answer.status_code, answer.text
    app = answer.json()
    client = OAuth2Session(app["client_id"], redirect_uri=BACK, scope=list(scopes), pkce="S256")
    transport = browser.client._transport  # noqa: SLF001 - httpx has no other door
    assert isinstance(transport, Proxied)
    client.mount(URL, ProxiedAdapter(transport.address))
    described = {**scheme["flows"]["authorizationCode"]}
    described["revocationUrl"] = scheme["x-imssf-revocationUrl"]
    return Wallet(client, described, browser, (app["client_id"], app["client_secret"]))


@pytest.fixture
def wallet(ada: Browser) -> Wallet:
    """Give a wallet in Ada's browser."""
    return registered(ada)
