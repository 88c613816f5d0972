"""A learner comes from the LMS to her own page; whoever only seems to does not."""

import html
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.lti.door import LAUNCH_PATH
from adapters.lti.id_token import CLAIM
from adapters.lti.tool import CONFIG_PATH, KEYS_PATH, LOGIN_PATH
from tests.adapters.badges.case import RULES, URL, write_packs
from tests.adapters.lti.browser import FIELD, Browser
from tests.adapters.lti.lms import (
    CLIENT,
    INSTRUCTOR,
    LEARNER,
    Platform,
    by_the_public_key,
    new_key,
    signed,
    unsigned,
)
from tests.adapters.serve.service_process import Service, services


@pytest.fixture
def browser(service: Service, lms: Platform) -> Browser:
    """Give a browser that has been nowhere."""
    return Browser(service, lms)


def refused(answer: httpx.Response, code: str, service: Service) -> bool:
    """Say whether it was refused for this reason, on a page in plain words and in the log."""
    assert 403 == answer.status_code, answer.text
    assert "milepost_session" not in str(answer.headers.get_list("set-cookie"))
    assert f"For the help desk: {code}<" in answer.text, answer.text
    assert "Traceback" not in service.said()
    last = service.said().rpartition("log-in from an LMS refused (")[2]
    return last.startswith(f"{code}): ")


@pytest.mark.parametrize("by_form", [False, True])
def test_she_comes_to_her_own_page(browser: Browser, lms: Platform, *, by_form: bool) -> None:
    """By a link or a form of the LMS; the page is that of the learner whom its events tell of."""
    sent = browser.begin(lms.begins("12"), by_form=by_form)
    (cookie,) = browser.said.values()
    words = ("httponly", "secure", "samesite=none", "path=/lti", "max-age=600")
    assert all(word in cookie.lower() for word in words)
    answer = browser.launch(browser.at_the_lms(sent))
    assert (303, "/me") == (answer.status_code, answer.headers["location"])
    assert {"milepost_session"} == set(browser.cookies)
    page = browser.get("/me")
    assert 200 == page.status_code
    assert ">Ada<" in page.text
    assert "Sampler" in page.text
    assert "Bob" not in page.text
    assert f"{URL}/lti/launch" == lms.asked["redirect_uri"]


def test_another_is_another(browser: Browser) -> None:
    """Who comes next on the same browser sees her own page, and no longer the last one's."""
    browser.come("12")
    browser.come("13")
    assert ">Bob<" in browser.get("/me").text


def test_one_of_whom_nothing_is_known(browser: Browser, lms: Platform, service: Service) -> None:
    """On her first day her page is empty; the log has her name, should it be a wrong one."""
    assert 303 == browser.come("99").status_code
    page = browser.get("/me").text
    assert '<p class="lead">99</p>' in page
    assert lms.address not in page
    assert f"{lms.address}|99 has logged in, and nothing is known" in service.said()


def test_she_lands_at_a_credential(browser: Browser, lms: Platform) -> None:
    """A link of a course may lead to one credential; a name that is none is left out."""
    lms.more = {f"{CLAIM}custom": {"credential": "p/sampler"}}
    answer = browser.come()
    assert "/me#credential-p/sampler" == answer.headers["location"]
    assert 1 == browser.get("/me").text.count('id="credential-p/sampler"')
    assert 1 == browser.get("/me").text.count('id="credential-p/analyst"')
    lms.more = {f"{CLAIM}custom": {"credential": "\r\nSet-Cookie: a=b"}}
    assert "/me" == browser.come().headers["location"]


def test_staff_read_what_it_is_for(browser: Browser, lms: Platform) -> None:
    """A teacher has no page of her own; one who also learns in the course has."""
    lms.more = {f"{CLAIM}roles": [INSTRUCTOR]}
    answer = browser.come()
    assert 200 == answer.status_code
    assert "Here learners see their own credentials" in answer.text
    assert {} == browser.cookies
    lms.more = {f"{CLAIM}roles": [INSTRUCTOR, LEARNER]}
    assert 303 == browser.come().status_code


