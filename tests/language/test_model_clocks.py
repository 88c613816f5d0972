"""Periods, changes of the clock and quiet hours against a model that walks by minutes."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.language.lived import MINUTE, lived, on_the_clock

CHANGES = [
    ("Europe/Madrid", datetime(2025, 3, 30, 1, tzinfo=UTC)),
    ("Europe/Madrid", datetime(2025, 10, 26, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2025, 3, 9, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2025, 11, 2, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2025, 4, 5, 15, tzinfo=UTC)),  # by half an hour
    ("Australia/Lord_Howe", datetime(2025, 10, 4, 15, 30, tzinfo=UTC)),
    ("America/Santiago", datetime(2025, 9, 7, 4, tzinfo=UTC)),  # at midnight
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole day skipped
    ("Asia/Kolkata", datetime(2025, 3, 30, 1, tzinfo=UTC)),  # never
]


def near(zone: str, change: datetime, days: int) -> list[datetime]:
    """Give instants some days before a change of the clock, some of them in its hour."""
    dice = random.Random(f"{zone}{change}")
    back = timedelta(days=days)
    exact = [
        change - back + timedelta(minutes=n) for n in (-61, -60, -30, -1, 0, 1, 29, 30, 59, 60)
    ]
    return exact + [
        change - timedelta(minutes=dice.randrange(days * 1440 + 600)) for _ in range(12)
    ]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize(("hook", "days"), [("after-days", 3), ("after-weeks", 14)])
def test_days_and_weeks_are_calendar_days_on_her_clock(
    zone: str, change: datetime, hook: str, days: int
) -> None:
    """Phrase: period; law 6: a skipped instant comes right after its hour, a doubled one once."""
    clock = ZoneInfo(zone)
    for at in near(zone, change, days):
        wall = at.astimezone(clock).replace(tzinfo=None) + timedelta(days=days)
        wanted = on_the_clock(wall, clock)
        deeds = lived("models", zone, [(at, "page:1", "completed")], at + timedelta(days=20))
        assert [wanted] == [deed.at for deed in deeds if deed.rule == hook], (at, wall)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_hours_are_elapsed_time(zone: str, change: datetime) -> None:
    """Phrase: period: minutes and hours know no calendar."""
    for at in near(zone, change, 1):
        deeds = lived("models", zone, [(at, "page:1", "completed")], at + timedelta(days=20))
        wanted = [at + timedelta(hours=30)]
        assert wanted == [deed.at for deed in deeds if deed.rule == "after-hours"]


def at_night(wall: datetime) -> bool:
    """21:00 to 08:00 and weekends."""
    return wall.time() >= time(21) or wall.time() < time(8) or wall.weekday() in (5, 6)


def oddly(wall: datetime) -> bool:
    """23:30 to 02:30 and 12:00 to 13:00."""
    clock = wall.time()
    return clock >= time(23, 30) or clock < time(2, 30) or time(12) <= clock < time(13)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize(
    ("rule", "page", "quiet"), [("quiet", "page:2", at_night), ("odd-quiet", "page:3", oddly)]
)
def test_a_message_goes_in_the_first_minute_that_is_not_quiet(
    zone: str, change: datetime, rule: str, page: str, quiet: Callable[[datetime], bool]
) -> None:
    """Phrase: hours: from inclusive, to exclusive, a union, on the learner's clock."""
    clock = ZoneInfo(zone)
    for at in near(zone, change, 4):
        goes = at
        while quiet(goes.astimezone(clock).replace(tzinfo=None)):
            goes += MINUTE
        deeds = lived("models", zone, [(at, page, "viewed")], at + timedelta(days=9))
        sent = [deed.at for deed in deeds if deed.rule == rule and deed.did == "fired"]
        deferred = [deed.until for deed in deeds if deed.rule == rule and deed.did == "deferred"]
        assert ([goes], [goes] if goes > at else []) == (sent, deferred), at
