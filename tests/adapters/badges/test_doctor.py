"""What the doctor says of certificates, and of badges from elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.clock import machine_now
from adapters.doctor.credentials import SCRIPTS, SILENT, look_at_credentials
from adapters.doctor.finding import State
from adapters.settings.tree import Settings
from adapters.store.outside import OutsideRow
from engine.calendar import micros
from tests.adapters.badges.case import ADA, House


@pytest.fixture
def settings(small_house: House) -> Settings:
    """Give the settings of a house with a public address."""
    return small_house.running.settings


def test_it_says_whose_names_can_be_printed(settings: Settings) -> None:
    """The letters that come with us are there; each script is told of, once."""
    (fonts,) = look_at_credentials(settings, machine_now())
    assert (State.GOOD, True) == (
        fonts.state,
        fonts.says.startswith("names can be printed in Latin, Greek, Cyrillic"),
    )
    assert [1] * len(SCRIPTS) == [fonts.says.count(script) for script in SCRIPTS]
    assert ("; not in " in fonts.says) is bool(fonts.remedy)


def test_it_says_of_whom_nothing_is_known_for_days(small_house: House, settings: Settings) -> None:
    """An issuer that is away for a night worries nobody."""
    now = machine_now()
    at = micros(now)
    row = OutsideRow(
        learner=ADA, id="https://c.example/1", object="badge:x|y", title="Statistics",
        issuer="Example College", data=b"{}", brought=at, next_look=at, looked=at,
        doubt="https://c.example/did.json can't be reached",
    )  # fmt: skip
    small_house.office.store.outside.keep(row)
    _, found = look_at_credentials(settings, now)
    assert (State.GOOD, "1, all looked at lately") == (found.state, found.says)
    _, found = look_at_credentials(settings, now + SILENT + timedelta(hours=1))
    assert (State.WARNING, True) == (
        found.state,
        f"since {now:%Y-%m-%d}: https://c.example/did.json" in found.says,
    )
    assert "milepost credential outside" == found.remedy


def test_it_says_nothing_where_nobody_issues(settings: Settings) -> None:
    """Without a public address there is nothing to look at."""
    private = replace(settings, web=replace(settings.web, public_url=""))
    assert [] == list(look_at_credentials(private, machine_now()))