def test_a_frame_leads_to_a_tab_of_its_own(browser: Browser, lms: Platform) -> None:
    """In a frame there is a link that begins anew, and no cookie that a browser would refuse."""
    answer = browser.begin(lms.begins("12"), Sec_Fetch_Dest="iframe")
    assert 200 == answer.status_code
    assert {} == browser.cookies
    assert "frame-ancestors *" in answer.headers["content-security-policy"]
    assert 'target="_blank"' in answer.text
    link = answer.text.partition('class="button" href="')[2].partition('"')[0]
    again = browser.get(link.replace("&amp;", "&"))
    assert 303 == browser.launch(browser.at_the_lms(again)).status_code


# --- tokens that are none --------------------------------------------------------------------

Misbehave = Callable[[Platform], None]


def _wrong_key(lms: Platform) -> None:
    other = new_key("first")
    lms.sign = lambda said: signed(other, said)


def _unknown_key(lms: Platform) -> None:
    other = new_key("second")
    lms.sign = lambda said: signed(other, said)


def _none(lms: Platform) -> None:
    lms.sign = lambda said: unsigned(said, "first")


def _none_with_a_signature(lms: Platform) -> None:
    lms.sign = lambda said: unsigned(said, "first", signed(lms.key, said).rpartition(".")[2])


def _public_key_as_secret(lms: Platform) -> None:
    lms.sign = lambda said: by_the_public_key(lms.key, said)


def _tampered(lms: Platform) -> None:
    def sign(said: dict[str, object]) -> str:
        head, _, rest = signed(lms.key, said).partition(".")
        payload = urlsafe_b64encode(json.dumps({**said, "sub": "13"}).encode()).rstrip(b"=")
        return f"{head}.{payload.decode()}.{rest.rpartition('.')[2]}"

    lms.sign = sign


def says(**more: object) -> Misbehave:
    """Let the LMS say something else."""

    def misbehave(lms: Platform) -> None:
        lms.more = more

    return misbehave


def claims(name: str, value: object) -> Misbehave:
    """Let the LMS say something else in a claim of LTI's own."""
    return says(**{f"{CLAIM}{name}": value})


def clock(**off: int) -> Misbehave:
    """Let the LMS's clock be off."""

    def misbehave(lms: Platform) -> None:
        lms.off = timedelta(**off)

    return misbehave


def _garbage(lms: Platform) -> None:
    lms.sign = lambda _: "no.token"


