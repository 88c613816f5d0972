"""What an operator is told of the log-in: by the verb, and by the doctor."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli import application
from adapters.doctor.finding import State
from adapters.doctor.lti import look_at_lti
from adapters.settings.source import load_settings
from adapters.settings.tree import Settings
from tests.adapters.badges.case import URL
from tests.adapters.lti.lms import CLIENT, DEPLOYMENT, Platform
from tests.adapters.serve.service_process import Service


def run(*words: str) -> tuple[int, str]:
    """Run a verb; give its exit code and all that it prints."""
    found = CliRunner().invoke(application(words[0]), list(words))
    return found.exit_code, found.output


@pytest.fixture
def settings(lms: Platform, service: Service) -> Settings:
    """Give the settings of the running service."""
    path = service.log.parent / "config.toml"
    found, problems = load_settings(path, {"MILEPOST_WEB__PUBLIC_URL": URL})
    assert () == problems
    assert [lms.address] == [each.issuer for each in found.lti.platforms.values()]
    return found


def test_the_verb_says_what_to_enter(
    lms: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The addresses that the service answers at, and the LMSs that it knows."""
    monkeypatch.chdir(tmp_path)
    assert (2, True) == ((ran := run("lti", "show"))[0], "public_url" in ran[1])
    code, said = run("lti", "show", "--public-url", f"{URL}/")
    assert 0 == code
    assert "No LMS is known yet" in said
    (tmp_path / "config.toml").write_text(lms.config())
    monkeypatch.setenv("MILEPOST_WEB__PUBLIC_URL", URL)
    code, said = run("lti", "show", "--json")
    assert {
        "tool_url": f"{URL}/lti/launch",
        "login_url": f"{URL}/lti/login",
        "redirect_url": f"{URL}/lti/launch",
        "keys_url": f"{URL}/lti/jwks.json",
        "canvas_config_url": f"{URL}/lti/config.json",
        "platforms": [
            {
                "name": "moodle",
                "issuer": lms.address,
                "client_id": CLIENT,
                "deployments": [DEPLOYMENT],
                "learner": "{iss}|{sub}",
            }
        ],
    } == json.loads(said)
    code, said = run("lti", "show")
    assert f"  moodle: {lms.address}, client {CLIENT}" in said


def test_the_doctor_finds_all_well(settings: Settings) -> None:
    """The keys are there, and learners are named as those who log in will be."""
    assert [State.GOOD, State.GOOD] == [found.state for found in look_at_lti(settings)]


def test_the_doctor_sees_keys_out_of_reach(settings: Settings, lms: Platform) -> None:
    """An address that is wrong is found before a course of learners is."""
    lms.broken = True
    first = next(look_at_lti(settings))
    assert State.WRONG is first.state
    assert "answered 500" in first.says


def test_the_doctor_sees_names_that_nobody_has(settings: Settings) -> None:
    """Where events name learners otherwise, all who log in would find an empty page."""
    (name, platform), *_ = settings.lti.platforms.items()
    other = replace(platform, issuer="https://moodle.example.edu")
    _, second = look_at_lti(replace(settings, lti=replace(settings.lti, platforms={name: other})))
    assert State.WARNING is second.state
    assert "begins https://moodle.example.edu|, so whoever logs in finds nothing" in second.says


def test_without_an_lms_nothing_is_looked_at() -> None:
    """Most have none at first."""
    found: Iterator[object] = look_at_lti(Settings())
    assert [] == list(found)
