"""Any app may register; what it says of itself is looked at, and gets nothing but an id."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from adapters.clock import machine_now
from adapters.store.store import Store
from adapters.store.wallets import AppRow
from adapters.wallets import registration
from adapters.wallets.app import is_address, redirectable
from adapters.wallets.scopes import MEANS, READ
from adapters.wallets.secret import digest
from engine.calendar import micros
from tests.adapters.badges.case import URL, House
from tests.adapters.wallets.conftest import BACK, Browser, Proxied, opened, registered, served

WHERE = f"{URL}/oauth/register"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Give a browser of a house for all apps that are refused."""
    folder = tmp_path_factory.mktemp("house")
    with (
        opened(folder, f"sqlite:///{folder / 'milepost.db'}") as house,
        served(house.running) as address,
        httpx.Client(transport=Proxied(address), timeout=30) as client,
    ):
        yield Browser(client)


def register(browser: Browser, **told: object) -> httpx.Response:
    """Register an app that says something else of itself than most."""
    return browser.client.post(WHERE, json={"redirect_uris": [BACK], **told})


def test_an_app_says_little_and_gets_the_rest(stranger: Browser) -> None:
    """What it did not say is told; its secret is told once, and kept as a hash."""
    answer = register(stranger, odd=1)
    told = answer.json()
    assert 201 == answer.status_code
    assert ([BACK], ["authorization_code"], ["code"], "client_secret_basic", 0) == (
        told["redirect_uris"],
        told["grant_types"],
        told["response_types"],
        told["token_endpoint_auth_method"],
        told["client_secret_expires_at"],
    )
    assert set(MEANS) == set(told["scope"].split())
    assert "odd" not in told
    assert len(told["client_secret"]) >= 43
    assert "no-store" == answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://wallet.example/back", True),
        ("https://wallet.example:8443/back?x=1", True),
        ("http://127.0.0.1/back", True),
        ("http://127.0.0.1:5000/back", True),
        ("http://[::1]:5000/back", True),
        ("http://localhost:5000/", True),
        ("http://wallet.example/back", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://localhost.evil.example/", False),
        ("https://wallet.example/back#part", False),
        ("https://wallet.example/back#", False),
        ("https://uni.example@evil.example/", False),
        ("https://uni.example\\@evil.example/", False),
        ("javascript:alert(1)//https://x", False),
        ("data:text/html,x", False),
        ("com.wallet.app:/back", False),
        ("https://", False),
        ("https:///back", False),
        ("https://wallet.example/a b", False),
        ("https://wallet.example/\n", False),
        ("https://wällt.example/", False),
        ('https://wallet.example/"', False),
        ("https://wallet.example:x/", False),
        ("https://[::1/", False),
        ("//wallet.example/", False),
        ("", False),
    ],
)
def test_where_a_code_may_be_sent(stranger: Browser, uri: str, expected: bool) -> None:
    """By https, or to the learner's own machine; nowhere that hides what it is."""
    assert expected == redirectable(uri)
    answer = register(stranger, redirect_uris=[uri])
    assert (201 if expected else 400) == answer.status_code
    if not expected:
        assert "invalid_redirect_uri" == answer.json()["error"]