@pytest.mark.parametrize(
    ("misbehave", "code"),
    [
        pytest.param(_wrong_key, "signature", id="another key under the right name"),
        pytest.param(_unknown_key, "key", id="a key that is not published"),
        pytest.param(_none, "algorithm", id="alg none"),
        pytest.param(_none_with_a_signature, "algorithm", id="alg none, and a signature"),
        pytest.param(_public_key_as_secret, "algorithm", id="HS256 with the public key"),
        pytest.param(_tampered, "signature", id="another learner under the old signature"),
        pytest.param(_garbage, "token", id="no token"),
        pytest.param(says(iss="https://other.example"), "issuer", id="another issuer"),
        pytest.param(says(aud="another-tool"), "audience", id="another tool's"),
        pytest.param(says(aud=[CLIENT, "b"]), "audience", id="two tools', azp missing"),
        pytest.param(says(aud=[CLIENT, "b"], azp="b"), "audience", id="two tools', for the other"),
        pytest.param(says(aud=CLIENT, azp="b"), "audience", id="for another party"),
        pytest.param(says(nonce="made-up"), "nonce", id="another nonce"),
        pytest.param(says(nonce=None), "claims", id="no nonce"),
        pytest.param(says(sub=None), "nobody", id="an anonymous launch"),
        pytest.param(says(sub=7), "claims", id="a sub that is no text"),
        pytest.param(says(sub="a\x00b"), "name", id="a sub that can't be kept"),
        pytest.param(says(exp=None), "claims", id="no end"),
        pytest.param(says(iat=None), "claims", id="no beginning"),
        pytest.param(says(iat=10**30), "early", id="a beginning beyond all calendars"),
        pytest.param(says(iat=0), "expired", id="a beginning long ago"),
        pytest.param(says(exp="soon"), "claims", id="an end that is no time"),
        pytest.param(claims("deployment_id", "2"), "deployment", id="another deployment"),
        pytest.param(claims("deployment_id", None), "deployment", id="no deployment"),
        pytest.param(claims("version", "2.0"), "version", id="another version"),
        pytest.param(claims("message_type", "LtiDeepLinkingRequest"), "message", id="a message"),
        pytest.param(clock(minutes=-7), "expired", id="an old token, or a clock that is slow"),
        pytest.param(clock(minutes=7), "early", id="a clock that is fast"),
    ],
)
def test_what_is_wrong_is_refused(
    browser: Browser, lms: Platform, service: Service, misbehave: Misbehave, code: str
) -> None:
    """The page tells her what she can do, the log tells the operator why; then the LMS behaves."""
    misbehave(lms)
    assert refused(browser.come(), code, service)
    lms.behave()
    assert 303 == browser.come().status_code


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clocks_may_differ_by_minutes(browser: Browser, lms: Platform, minutes: int) -> None:
    """Moodle's tokens live for one minute; four minutes off are no reason to lock a course out."""
    lms.off = timedelta(minutes=minutes)
    assert 303 == browser.come().status_code


def test_several_tools_and_ours_named(browser: Browser, lms: Platform) -> None:
    """A token for several tools says by azp that it is for us."""
    lms.more = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert 303 == browser.come().status_code


def test_a_large_token_is_read(browser: Browser, lms: Platform) -> None:
    """Canvas fills tens of kilobytes with what a tool has asked for."""
    lms.more = {f"{CLAIM}custom": {f"name{number}": "x" * 100 for number in range(300)}}
    assert 303 == browser.come().status_code


# --- log-ins that are used twice, or by others -------------------------------------------------


def test_a_log_in_is_good_once(browser: Browser, lms: Platform, service: Service) -> None:
    """The same form sent again, with the same cookie, lets nobody in."""
    brought = browser.at_the_lms(browser.begin(lms.begins("12")))
    cookies = dict(browser.cookies)
    assert 303 == browser.launch(brought).status_code
    browser.cookies = cookies
    assert refused(browser.launch(brought), "used", service)


def test_a_token_fits_one_log_in(browser: Browser, lms: Platform, service: Service) -> None:
    """A token that was caught is no good in a log-in that somebody else begins."""
    caught = browser.at_the_lms(browser.begin(lms.begins("12")))
    thief = Browser(service, lms)
    theirs = thief.at_the_lms(thief.begin(lms.begins("13")))
    stolen = {**theirs, "id_token": caught["id_token"]}
    assert refused(thief.launch(stolen), "nonce", service)
    assert refused(thief.launch(caught), "cookie", service)


def test_a_log_in_stays_with_its_browser(browser: Browser, lms: Platform, service: Service) -> None:
    """Nobody is logged in with somebody else's account by a form that she was made to send."""
    brought = browser.at_the_lms(browser.begin(lms.begins("13")))
    victim = Browser(service, lms)
    assert refused(victim.launch(brought), "cookie", service)
    (name,) = browser.cookies
    victim.cookies = {name: "a-guess"}
    assert refused(victim.launch(brought), "browser", service)


def test_two_at_a_time(browser: Browser, lms: Platform) -> None:
    """Two links opened at once in one browser both arrive."""
    first = browser.at_the_lms(browser.begin(lms.begins("12")))
    second = browser.at_the_lms(browser.begin(lms.begins("12")))
    assert 303 == browser.launch(first).status_code
    assert 303 == browser.launch(second).status_code


