"""The whole dance of OAuth over a real socket, with oauthlib's client as the wallet."""

import html
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from oauthlib.oauth2 import InvalidGrantError
from requests.auth import HTTPBasicAuth
from sqlalchemy import text

from adapters.running.running import Running
from adapters.showing.wallet_words import WALLET_WORDS
from adapters.wallets.scopes import MEANS, OFFLINE, READ, UPSERT
from adapters.web.consent_route import asked_before, pending
from tests.adapters.badges.case import ADA, BOB, EMAIL, URL, House, settings_for
from tests.adapters.serve.conftest import start  # noqa: F401 - a fixture
from tests.adapters.serve.service_process import Service
from tests.adapters.showing.conftest import service  # noqa: F401 - a fixture
from tests.adapters.wallets.conftest import (
    ALL,
    BACK,
    Browser,
    Proxied,
    Wallet,
    came_back,
    registered,
    served,
)


def test_a_wallet_reads_what_its_learner_holds(wallet: Wallet) -> None:
    """Discovery, registration, consent, code, tokens, credentials: each as it should be."""
    back = wallet.asks()
    assert ("s1", set(ALL), URL) == (back["state"], set(back["scope"].split()), back["iss"])
    tokens = wallet.exchanges(back["code"])
    assert ["Bearer", "3600"] == [tokens["token_type"], str(tokens["expires_in"])]
    assert set(ALL) == set(tokens["scope"])
    found = wallet.calls("GET", "credentials", tokens["access_token"])
    assert 200 == found.status_code, found.text
    assert "no-store" == found.headers["cache-control"]
    names = {
        each["credentialSubject"]["achievement"]["name"] for each in found.json()["credential"]
    }
    assert {"Sampler", "Cleaner", "Analyst"} == names
    assert ("3", []) == (found.headers["x-total-count"], found.json()["compactJwsString"])
    profile = wallet.calls("GET", "profile", tokens["access_token"]).json()
    assert ("Ada", EMAIL, ["Profile"]) == (profile["name"], profile["email"], profile["type"])


def test_she_reads_what_she_is_asked(wallet: Wallet) -> None:
    """Who asks, what for, where she goes; the page lets its form lead there and nowhere else."""
    page = wallet.browser.go("GET", wallet.question())
    told = html.unescape(page.text)
    assert 200 == page.status_code
    for words in (
        "Let A wallet in?", "wallet.example", "read your credentials", "name and your e-mail",
        "until you take it away", "https://wallet.example/privacy",
    ):  # fmt: skip
        assert words in told, words
    policy = page.headers["content-security-policy"]
    assert "form-action 'self' https://wallet.example;" in policy
    assert "frame-ancestors 'none'" in policy


def test_she_may_refuse(wallet: Wallet) -> None:
    """The wallet is told so, and gets no code."""
    back = wallet.asks(allow=False)
    assert ("access_denied", "s1", URL) == (back["error"], back["state"], back["iss"])
    assert "code" not in back


def test_who_is_not_logged_in_is_asked_after_the_log_in(browser: Browser, house: House) -> None:
    """The wallet's question waits in a cookie; no stranger is sent on to the wallet."""
    wallet = registered(browser)
    for question in (wallet.question(), wallet.question().replace("scope=", "scope=x")):
        page = browser.go("GET", question)
        assert 403 == page.status_code
        assert "Log in first" in page.text
    browser.go("GET", wallet.question(state="s2"))
    assert "/me" == browser.enter(house, ADA).headers["location"]
    entered = browser.go("GET", f"{URL}/me")
    assert entered.headers["location"].startswith("/me/authorize?response_type=code")
    page = browser.go("GET", f"{URL}{entered.headers['location']}")
    back = came_back(browser.answer(page, allow=True))
    assert "s2" == back["state"]
    assert wallet.exchanges(back["code"])["access_token"]
    assert 200 == browser.go("GET", f"{URL}/me").status_code


def test_nobody_else_answers_for_her(wallet: Wallet, house: House) -> None:
    """A form without a proof, with another learner's, or without a session: nothing is granted."""
    question = wallet.question()
    page = wallet.browser.go("GET", question)
    for form in ({"allow": "yes"}, {"allow": "yes", "proof": "made-up"}):
        assert 401 == wallet.browser.go("POST", question, form).status_code
    wallet.browser.cookies.clear()
    wallet.browser.enter(house, BOB)
    assert 401 == wallet.browser.answer(page, allow=True).status_code


