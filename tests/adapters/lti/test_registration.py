"""An LMS that was invited registers itself, and its learners log in; one that was not does not."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from typer.testing import CliRunner

from adapters.cli import application
from adapters.lti.id_token import CLAIM
from adapters.lti.registration import TOOL
from tests.adapters.badges.case import RULES, URL, write_packs
from tests.adapters.lti.browser import Browser
from tests.adapters.lti.conftest import tell
from tests.adapters.lti.lms import CLIENT, DEPLOYMENT, REGISTRATION_TOKEN, Platform
from tests.adapters.lti.test_launch import refused
from tests.adapters.serve.service_process import Service, services


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a service that knows no LMS."""
    return tmp_path_factory.mktemp("registration")


@pytest.fixture(scope="module")
def service(running_lms: Platform, folder: Path) -> Iterator[Service]:
    """Give that service."""
    write_packs(folder, RULES)
    (folder / "config.toml").write_text(
        f'[web]\npublic_url = "{URL}"\n[issuer]\nname = "Example University"\n'
    )
    with services(folder) as start:
        found = start("--packs", "packs").ready()
        tell(found, f"{running_lms.address}|12", "Ada")
        yield found


@pytest.fixture
def browser(
    service: Service, lms: Platform, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """Give the browser of an administrator; what has registered is forgotten afterwards."""
    monkeypatch.chdir(folder)
    yield Browser(service, lms)
    for name in re.findall(r"^  (\w+): http", verb("show"), re.MULTILINE):
        verb("forget", name)


def verb(*words: str, code: int = 0) -> str:
    """Run a verb beside the service, in its folder; give what it prints."""
    found = CliRunner().invoke(application("lti"), ["lti", *words])
    assert code == found.exit_code, found.output
    return found.output


def invited(*words: str) -> str:
    """Give the path of a link by which an LMS registers."""
    link = verb("register", *words).strip()
    assert link.startswith(f"{URL}/lti/register/")
    return link.removeprefix(URL)


def registers(browser: Browser, path: str, **more: str) -> httpx.Response:
    """Open a link as an LMS does."""
    asked = {
        "openid_configuration": browser.lms.configuration_url,
        "registration_token": REGISTRATION_TOKEN,
        **more,
    }
    return browser.get(f"{path}?{urlencode(asked)}")


def test_it_registers_and_learners_come(browser: Browser, lms: Platform) -> None:
    """No address is copied, and the service goes on running."""
    answer = registers(browser, invited("moodle"))
    assert 200 == answer.status_code
    assert "The LMS is registered" in answer.text
    assert CLIENT in answer.text
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]
    (tool,) = lms.tools
    assert [f"{URL}/lti/launch"] == tool["redirect_uris"]
    assert f"{URL}/lti/login" == tool["initiate_login_uri"]
    assert f"{URL}/lti/jwks.json" == tool["jwks_uri"]
    assert ("web", ["id_token"], "") == tuple(
        tool[key] for key in ("application_type", "response_types", "scope")
    )
    asks = tool[TOOL]
    assert isinstance(asks, dict)
    assert ["iss", "sub"] == asks["claims"]
    assert "badges.uni.example" == asks["domain"]
    assert 303 == browser.come("12").status_code
    assert ">Ada<" in browser.get("/me").text
    shown = verb("show")
    assert f"moodle: {lms.address}, client {CLIENT}\n    deployments {DEPLOYMENT}\n" in shown
    verb("forget", "moodle")
    assert refused(browser.begin(lms.begins("12")), "unknown", browser.service)


def test_a_canvas_says_its_deployment_later(browser: Browser, lms: Platform) -> None:
    """The log says which one came, and it is allowed by a person."""
    lms.family = "canvas"
    learner = ("--learner", "{custom.canvas_user_id}")
    assert 200 == registers(browser, invited("canvas", *learner)).status_code
    (tool,) = lms.tools
    asks = tool[TOOL]
    assert isinstance(asks, dict)
    assert "$Canvas.user.id" == asks["custom_parameters"]["canvas_user_id"]
    lms.more = {
        f"{CLAIM}deployment_id": "17:8865",
        f"{CLAIM}custom": {"canvas_user_id": f"{lms.address}|12"},
    }
    assert refused(browser.come("an-opaque-id"), "deployment", browser.service)
    assert "[lti.canvas] it is of deployment '17:8865'" in browser.service.said()
    assert "milepost lti allow canvas DEPLOYMENT" in verb("show")
    verb("allow", "canvas", "17:8865")
    assert 303 == browser.come("an-opaque-id").status_code
    assert ">Ada<" in browser.get("/me").text


