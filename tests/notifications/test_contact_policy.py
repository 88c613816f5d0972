"""Who may be written to, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.contact_policy import (
    Contact,
    ContactPolicy,
    Refusal,
    counts,
    learners_day,
    refusal,
)

ADA = Contact("ada@learners.test")
POLICY = ContactPolicy(messages_a_day=2)


@pytest.mark.parametrize(
    ("contact", "category", "expected"),
    [
        (ADA, "reminders", None),
        (replace(ADA, suspended=True), "service", Refusal.SUSPENDED),
        (replace(ADA, email=""), "reminders", Refusal.NO_ADDRESS),
        (replace(ADA, email="ada@x.test\r\nDATA"), "reminders", Refusal.BAD_ADDRESS),
        (replace(ADA, dead_address=True), "awards", Refusal.DEAD_ADDRESS),
        (replace(ADA, preferences={"reminders": False}), "reminders", Refusal.SWITCHED_OFF),
        (replace(ADA, preferences={"reminders": False}), "feedback", None),
        (replace(ADA, preferences={"service": False}), "service", None),
        (replace(ADA, capped_today=1), "reminders", None),
        (replace(ADA, capped_today=2), "reminders", Refusal.HOUSE_CAP),
        (replace(ADA, capped_today=9), "service", None),
        (replace(ADA, capped_today=9), "awards", None),
        (replace(ADA, capped_today=2, suspended=True), "reminders", Refusal.SUSPENDED),
    ],
)
def test_who_may_be_written_to(contact: Contact, category: str, expected: Refusal | None) -> None:
    """One reason, the gravest; service cannot be switched off, awards know no cap."""
    assert expected == refusal(POLICY, contact, category)


def test_without_a_cap_nobody_is_capped() -> None:
    """None is no cap, and zero is a house that writes nothing that is capped."""
    assert refusal(ContactPolicy(), replace(ADA, capped_today=1000), "reminders") is None
    assert Refusal.HOUSE_CAP == refusal(ContactPolicy(messages_a_day=0), ADA, "reminders")


def test_what_is_uncapped_does_not_use_up_the_day() -> None:
    """An award in the morning does not cost the reminder in the evening."""
    assert [False, False, True] == [counts(POLICY, c) for c in ("awards", "service", "reminders")]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", date(2025, 3, 9)),
        ("Europe/Madrid", date(2025, 3, 10)),
        ("America/Los_Angeles", date(2025, 3, 9)),
        ("Pacific/Kiritimati", date(2025, 3, 10)),
    ],
)
def test_a_day_is_the_learners(zone: str, expected: date) -> None:
    """Half past eleven in the evening in UTC is tomorrow in Madrid."""
    now = datetime(2025, 3, 9, 23, 30, tzinfo=UTC)
    assert expected == learners_day(now, ZoneInfo(zone))


def test_a_naive_time_has_no_day() -> None:
    """It is refused."""
    with pytest.raises(ValueError, match="zone"):
        learners_day(datetime(2025, 3, 9), UTC)


def test_a_negative_cap_is_refused() -> None:
    """An operator's slip, in words."""
    with pytest.raises(ValueError, match="-1"):
        ContactPolicy(messages_a_day=-1)