@pytest.mark.parametrize(
    "changed",
    [{"code_challenge_method": "plain"}, {"code_challenge": ""}, {"code_challenge_method": ""}],
)
def test_no_code_without_pkce(wallet: Wallet, changed: dict[str, str]) -> None:
    """Neither without a challenge, nor with one that is no secret."""
    address = wallet.question()
    parts = dict(part.split("=", 1) for part in urlsplit(address).query.split("&"))
    query = "&".join(f"{name}={value}" for name, value in {**parts, **changed}.items())
    page = wallet.browser.go("GET", f"{URL}/me/authorize?{query}")
    back = came_back(page)
    assert ("invalid_request", "s1") == (back["error"], back["state"])


def exchange(wallet: Wallet, code: str, verifier: str, **changed: str) -> tuple[int, str]:
    """Exchange a code by hand; give the status and the error."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    answer = wallet.posts("tokenUrl", **{**form, "code_verifier": verifier, **changed})
    assert "no-store" == answer.headers["cache-control"]
    return answer.status_code, answer.json().get("error", "")


def test_only_who_asked_exchanges_the_code(wallet: Wallet) -> None:
    """Not with another verifier, address or app; and the code is still good for who asked."""
    code = wallet.asks()["code"]
    verifier = wallet.verifier
    other = registered(wallet.browser, "Another")
    assert (400, "invalid_grant") == exchange(wallet, code, "x" * 64)
    assert (400, "invalid_request") == exchange(wallet, code, "short")
    assert (400, "invalid_request") == exchange(wallet, code, "")
    away = {"redirect_uri": "https://wallet.example/other"}
    assert (400, "invalid_grant") == exchange(wallet, code, verifier, **away)
    assert (400, "invalid_grant") == exchange(other, code, verifier)
    assert (400, "invalid_grant") == exchange(wallet, "made-up", verifier)
    assert (200, "") == exchange(wallet, code, verifier)


def test_a_code_that_is_shown_twice_ends_everything(wallet: Wallet) -> None:
    """Somebody has copied it: nobody knows who was first."""
    code = wallet.asks()["code"]
    token = wallet.exchanges(code)["access_token"]
    assert 200 == wallet.calls("GET", "profile", token).status_code
    verifier = wallet.verifier
    assert (400, "invalid_grant") == exchange(wallet, code, verifier)
    assert 401 == wallet.calls("GET", "profile", token).status_code


def test_a_refresh_token_is_good_once(wallet: Wallet) -> None:
    """The next one is as wide; the old one, shown again, ends everything."""
    first = wallet.connects()
    old = first["refresh_token"]
    narrow = wallet.posts("refreshUrl", grant_type="refresh_token", refresh_token=old, scope=READ)
    assert (200, READ) == (narrow.status_code, narrow.json()["scope"])
    token = narrow.json()["access_token"]
    assert 200 == wallet.calls("GET", "credentials", token).status_code
    assert 403 == wallet.calls("GET", "profile", token).status_code
    newer = narrow.json()["refresh_token"]
    wide = wallet.posts("refreshUrl", grant_type="refresh_token", refresh_token=newer).json()
    assert set(ALL) == set(wide["scope"].split())
    assert 200 == wallet.calls("GET", "profile", wide["access_token"]).status_code
    reused = wallet.posts("refreshUrl", grant_type="refresh_token", refresh_token=old)
    assert (400, "invalid_grant") == (reused.status_code, reused.json()["error"])
    for each in (first["access_token"], token, wide["access_token"]):
        assert 401 == wallet.calls("GET", "credentials", each).status_code
    last = wide["refresh_token"]
    gone = wallet.posts("refreshUrl", grant_type="refresh_token", refresh_token=last)
    assert "invalid_grant" == gone.json()["error"]


def test_a_refresh_gives_no_more_than_was_allowed(ada: Browser) -> None:
    """And a mistake in the scope costs the token nothing."""
    wallet = registered(ada, scopes=(READ, OFFLINE))
    refresh = wallet.connects()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    wider = wallet.posts("refreshUrl", **form, scope=f"{READ} {UPSERT}")
    assert (400, "invalid_scope") == (wider.status_code, wider.json()["error"])
    assert 200 == wallet.posts("refreshUrl", **form).status_code


def test_who_may_not_stay_gets_no_refresh_token(ada: Browser) -> None:
    """It was not asked for, so she did not allow it."""
    wallet = registered(ada, scopes=(READ,))
    tokens = wallet.connects()
    assert "refresh_token" not in tokens
    assert 200 == wallet.calls("GET", "credentials", tokens["access_token"]).status_code


def test_a_scope_is_asked_allowed_and_held(ada: Browser) -> None:
    """What was not registered can't be asked; what was not allowed can't be done."""
    wallet = registered(ada, scopes=(READ,))
    for scope in (UPSERT, f"{READ} {UPSERT}", "nonsense", ""):
        address = wallet.question().replace("scope=", f"scope={scope.replace(' ', '+')}&x=")
        back = came_back(ada.go("GET", address))
        assert ("invalid_scope", "s1") == (back["error"], back["state"])
    token = wallet.connects()["access_token"]
    for method, path in (("GET", "profile"), ("PUT", "profile"), ("POST", "credentials")):
        answer = wallet.calls(method, path, token, json={})
        assert 403 == answer.status_code
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
        told = answer.json()
        assert ("failure", "error") == (told["imsx_codeMajor"], told["imsx_severity"])
        field = told["imsx_codeMinor"]["imsx_codeMinorField"][0]
        assert "forbidden" == field["imsx_codeMinorFieldValue"]


def test_a_token_gets_old(wallet: Wallet, house: House) -> None:
    """After its hour it is worth nothing; the refresh token brings another."""
    tokens = wallet.connects()
    with house.office.store.write() as connection:
        connection.execute(text("UPDATE wallet_tokens SET until = 1 WHERE kind = 'access'"))
    answer = wallet.calls("GET", "credentials", tokens["access_token"])
    assert 401 == answer.status_code
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    client = wallet.client
    newer = client.refresh_token(wallet.described["refreshUrl"], auth=HTTPBasicAuth(*wallet.secret))
    assert 200 == wallet.calls("GET", "credentials", newer["access_token"]).status_code


def test_no_token_no_answer(wallet: Wallet) -> None:
    """Without one, with one that is made up, in the wrong place, or of the wrong kind."""
    tokens = wallet.connects()
    client = wallet.browser.client
    bare = client.get(f"{URL}/ims/ob/v3p0/credentials")
    assert (401, 'Bearer realm="Open Badges"') == (
        bare.status_code,
        bare.headers["www-authenticate"],
    )
    minor = bare.json()["imsx_codeMinor"]["imsx_codeMinorField"][0]
    assert "unauthorizedrequest" == minor["imsx_codeMinorFieldValue"]
    for header in (
        "Bearer made-up", "Bearer \xff\xfe",
        f"Bearer {tokens['refresh_token']}", "Bearer", "Basic YTpi",
        f"Token {tokens['access_token']}", tokens["access_token"],
    ):  # fmt: skip
        shown = {b"Authorization": header.encode("latin-1")}
        answer = client.get(f"{URL}/ims/ob/v3p0/credentials", headers=shown)
        assert 401 == answer.status_code, header
        assert answer.headers["www-authenticate"].startswith("Bearer ")
    query = f"{URL}/ims/ob/v3p0/credentials?access_token={tokens['access_token']}"
    assert 401 == client.get(query).status_code


def test_an_app_gives_a_token_back(wallet: Wallet) -> None:
    """An access token alone, a refresh token with all that came of it; only its own."""
    tokens = wallet.connects()
    other = registered(wallet.browser, "Another")
    stolen = other.posts("revocationUrl", token=tokens["refresh_token"])
    assert (400, "invalid_grant") == (stolen.status_code, stolen.json()["error"])
    assert 200 == wallet.posts("revocationUrl", token="made-up").status_code
    assert 200 == wallet.posts("revocationUrl", token=tokens["access_token"]).status_code
    assert 401 == wallet.calls("GET", "profile", tokens["access_token"]).status_code
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    newer = wallet.posts("refreshUrl", **form).json()
    assert 200 == wallet.calls("GET", "profile", newer["access_token"]).status_code
    hint = {"token_type_hint": "access_token"}
    gone = wallet.posts("revocationUrl", token=newer["refresh_token"], **hint)
    assert 200 == gone.status_code
    assert 401 == wallet.calls("GET", "profile", newer["access_token"]).status_code


def test_an_app_must_prove_that_it_is_one(wallet: Wallet) -> None:
    """By its secret, in the header: else 401 with what is asked for."""
    code = wallet.asks()["code"]
    name, secret = wallet.secret
    client = wallet.browser.client
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    for auth in ((name, "wrong"), ("nobody", secret), ("nobody\x00", secret), ("", "")):
        answer = client.post(wallet.described["tokenUrl"], data=form, auth=auth)
        assert (401, "invalid_client") == (answer.status_code, answer.json()["error"])
        assert answer.headers["www-authenticate"].startswith("Basic")
    for header in (
        *(
            "",
            "Basic",
            "Basic !!",
            "Basic \xff",
            "Basic /w==",
            "Basic YQ==",
            "Basic Og==",
        ),
        *("Basic JTAwOiUwMA==", "Basic JWZmOiVmZg==", "Bearer x", "Digest x", "basic  YTpi YTpi"),
    ):
        shown = {b"Authorization": header.encode("latin-1")}
        answer = client.post(wallet.described["tokenUrl"], data=form, headers=shown)
        assert (401, "invalid_client") == (answer.status_code, answer.json()["error"]), header
    in_form = {**form, "client_id": name, "client_secret": secret}
    assert 401 == client.post(wallet.described["tokenUrl"], data=in_form).status_code


def test_she_takes_it_away(wallet: Wallet, house: House) -> None:
    """Her page lists who has access, once each; what is taken away is gone at once."""
    tokens = wallet.connects()
    wallet.connects()
    other = registered(wallet.browser, "Another", (READ, OFFLINE)).connects()
    page = wallet.browser.go("GET", f"{URL}/me")
    told = html.unescape(page.text)
    assert ("Apps with access" in told, 1, 1) == (
        True,
        told.count('<h3 style="margin-top:0">A wallet</h3>'),
        told.count('<h3 style="margin-top:0">Another</h3>'),
    )
    proof = page.text.partition('name="proof" value="')[2].partition('"')[0]
    form = {"proof": proof, "app": wallet.secret[0]}
    assert 401 == wallet.browser.go("POST", f"{URL}/me/apps", {**form, "proof": ""}).status_code
    assert 200 == wallet.calls("GET", "profile", tokens["access_token"]).status_code
    assert 303 == wallet.browser.go("POST", f"{URL}/me/apps", form).status_code
    assert 401 == wallet.calls("GET", "profile", tokens["access_token"]).status_code
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert "invalid_grant" == wallet.posts("refreshUrl", **refresh).json()["error"]
    page = wallet.browser.go("GET", f"{URL}/me")
    assert ("A wallet" in page.text, "Another" in page.text) == (False, True)
    assert 200 == wallet.calls("GET", "credentials", other["access_token"]).status_code
    wallet.browser.cookies.clear()
    wallet.browser.enter(house, BOB)
    assert "Apps with access" not in wallet.browser.go("GET", f"{URL}/me").text


def test_each_learner_s_wallet_has_hers(browser: Browser, house: House) -> None:
    """One wallet, two learners: each token gives what its own learner holds."""
    wallet = registered(browser)
    browser.enter(house, ADA)
    hers = wallet.connects()["access_token"]
    browser.cookies.clear()
    browser.enter(house, BOB)
    assert "„A wallet“" in browser.go("GET", wallet.question()).text  # Bob's pages are German
    his = wallet.connects()["access_token"]
    counts = [
        wallet.calls("GET", "credentials", token).headers["x-total-count"] for token in (hers, his)
    ]
    assert ["3", "0"] == counts
    assert "Bob" == wallet.calls("GET", "profile", his).json()["name"]


def test_nothing_secret_is_kept(wallet: Wallet, tmp_path: Path) -> None:
    """Neither code nor token nor secret lies in the database, in any file of it."""
    back = wallet.asks()
    tokens = wallet.exchanges(back["code"])
    secrets = (back["code"], tokens["access_token"], tokens["refresh_token"], wallet.secret[1])
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("milepost.db*") if file.is_file())
    assert kept
    assert [False] * 4 == [secret.encode() in kept for secret in secrets]


def test_nothing_secret_is_logged(
    house: House, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where everything is: Authlib would write tokens."""
    caplog.set_level("DEBUG")
    browser.enter(house, ADA)
    wallet = registered(browser)
    tokens = wallet.connects()
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("authlib")
    )
    assert "" == logged
    assert tokens["access_token"]


