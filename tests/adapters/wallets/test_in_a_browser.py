"""The page that asks her, in a real Chromium: it can be used by all, and leads to the wallet."""

import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.showing.tickets import Ticket
from tests.adapters.badges.case import ADA, URL, House
from tests.adapters.showing.test_accessible import PATIENCE, SCRIPT, chromium, modules
from tests.adapters.wallets.conftest import Browser, registered

DANCE = Path(__file__).with_name("dance.mjs")
__all__ = ["chromium", "modules"]


class Back(BaseHTTPRequestHandler):
    """The wallet's own page, to which the browser comes back."""

    def do_GET(self) -> None:
        """Welcome it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>wallet</title>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def back() -> Iterator[str]:
    """Give where a wallet on her machine waits."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Back)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/back"
    server.shutdown()
    thread.join()
    server.server_close()


def link(house: House, address: str) -> str:
    """Give Ada's log-in link, at the socket."""
    ticket = house.running.people.tickets().give(Ticket.LINK, ADA, timedelta(days=1))
    return f"{address}/me/enter?ticket={ticket}"


def question(browser: Browser, address: str, back: str) -> str:
    """Give the question of a wallet that waits on her machine."""
    told = {
        "client_name": "A wallet with a rather long name",
        "client_uri": "https://wallet.example/",
        "policy_uri": "https://wallet.example/privacy",
        "redirect_uris": [back],
    }
    app = browser.client.post(f"{URL}/oauth/register", json=told).json()
    wallet = registered(browser)
    wallet.client.redirect_uri = back
    asked = wallet.question().replace(wallet.secret[0], app["client_id"])
    return asked.replace(URL, address)


@pytest.fixture
def asked(house: House, address: str, browser: Browser, back: str) -> tuple[str, ...]:
    """Give what her browser is sent to: the question, then her log-in, which leads to it."""
    return question(browser, address, back), link(house, address)


@pytest.mark.parametrize(("button", "expected"), [("Allow", "code"), ("Refuse", "error")])
def test_the_form_leads_to_the_wallet(
    asked: tuple[str, ...], back: str, chromium: str, modules: Path, tmp_path: Path,
    button: str, expected: str,
) -> None:  # fmt: skip
    """Also before she has logged in; the page's policy keeps nothing back."""
    shot = tmp_path / "consent.png"
    done = subprocess.run(
        ["node", str(DANCE), str(modules), chromium, button, str(shot), *asked],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    told = json.loads(done.stdout)
    assert told["url"].startswith(back), told
    assert expected in parse_qs(urlsplit(told["url"]).query)
    assert told["title"].startswith("Let A wallet with a rather long name in?")


def test_axe_finds_nothing(
    house: House, address: str, browser: Browser, back: str, chromium: str, modules: Path,
) -> None:  # fmt: skip
    """The question, the page for strangers, the one for wrong apps, and hers with apps on it."""
    browser.enter(house, ADA)
    registered(browser).connects()
    asked = question(browser, address, back)
    pages = (asked, link(house, address), asked, f"{address}/me", f"{address}/me/authorize?x=1")
    done = subprocess.run(
        ["node", str(SCRIPT), str(modules), chromium, *pages],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr
    assert [] == json.loads(done.stdout)