@pytest.mark.parametrize("state", ["", "made-up", "WyJtb29kbGUiLDEsMiwzXQ.c2lnbmF0dXJl"])
def test_a_state_is_ours(browser: Browser, lms: Platform, service: Service, state: str) -> None:
    """A state that was not signed here begins nothing."""
    brought = browser.at_the_lms(browser.begin(lms.begins("12")))
    assert refused(browser.launch({**brought, "state": state}), "state", service)


def test_the_lms_may_refuse(browser: Browser, lms: Platform, service: Service) -> None:
    """An LMS that does not know her says so, and it is passed on."""
    lms.refuses = "login_required"
    assert refused(browser.come(), "lms", service)
    assert "the LMS refuses it: 'login_required'" in service.said()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"iss": "https://other.example"}, "unknown"),
        ({"client_id": "other"}, "unknown"),
        ({"login_hint": ""}, "hint"),
        ({"login_hint": "x" * 9_000}, "hint"),
    ],
)
def test_only_known_lmss_begin(
    browser: Browser, lms: Platform, service: Service, more: dict[str, str], code: str
) -> None:
    """Nobody is sent anywhere but to an LMS of the settings."""
    answer = browser.begin(lms.begins("12", **more))
    assert refused(answer, code, service)
    assert {} == browser.cookies


def test_without_a_client_the_issuer_does(browser: Browser, lms: Platform) -> None:
    """The client's id is no must of a log-in's beginning."""
    asked = lms.begins("12")
    del asked["client_id"]
    assert 303 == browser.launch(browser.at_the_lms(browser.begin(asked))).status_code


def test_under_a_path(lms: Platform, tmp_path: Path) -> None:
    """Where the service shares a host with others, cookies and addresses stay under its path."""
    address = "https://uni.example/badges"
    write_packs(tmp_path, RULES)
    (tmp_path / "config.toml").write_text(lms.config())
    with services(tmp_path) as start:
        service = start("--packs", "packs", "--public-url", address).ready()
        client = service.client()
        sent = client.get("/badges/lti/login", params=lms.begins("12"))
        cookie = sent.headers["set-cookie"]
        assert "Path=/badges/lti;" in cookie
        form = httpx.get(sent.headers["location"]).text
        assert f'action="{address}/lti/launch"' in form
        brought = {name: html.unescape(value) for name, value in FIELD.findall(form)}
        headers = {"Cookie": cookie.partition(";")[0]}
        answer = client.post("/badges/lti/launch", data=brought, headers=headers)
        assert (303, "/badges/me") == (answer.status_code, answer.headers["location"])
        framed = client.get(
            "/badges/lti/login", params=lms.begins("12"), headers={"Sec-Fetch-Dest": "iframe"}
        )
        assert 'href="/badges/lti/login?iss=' in framed.text
        for path in (LOGIN_PATH, LAUNCH_PATH, KEYS_PATH, CONFIG_PATH):
            answer = client.request("OPTIONS", f"/badges{path}")
            assert 404 != answer.status_code, path


# --- what an LMS reads -------------------------------------------------------------------------


def test_what_an_lms_reads(service: Service) -> None:
    """The keys are public ones, and Canvas is told the addresses that are served."""
    client = service.client()
    (key,) = client.get("/lti/jwks.json").json()["keys"]
    assert {"kty", "n", "e", "kid", "alg", "use"} == set(key)
    config = client.get("/lti/config.json").json()
    assert f"{URL}/lti/launch" == config["target_link_uri"]
    assert [f"{URL}/lti/launch"] == config["redirect_uris"]
    assert f"{URL}/lti/login" == config["oidc_initiation_url"]
    assert f"{URL}/lti/jwks.json" == config["public_jwk_url"]
    (extension,) = config["extensions"]
    (placement,) = extension["settings"]["placements"]
    assert "_blank" == placement["windowTarget"]