def test_the_authorization_server_is_described(browser: Browser) -> None:
    """As generic OAuth clients look it up; Authlib's own reading finds nothing wrong."""
    told = browser.client.get(f"{URL}/.well-known/oauth-authorization-server").json()
    AuthorizationServerMetadata(told).validate()
    assert (URL, ["S256"]) == (told["issuer"], told["code_challenge_methods_supported"])
    under = browser.client.get(f"{URL}/.well-known/oauth-authorization-server/badges")
    assert 404 == under.status_code


def test_the_schema_of_the_service_has_it(browser: Browser) -> None:
    """The OpenAPI that is written from the routes can be written with these, too."""
    paths = browser.client.get(f"{URL}/schema/openapi.json").json()["paths"]
    assert {
        "/ims/ob/v3p0/credentials", "/ims/ob/v3p0/discovery", "/ims/ob/v3p0/profile",
        "/oauth/register", "/oauth/revoke", "/oauth/token",
        "/.well-known/oauth-authorization-server",
    } == {path for path in paths if "/ims/" in path or "oauth" in path}  # fmt: skip


def test_the_service_itself_has_it(service: Service) -> None:  # noqa: F811 - the fixture
    """What `serve` serves is what these tests look at."""
    told = service.client().get("/ims/ob/v3p0/discovery")
    assert (200, f"{URL}/ims/ob/v3p0") == (told.status_code, told.json()["servers"][0]["url"])
    refused = service.client().get("/ims/ob/v3p0/credentials")
    assert "failure" == refused.json()["imsx_codeMajor"]
    page = service.client().get("/me/authorize")
    assert "Log in first" in page.text


