"""kill -9 while a real course is lived through: nothing lost, nothing doubled."""

import pytest

from tests.acceptance.faults.life import Life
from tests.acceptance.faults.oulad_course import OULAD, PACKS, SAMPLES, read_course
from tests.acceptance.faults.processes import Processes

pytestmark = pytest.mark.skipif(
    not OULAD.is_dir(), reason=f"the real samples are not at {SAMPLES} (licences)"
)

DAY = 24 * 60 * 60
CLOCK_FROM = "2013-09-15T00:00:00Z"
SPEED = 6 * DAY


def live_with_kills(life: Life) -> None:
    """Live through a course; kill after each due day, the services in turn, the load at times."""
    life.begin()
    for number, moment in enumerate(life.course.dues().values()):
        life.sleep_until(moment)
        life.wait_for_mail(3.0)
        life.kill(number % life.services, load=number != 1)
    assert 3 == life.kills
    life.end().check()


def test_three_kills_of_the_service(processes: Processes, database: str) -> None:
    """Killed while mail leaves, and loaded again: what an undisturbed run would have done."""
    live_with_kills(Life(processes, read_course("AAA"), database, CLOCK_FROM, SPEED))


def test_two_services_on_one_postgresql(processes: Processes, postgresql_url: str) -> None:
    """Two services share the work; one of them is killed, then the other, then the first."""
    course = read_course("AAA")
    live_with_kills(Life(processes, course, postgresql_url, CLOCK_FROM, SPEED, services=2, seed=2))


def test_kills_round_one_due_day(processes: Processes, database: str) -> None:
    """
    On a slower clock nothing arrives late, and exactly whom `replay` names is written to.

    The service is away when the day ends; it is killed once more, with the load, while it sends.
    """
    course = read_course("AAA").until(20)
    life = Life(processes, course, database, "2013-10-17T00:00:00Z", 10 * DAY // 24, seed=3)
    life.begin()
    (moment,) = course.dues().values()
    life.sleep_until(moment, and_more=-1.0)
    life.kill(load=False)
    life.sleep_until(moment)
    life.wait_for_mail(3.0)
    life.kill(load=True)
    ended = life.end()
    fired = ended.check_rules(set())
    assert 52 == len(fired)
    ended.check_mail(fired)


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
