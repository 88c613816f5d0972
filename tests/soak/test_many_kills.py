"""
The kills of tests/acceptance/faults, many times over: `make soak`, for hours if asked to.

MILEPOST_SOAK_KILLS says how often to kill (30 without it), MILEPOST_SOAK_COURSE which course of
OULAD to live through (AAA, BBB or EEE), MILEPOST_SOAK_SEED what chance begins with. A course
is lived through again, on a new database, until there were as many kills as asked for.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.faults.life import Life
from tests.acceptance.faults.oulad_course import OULAD, SAMPLES, read_course
from tests.acceptance.faults.processes import Processes

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not OULAD.is_dir(), reason=f"the real samples are not at {SAMPLES}"),
]

DAY = 24 * 60 * 60
CLOCK_FROM = "2013-03-01T00:00:00Z"
SPEED = 3 * DAY
KILLS = int(os.environ.get("MILEPOST_SOAK_KILLS", "30"))
SEED = int(os.environ.get("MILEPOST_SOAK_SEED", "1"))
COURSE = os.environ.get("MILEPOST_SOAK_COURSE", "AAA")
PAUSE = (0.5, 6.0)
"""Seconds from a service that is up again to the next kill."""

IN_ONE_LIFE = 15
"""Kills in one life at most: the others come in further ones."""


@pytest.fixture
def new_database(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> Callable[[int], tuple[Processes, str]]:
    """Give what gives each life its folder and its database."""

    def begin(life: int) -> tuple[Processes, str]:
        folder = tmp_path / f"life-{life}"
        folder.mkdir()
        if kind == "sqlite":
            return Processes(folder), f"sqlite:///{folder / 'milepost.db'}"
        create: Callable[[], str] = request.getfixturevalue("new_postgresql")
        return Processes(folder), create()

    return begin


@pytest.mark.parametrize(
    ("kind", "services"), [("sqlite", 1), ("postgresql", 1), ("postgresql", 2)]
)
def test_many_kills(new_database: Callable[[int], tuple[Processes, str]], services: int) -> None:
    """However often and whenever they die, all is as if nothing had happened."""
    chance = random.Random(SEED)
    left, number = KILLS, 0
    while left > 0:
        number += 1
        processes, database = new_database(number)
        life = Life(
            processes,
            read_course(COURSE),
            database,
            CLOCK_FROM,
            SPEED,
            services=services,
            seed=chance.randrange(2**32),
        )
        try:
            life.begin()
            kills = min(left, IN_ONE_LIFE)
            for _ in range(kills):
                if life.is_over:
                    break
                life.wait_for_mail(chance.uniform(*PAUSE))
                life.kill(chance.randrange(services), load=chance.random() < 1 / 2)
            life.end().check()
        finally:
            processes.end()
        left -= life.kills
