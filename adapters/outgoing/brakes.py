"""
What keeps a rule's messages and calls from leaving until a person has looked.

A paused rule's rows are held, whenever they came in. A rule that asks to be confirmed above a
number of messages has all of them held once a day's run is larger: what it has written, and
what its timers that are due are about to write, so that the run is known before it begins.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from adapters.telling.numbers import counted
from engine.calendar import DAY, micros
from engine.ruleset import Ruleset

PAUSED, CONFIRM = "paused", "confirm"
"""Reasons by which rows are held."""

RUN = timedelta(days=1)
"""How long a run of a rule is: its messages of so long are counted together."""

ALL = "*"
CONFIRMED = "confirmed "
"""Before a rule's name, among the database's small facts: until when it need not ask again."""

_ANY_PAUSE = text("SELECT 1 FROM pauses LIMIT 1")
_HOLD_PAUSED = text(
    "UPDATE outbox SET status = 'held', reason = 'paused' WHERE status = 'queued' "
    'AND "by" <> \'\' AND ("by" IN (SELECT rule FROM pauses) '
    "OR EXISTS (SELECT 1 FROM pauses WHERE rule = '*'))"
)
_WRITTEN = text(
    "SELECT count(*) FROM outbox WHERE \"by\" = :rule AND kind = 'email' "
    "AND not_before > :since AND status NOT IN ('suppressed', 'failed', 'expired')"
)
_ABOUT_TO = text(
    "SELECT count(*) FROM timers WHERE due <= :now AND key >= :first AND key < :beyond"
)
_HOLD_RUN = text(
    "UPDATE outbox SET status = 'held', reason = 'confirm' "
    "WHERE status = 'queued' AND kind = 'email' AND \"by\" = :rule"
)
_UNTIL = text("SELECT value FROM settings WHERE name = :name")


def hold_back(connection: Connection, ruleset: Ruleset, now: datetime) -> Iterator[str]:
    """
    Hold what is not to leave yet; yield a sentence for each rule that now waits for a person.

    Args:
        connection: In the transaction that makes rows ready.
        ruleset: The rules in force.
        now: The service's clock.
    """
    if connection.execute(_ANY_PAUSE).scalar():
        connection.execute(_HOLD_PAUSED)
    for rule in ruleset.rules.values():
        if rule.confirm_above is None or is_confirmed(connection, rule.id, now):
            continue
        number = run_of(connection, rule.id, now)
        if number <= rule.confirm_above:
            continue
        if connection.execute(_HOLD_RUN, {"rule": rule.id}).rowcount:
            yield (
                f"{rule.id} would write {counted(number, 'message')}, and asks above "
                f"{rule.confirm_above:,}: milepost confirm {rule.id}"
            )


def run_of(connection: Connection, rule: str, now: datetime) -> int:
    """Count a rule's messages of a day, and those that its timers are about to bring."""
    instant = micros(now)
    written = connection.execute(_WRITTEN, {"rule": rule, "since": instant - DAY}).scalar_one()
    given = {"now": instant, "first": f"rule {rule}@", "beyond": f"rule {rule}A"}
    about: int = connection.execute(_ABOUT_TO, given).scalar_one()
    return int(written) + about


def is_confirmed(connection: Connection, rule: str, now: datetime) -> bool:
    """Say whether a person has let a rule's run go that is still under way."""
    until = connection.execute(_UNTIL, {"name": CONFIRMED + rule}).scalar()
    return until is not None and micros(now) < int(until)
