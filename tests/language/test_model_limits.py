"""Gaps and caps against a model that is a few lines of the text."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.language.lived import lived

ZONES = ["Europe/Madrid", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"]
Sent = list[datetime]
Allows = Callable[[Sent, datetime, ZoneInfo], str]


def local(at: datetime, clock: ZoneInfo) -> date:
    """Give the date on the learner's clock."""
    return at.astimezone(clock).date()


def per_day(sent: Sent, now: datetime, clock: ZoneInfo) -> str:
    """Two a calendar day."""
    return "capped" if sum(local(s, clock) == local(now, clock) for s in sent) >= 2 else ""


def per_week(sent: Sent, now: datetime, clock: ZoneInfo) -> str:
    """Two a week from Monday."""
    week = local(now, clock).isocalendar()[:2]
    return "capped" if sum(local(s, clock).isocalendar()[:2] == week for s in sent) >= 2 else ""


def per_month(sent: Sent, now: datetime, clock: ZoneInfo, most: int = 2) -> str:
    """So many a calendar month."""
    month = local(now, clock).replace(day=1)
    return "capped" if sum(local(s, clock).replace(day=1) == month for s in sent) >= most else ""


def dates_apart(days: int) -> Allows:
    """At least so many dates apart."""

    def allows(sent: Sent, now: datetime, clock: ZoneInfo) -> str:
        near = any((local(now, clock) - local(s, clock)).days < days for s in sent)
        return "suppressed" if near else ""

    return allows


def hours_apart(sent: Sent, now: datetime, _clock: ZoneInfo) -> str:
    """At least thirty hours apart."""
    return "suppressed" if any(now - s < timedelta(hours=30) for s in sent) else ""


def cap_then_gap(sent: Sent, now: datetime, clock: ZoneInfo) -> str:
    """Law 13: cap, then gap."""
    return per_month(sent, now, clock, 1) or dates_apart(7)(sent, now, clock)


MODELS: dict[str, Allows] = {
    "day": per_day,
    "week": per_week,
    "month": per_month,
    "gap-days": dates_apart(3),
    "gap-hours": hours_apart,
    "gap-weeks": cap_then_gap,
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(5))
def test_gaps_and_caps_let_through_what_the_text_says(zone: str, seed: int) -> None:
    """Law 13: calendar windows on the learner's clock; capped is told once an enrolment."""
    dice = random.Random(f"{zone}{seed}")
    at = datetime(2025, 3, 1, 12, tzinfo=UTC)
    clock = ZoneInfo(zone)
    looks = []
    for _ in range(150):
        at += timedelta(minutes=dice.choice([1, 30, 200, 700, 1439, 1440, 1441, 3000]))
        looks.append(at)
    deeds = lived("models", zone, [(at, "page:4", "viewed") for at in looks], looks[-1])
    for rule, allows in MODELS.items():
        sent: Sent = []
        wanted: list[tuple[datetime, str]] = []
        capped = False
        for now in looks:
            did = allows(sent, now, clock) or "fired"
            if did == "fired":
                sent.append(now)
            if did != "capped" or not capped:
                wanted.append((now, did))
            capped = capped or did == "capped"
        assert wanted == [(deed.at, deed.did) for deed in deeds if deed.rule == rule], rule
