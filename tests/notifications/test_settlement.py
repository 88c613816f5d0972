"""What becomes of a row after each answer, and when it is tried again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.mode import Mode, first_status
from notifications.outbox import Kind, OutboxRow, Settlement, Status
from notifications.settlement import (
    REASON_LENGTH,
    RetryRules,
    reason,
    refused_before_sending,
    settle,
)
from notifications.transport import Accepted, Answer, Deferred, InDoubt, ProviderDown, Rejected
from tests.notifications.outbox_contract import MACHINE, NOW

ROW = OutboxRow(
    id=1,
    key="key",
    kind=Kind.EMAIL,
    learner="ada",
    category="reminders",
    recipient="ada@learners.test",
    data=b"x",
    not_before=NOW,
    attempts=1,
    status=Status.WIRE,
)
RULES = RetryRules()
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Accepted("250 ok"), Settlement(Status.SENT, "accepted: 250 ok")),
        (
            Rejected("smtp_550", "550 no", address=True),
            Settlement(Status.FAILED, "smtp_550: 550 no", bad_address=True),
        ),
        (InDoubt("connection", "lost"), Settlement(Status.IN_DOUBT, "connection: lost")),
        (ProviderDown("login", ""), Settlement(Status.QUEUED, "login", counts=False)),
    ],
)
def test_answers_that_leave_no_choice(answer: Answer, expected: Settlement) -> None:
    """Sent, failed, in doubt, or as if it had not been tried."""
    assert expected == settle(ROW, answer, MACHINE, RULES)


def test_a_deferral_waits_longer_each_time() -> None:
    """From half a minute to four hours, by a jitter that only the key decides."""
    waits = [RULES.backoff(attempts, "key") for attempts in range(1, 60)]
    assert waits == [RULES.backoff(attempts, "key") for attempts in range(1, 60)]
    for attempts, wait in enumerate(waits, 1):
        full = min(timedelta(hours=4), timedelta(minutes=1) * 2 ** min(attempts - 1, 20))
        assert full / 2 <= wait < full
    assert len({RULES.backoff(9, f"key-{number}") for number in range(100)}) > 90


@given(attempts=st.integers(1, 10**6), key=st.text())
def test_a_wait_is_never_longer_than_four_hours(attempts: int, key: str) -> None:
    """Whatever the key, however often."""
    assert timedelta() < RULES.backoff(attempts, key) <= timedelta(hours=4)


def test_the_far_end_may_ask_for_more() -> None:
    """Retry-After is honoured up to the longest wait, greylisting gets its five minutes."""
    later = settle(ROW, Deferred("http_503", "", wait=HOUR), MACHINE, RULES)
    assert MACHINE + HOUR == later.retry_at
    ages = settle(ROW, Deferred("http_503", "", wait=100 * HOUR), MACHINE, RULES)
    assert MACHINE + 4 * HOUR == ages.retry_at
    grey = settle(ROW, Deferred("smtp_451", ""), MACHINE, RULES)
    assert MACHINE + timedelta(minutes=5) == grey.retry_at


def test_the_last_try_is_the_last() -> None:
    """Then it is a dead letter that says how often and why."""
    last = replace(ROW, attempts=RULES.max_attempts)
    end = settle(last, Deferred("smtp_451", "451 later"), MACHINE, RULES)
    assert (
        Settlement(Status.FAILED, "tried_too_often: 40 attempts; last: smtp_451: 451 later") == end
    )


def test_a_doubt_is_resent_only_where_the_rules_say_so() -> None:
    """And then like any retry."""
    rules = RetryRules(resend=frozenset({"service"}))
    service = replace(ROW, category="service")
    assert Status.QUEUED is settle(service, InDoubt("connection", ""), MACHINE, rules).status
    assert Status.IN_DOUBT is settle(ROW, InDoubt("connection", ""), MACHINE, rules).status


def test_rows_that_are_not_tried_at_all() -> None:
    """Too late, too often, or without content."""
    late = replace(ROW, expires_at=NOW)
    often = replace(ROW, attempts=RULES.max_attempts + 1)
    empty = replace(ROW, data=None)
    got = [refused_before_sending(row, NOW, RULES) for row in (ROW, late, often, empty)]
    assert [None, Status.EXPIRED, Status.FAILED, Status.FAILED] == [s and s.status for s in got]


@given(detail=st.text(max_size=2000))
def test_a_reason_is_one_line(detail: str) -> None:
    """Whatever a server says."""
    written = reason("code", detail)
    assert len(written) <= REASON_LENGTH
    assert written.splitlines() == [written]


def test_only_the_mode_hold_holds() -> None:
    """In every other mode a new row is queued; hold is what a fresh installation has."""
    assert {Mode.HOLD: Status.HELD} == {
        mode: first_status(mode) for mode in Mode if first_status(mode) is not Status.QUEUED
    }
