"""Spells of silence and of due days against a model that is a few lines of the text."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.packs import plan_from, read_for_use
from engine.calendar import instant, micros
from engine.events import Event, Word
from engine.outcome import Outcome
from engine.replay import Life
from tests.language.lived import HERE, on_the_clock

START = datetime(2025, 3, 10, 9, tzinfo=UTC)
COURSE = ZoneInfo("Europe/Madrid")
ZONES = ["Europe/Madrid", "America/New_York", "Pacific/Auckland"]
NEVER = datetime.max.replace(tzinfo=UTC)
Said = tuple[datetime, str, str, datetime | None]


def live(zone: str, said: list[Said], until: datetime) -> dict[str, list[datetime]]:
    """Live events (instant, word, object, due) of a learner; give when each rule fired."""
    fired: dict[str, list[datetime]] = {"silent": [], "late": [], "soon": []}

    def watch(outcome: Outcome, now: int) -> None:
        for decision in outcome.decisions:
            assert decision.did.value == "fired"
            fired[decision.thing.partition("/")[2]].append(instant(now))

    plan = plan_from(read_for_use([HERE / "models"]).ruleset, START)
    life = Life(plan, "ada", watch)
    profile = Event(
        id="p", time=START, learner="ada", word=Word.PROFILE, fields=(("zone", zone),), source="t"
    )
    life.take(profile, micros(START))
    for number, (at, word, target, due) in enumerate(said):
        course = "course:2" if target in ("course:2", "assign:1") else "course:1"
        event = Event(
            id=f"e{number:04}",
            time=at,
            learner="ada",
            word=word,
            object=target,
            course=course,
            due=due,
            source="t",
        )
        life.before(micros(at))
        life.take(event, micros(at))
    life.until(micros(until))
    return fired


def later(at: datetime, days: int, clock: ZoneInfo) -> datetime:
    """Give the instant some calendar days later (or earlier) on a clock."""
    return on_the_clock(at.astimezone(clock).replace(tzinfo=None) + timedelta(days=days), clock)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(8))
def test_silence_begins_and_is_asked_again_as_the_text_says(zone: str, seed: int) -> None:
    """Law 5: from the last act in this enrolment, else from it; each 3 days from the beginning."""
    dice = random.Random(f"silent{zone}{seed}")
    clock = ZoneInfo(zone)
    at, inside = START, False
    said: list[Said] = []
    marks: list[tuple[datetime, bool]] = []  # whenever silence begins to count, and whether it does
    for _ in range(25):
        at += timedelta(minutes=dice.choice([300, 1440, 4000, 7200, 9000, 20000]))
        if not inside:
            said.append((at, Word.ENROLLED, "course:1", None))
            inside = True
        elif dice.randrange(4) == 0:
            said.append((at, Word.UNENROLLED, "course:1", None))
            inside = False
        else:
            said.append((at, Word.VIEWED, "page:6", None))
        marks.append((at, inside))
    end = at + timedelta(days=20)
    wanted = []
    for (since, counts), (stops, _) in zip(marks, [*marks[1:], (end, False)], strict=True):
        begins = later(since, 5, clock)
        asks = [later(begins, 3 * n, clock) for n in range(200)]
        wanted += [ask for ask in asks if counts and ask < stops]
    assert wanted == live(zone, said, end - timedelta(minutes=1))["silent"]


def end_of(day: date) -> datetime:
    """Give the end of a day on the course's clock."""
    return on_the_clock(datetime.combine(day + timedelta(days=1), time()), COURSE)


@dataclass
class Stint:
    """One enrolment: from, to, and when something was handed in (law 12: the current one)."""

    start: datetime
    end: datetime = NEVER
    submitted: datetime = NEVER

    def lacks(self, at: datetime) -> bool:
        """Say whether she was enrolled then without having submitted."""
        return self.start <= at < self.end and self.submitted > at


def essays(dice: random.Random) -> tuple[list[Said], list[Stint], list[tuple[datetime, datetime]]]:
    """Give events of an essay, the enrolments, and due times with when each was told."""
    said: list[Said] = []
    stints: list[Stint] = []
    at, inside = START, False
    dues = [(START, end_of(date(2025, 3, 28)))]
    for _ in range(dice.randrange(3, 14)):
        at += timedelta(minutes=dice.randrange(60, 6000))
        match dice.randrange(8):
            case _ if not inside:
                said.append((at, Word.ENROLLED, "course:2", None))
                stints.append(Stint(at))
                inside = True
            case 0:
                said.append((at, Word.SUBMITTED, "assign:1", None))
                stints[-1].submitted = min(stints[-1].submitted, at)
            case 1 | 2:
                day = (at + timedelta(days=dice.randrange(3, 12))).date()
                said.append((at, Word.DUE, "assign:1", end_of(day)))
                dues.append((at, end_of(day)))
            case 3:
                said.append((at, Word.UNENROLLED, "course:2", None))
                stints[-1].end = at
                inside = False
            case _:
                said.append((at, Word.VIEWED, "assign:1", None))
    return said, stints, dues


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(12))
def test_a_due_day_is_overdue_for_whom_and_when_the_text_says(zone: str, seed: int) -> None:
    """Law 7: once at its end, for whoever is enrolled then and lacks it; a later date anew."""
    dice = random.Random(f"late{zone}{seed}")
    said, stints, dues = essays(dice)
    end = max(said[-1][0], *(due for _, due in dues)) + timedelta(days=5)
    late = [
        due
        for (told, due), (again, _) in zip(dues, [*dues[1:], (end, end)], strict=True)
        if told < due < again and any(stint.lacks(due) for stint in stints)
    ]
    fired = live(zone, said, end)
    assert late == fired["late"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(12))
def test_a_due_day_is_announced_only_while_it_is_true(zone: str, seed: int) -> None:
    """Law 7: from two days before until the due time, for the same people."""
    dice = random.Random(f"late{zone}{seed}")
    said, stints, dues = essays(dice)
    end = max(said[-1][0], *(due for _, due in dues)) + timedelta(days=5)
    for soon in live(zone, said, end)["soon"]:
        due = next(due for told, due in reversed(dues) if told <= soon)
        assert later(due, -2, ZoneInfo(zone)) <= soon < due
        assert any(stint.lacks(soon) for stint in stints)
