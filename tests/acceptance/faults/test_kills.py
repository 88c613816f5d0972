"""kill -9 while a real course is lived through: nothing lost, nothing doubled."""

import pytest

from tests.acceptance.faults.life import Life
from tests.acceptance.faults.oulad_course import OULAD, PACKS, SAMPLES, read_course
from tests.acceptance.faults.processes import Processes

pytestmark = pytest.mark.skipif(
    not OULAD.is_dir(), reason=f"the real samples are not at {SAMPLES} (licences)"
)

SPEED = 1_036_800
"""Twelve days a second."""


def test_three_kills_of_the_service(processes: Processes, database: str) -> None:
    """Killed while mail leaves, loaded again: the credentials and messages of an undisturbed run."""
    life = Life(processes, read_course("AAA"), database, SPEED)
    life.begin()
    life.kill_when_mail_leaves(list(life.course.dues().values()))
    assert 3 == life.kills
    life.end().check()


def test_two_services_on_one_postgresql(processes: Processes, postgresql_url: str) -> None:
    """Two services share the work; one of them is killed, then the other, then the first."""
    life = Life(processes, read_course("AAA"), postgresql_url, SPEED, services=2, seed=2)
    life.begin()
    life.kill_when_mail_leaves(list(life.course.dues().values()))
    assert 3 == life.kills
    life.end().check()


def test_the_oracle_is_that_of_replay(processes: Processes) -> None:
    """What the runs are compared with is what `replay` counts, undisturbed."""
    course = read_course("AAA")
    said = processes.verb(
        *("replay", PACKS / "oulad", "--events", course.write(processes.folder / "oulad"))
    )
    rules, credentials = said["rules"], said["credentials"]
    assert isinstance(rules, dict)
    assert isinstance(credentials, dict)
    for rule in course.dues():
        wanted = sum(name == rule for _, name in course.overdue())
        assert wanted == rules[rule.partition("/")[2]]["fired"]
    for credential in ("aaa-sound", "aaa-strong"):
        wanted = sum(name == f"oulad/{credential}" for _, name in course.credentials())
        assert wanted == credentials[credential]["awarded"]
    assert course.events == said["events"]