def test_what_names_learners_is_asked_for(browser: Browser, lms: Platform) -> None:
    """Where they are named by their address, the LMS is asked to share it, and nothing else."""
    registers(browser, invited("moodle", "--learner", "mailto:{email}"))
    (tool,) = lms.tools
    asks = tool[TOOL]
    assert isinstance(asks, dict)
    assert ["iss", "sub", "email"] == asks["claims"]


def test_a_link_is_good_once(browser: Browser, lms: Platform) -> None:
    """Whoever finds it in a history registers nothing."""
    path = invited("moodle")
    assert 200 == registers(browser, path).status_code
    assert refused(registers(browser, path), "invitation", browser.service)
    assert 1 == len(lms.tools)


def test_what_is_refused_before_a_link_is_given(browser: Browser) -> None:
    """A name that is none, a template that names everybody alike, and an LMS that is unknown."""
    assert browser.service.address
    assert "`a b` is no name" in verb("register", "a b", code=2)
    said = "--learner: all learners would have the same name"
    assert said in verb("register", "moodle", "--learner", "{iss}", code=2)
    assert "no LMS `moodle` has registered itself" in verb("forget", "moodle", code=1)
    assert "no LMS `moodle` has registered itself" in verb("allow", "moodle", "1", code=1)


@pytest.mark.parametrize("path", ["/lti/register/x", "/lti/register/WyJhIl0.c2ln"])
def test_only_the_invited_register(browser: Browser, lms: Platform, path: str) -> None:
    """Nobody registers an LMS of their own; nothing is looked up for them."""
    assert refused(registers(browser, path), "invitation", browser.service)
    assert [] == lms.tools


@pytest.mark.parametrize(
    ("configures", "said"),
    [
        ({"issuer": "https://other.example"}, "localhost can't speak for other.example"),
        ({"issuer": None}, "its configuration has no https address as issuer"),
        (
            {"jwks_uri": "http://lms.example/keys"},
            "its configuration has no https address as jwks_uri",
        ),
        ({"jwks_uri": "https://[x"}, "no https address as jwks_uri"),
        ({"registration_endpoint": 7}, "no https address as registration_endpoint"),
    ],
)
def test_an_lms_speaks_for_itself(
    browser: Browser, lms: Platform, configures: dict[str, object], said: str
) -> None:
    """A configuration that names another's issuer, or an open address, registers nothing."""
    lms.configures = configures
    path = invited("moodle")
    assert refused(registers(browser, path), "registration", browser.service)
    assert said in browser.service.said()
    lms.configures = {}
    assert 200 == registers(browser, path).status_code


def test_an_lms_may_refuse(browser: Browser, lms: Platform) -> None:
    """What it says is in the log; its token is not."""
    lms.registers = False
    assert refused(registers(browser, invited("moodle")), "registration", browser.service)
    assert 'answered 401: \'{"error": "invalid_token"}\'' in browser.service.said()
    assert REGISTRATION_TOKEN not in browser.service.said()


@pytest.mark.parametrize("path", ["/none", "/course?user=1&tool=x&"])
def test_a_token_in_an_address_is_not_logged(browser: Browser, lms: Platform, path: str) -> None:
    """Canvas puts its token into the address of its configuration."""
    joint = "" if "?" in path else "?"
    url = f"{lms.address}{path}{joint}registration_token={REGISTRATION_TOKEN}"
    answer = registers(browser, invited("canvas"), openid_configuration=url)
    assert refused(answer, "registration", browser.service)
    assert f"{lms.address}{path.partition('?')[0]}" in browser.service.said()
    assert REGISTRATION_TOKEN not in browser.service.said()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://a",
        "http://moodle.example/x",
        "https://127.0.0.1:1/x",
        "https://\x00",
        "https://[x",
        "https://a:b",
    ],
)
def test_an_address_that_is_none(browser: Browser, url: str) -> None:
    """It is refused with a reason, whatever it is."""
    answer = registers(browser, invited("moodle"), openid_configuration=url)
    assert refused(answer, "registration", browser.service)