def test_oauthlib_says_no_as_wallets_do(wallet: Wallet) -> None:
    """A real client understands a refusal."""
    wallet.question()
    with pytest.raises(InvalidGrantError):
        wallet.exchanges("made-up")


def test_every_language_has_every_word() -> None:
    """No page is half translated, and every scope is told."""
    for words in WALLET_WORDS.values():
        assert set(MEANS) == set(words.scopes)
        assert all(getattr(words, name) for name in words.__struct_fields__)
        assert all(words.scopes.values())


@pytest.mark.parametrize(
    "cookie", ["", "!", "w6k=", "DQpYOiB5", "AA==", "eHh4" * 3000, "\xff", "é", "=", "YQ"]
)
def test_a_cookie_is_what_was_put_into_it(cookie: str) -> None:
    """Anything else is none: what it says stands in a redirect."""
    assert "" == asked_before(cookie)
    assert "a=b&c=%20" == asked_before(pending("a=b&c=%20", "", secure=True).value or "")


def test_a_house_under_a_path(tmp_path: Path) -> None:
    """All of it lies under the path of the public address, whatever the proxy takes away."""
    url = "https://badges.uni.example/badges"
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'm.db'}", url)
    running = Running(settings)
    try:
        house = House(running)
        house.earns_all()
        with (
            served(running) as address,
            httpx.Client(transport=Proxied(address), timeout=30) as client,
        ):
            told = client.get(f"{url}/ims/ob/v3p0/discovery").json()
            flow = told["components"]["securitySchemes"]["OAuth2ACG"]["flows"]["authorizationCode"]
            assert f"{url}/me/authorize" == flow["authorizationUrl"]
            assert f"{url}/oauth/token" == flow["tokenUrl"]
            known = "https://badges.uni.example/.well-known/oauth-authorization-server/badges"
            assert url == client.get(known).json()["issuer"]
            assert (
                401
                == client.post(flow["tokenUrl"], data={"grant_type": "refresh_token"}).status_code
            )
            refused = client.get(f"{url}/ims/ob/v3p0/credentials")
            assert (401, "failure") == (refused.status_code, refused.json()["imsx_codeMajor"])
            page = client.get(f"{flow['authorizationUrl']}?x=1", follow_redirects=False)
            assert "Path=/badges/me" in page.headers["set-cookie"]
    finally:
        running.close()


@pytest.mark.parametrize(
    ("url", "served_there"),
    [
        ("https://badges.uni.example", True),
        ("http://127.0.0.1:8470", True),
        ("http://localhost:8470", True),
        ("http://badges.uni.example", False),
        ("", False),
    ],
)
def test_no_wallet_where_nobody_could_trust_it(
    tmp_path: Path, url: str, served_there: bool
) -> None:
    """OAuth sends secrets about: by https, or on this machine alone."""
    running = Running(settings_for(tmp_path, f"sqlite:///{tmp_path / 'm.db'}", url))
    try:
        assert served_there == (running.wallets is not None)
    finally:
        running.close()
