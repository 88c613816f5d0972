"""`milepost wallet`: who has registered, and an end to one of them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.cli import application
from tests.adapters.badges.case import ADA, House
from tests.adapters.wallets.conftest import BACK, Browser, registered


@pytest.fixture
def database(tmp_path: Path, house: House) -> str:
    """Give the URL of the house's database."""
    assert house.running.wallets
    return f"sqlite:///{tmp_path / 'milepost.db'}"


def wallet(*words: str) -> Result:
    """Run the verb."""
    return CliRunner().invoke(application("wallet"), ["wallet", *words])


def test_who_has_registered(browser: Browser, house: House, database: str) -> None:
    """Each with how many learners let it in; none where there is none."""
    assert "no wallet has registered\n" == wallet("list", "--database", database).output
    browser.enter(house, ADA)
    one = registered(browser)
    one.connects()
    one.connects()
    registered(browser, "")
    told = wallet("list", "--database", database).output.splitlines()
    assert 2 == len(told)
    assert told[0].startswith(f"{one.secret[0]}  A wallet, {BACK}, since ")
    assert told[0].endswith(", 1 learner")
    assert "without a name" in told[1]
    assert told[1].endswith(", 0 learners")
    found = json.loads(wallet("list", "--json", "--database", database).output)["wallets"]
    assert [("A wallet", 1), ("", 0)] == [(each["name"], each["learners"]) for each in found]


def test_an_app_is_shut_out(browser: Browser, house: House, database: str) -> None:
    """It has access to nobody any more, and can neither refresh nor ask; others go on."""
    browser.enter(house, ADA)
    one, other = registered(browser), registered(browser, "Another")
    tokens, others = one.connects(), other.connects()
    done = wallet("remove", one.secret[0], "--because", "a phisher", "--database", database)
    assert (0, f"{one.secret[0]} is shut out\n") == (done.exit_code, done.output)
    assert 401 == one.calls("GET", "credentials", tokens["access_token"]).status_code
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert 401 == one.posts("refreshUrl", **form).status_code
    assert 400 == browser.go("GET", one.question()).status_code
    assert 200 == other.calls("GET", "credentials", others["access_token"]).status_code
    again = wallet("remove", one.secret[0], "--database", database)
    assert (1, True) == (again.exit_code, "there is no wallet" in again.output)