@pytest.mark.parametrize(
    "told",
    [
        {"redirect_uris": []},
        {"redirect_uris": BACK},
        {"redirect_uris": None},
        {"redirect_uris": [BACK] * 11},
        {"client_name": "x" * 101},
        {"client_name": "Wallet\u202egnihsihp"},
        {"client_name": 'a"b\\c\u00e9', "token_endpoint_auth_method": "none"},
        {"client_name": ["A"]},
        {"client_uri": "javascript:alert(1)"},
        {"policy_uri": "ftp://wallet.example/"},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["authorization_code", "password"]},
        {"response_types": ["token"]},
        {"response_types": ["code", "token"]},
        {"scope": f'{READ} "everything"\\ é'},
        {"contacts": "me"},
        {"contacts": [1]},
    ],
)
def test_what_an_app_may_not_say(stranger: Browser, told: dict[str, object]) -> None:
    """It is refused with a sentence, in OAuth's form."""
    answer = register(stranger, **told)
    assert (400, "invalid_client_metadata") == (answer.status_code, answer.json()["error"])
    assert answer.json()["error_description"].isascii()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{", b"{}", b"\xff\xfe", b'{"redirect_uris":' + b"[" * 9000]
)
def test_what_is_no_registration(stranger: Browser, body: bytes) -> None:
    """Whatever is sent, the answer is a refusal, and nothing is kept."""
    answer = stranger.client.post(WHERE, content=body)
    assert (400, "invalid_client_metadata") == (answer.status_code, answer.json()["error"])
    assert 413 == stranger.client.post(WHERE, content=b"x" * 40_000).status_code


def test_only_so_many_wait(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody fills the database; an app that a learner has let in does not count."""
    monkeypatch.setattr(registration, "MOST_UNUSED", 2)
    assert [201, 201, 503] == [register(browser).status_code for _ in range(3)]
    refused = register(browser)
    assert ("temporarily_unavailable", "3600") == (
        refused.json()["error"],
        refused.headers["retry-after"],
    )


def test_who_has_had_an_hour_makes_room(store: Store) -> None:
    """The oldest that nobody let in; whoever was let in stays, however old."""
    now = micros(machine_now())
    minute = micros(machine_now() + timedelta(minutes=1)) - micros(machine_now())
    ages = (("let-in", 999, now), ("older", 90, None), ("old", 70, None), ("young", 5, None))
    for name, age, used in ages:
        row = AppRow(name, digest("x"), b"{}", now - age * minute, used)
        assert store.wallets.add_app(row, 3)
    new = AppRow("new", digest("x"), b"{}", now)
    assert store.wallets.add_app(new, 3)
    assert (None, True, True) == (
        store.wallets.app("older"),
        store.wallets.app("old") is not None,
        store.wallets.app("let-in") is not None,
    )
    assert store.wallets.add_app(AppRow("newer", digest("x"), b"{}", now), 3)
    assert not store.wallets.add_app(AppRow("last", digest("x"), b"{}", now), 3)


def test_an_app_s_port_on_her_machine_is_free(house: House, ada: Browser) -> None:
    """It is what the system gave it (RFC 8252); path and host are as registered."""
    assert house.running.people.authorization
    answer = register(ada, redirect_uris=["http://127.0.0.1/back", "http://[::1]:1/back"]).json()
    wallet = registered(ada)
    for where, expected in (
        ("http://127.0.0.1:5123/back", 200),
        ("http://[::1]:5123/back", 200),
        ("http://127.0.0.1:5123/other", 400),
        ("http://127.0.0.2:5123/back", 400),
        ("https://127.0.0.1:5123/back", 400),
        ("http://127.0.0.1:x/back", 400),
    ):
        wallet.client.redirect_uri = where
        address = wallet.question().replace(wallet.secret[0], answer["client_id"])
        page = ada.go("GET", address)
        assert expected == page.status_code, where
        if expected == 200:
            policy = page.headers["content-security-policy"]
            assert f"form-action 'self' {where.removesuffix('/back')};" in policy


def test_links_are_web_addresses() -> None:
    """What a page links to leads nowhere else."""
    assert [True, True, False, False] == [
        is_address(each)
        for each in ("https://x.example/", "http://x.example", "javascript:x", "https://a b")
    ]


def test_who_is_never_let_in_is_forgotten(store: Store) -> None:
    """After a month; whoever was let in stays."""
    now = machine_now()
    for name, days, used in (("old", 31, None), ("new", 29, None), ("let-in", 400, 1)):
        at = micros(now - timedelta(days=days))
        assert store.wallets.add_app(AppRow(name, digest("x"), b"{}", at, used), 10)
    store.wallets.clear(micros(now))
    kept = [name for name in ("old", "new", "let-in") if store.wallets.app(name)]
    assert ["new", "let-in"] == kept
