"""
What is cleared away once a day: the content of old messages, old quarantine, wallets' tokens.

Nothing by which something is decided: events, records, decisions and awards stay. Of a message
that is done with, its row stays too, without content and address, because its key is
what keeps the same message from being written twice.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, TextClause, text

from adapters.settings.tree import RetentionSettings
from adapters.store.database import Database
from adapters.store.wallets import Wallets
from engine.calendar import Micros, micros

log = logging.getLogger("milepost.housekeeping")

BATCH = 2_000
"""Rows changed in one transaction, so that nobody waits long."""

TURNS_KEPT = timedelta(days=30)
"""How long it is remembered who took which turn of a daily job."""

# `settled` is on the machine's clock, `not_before` on the service's; what a row has is compared
# with a moment of its own clock.
_EMPTY = text(
    "UPDATE outbox SET data = NULL, recipient = '' WHERE id IN (SELECT id FROM outbox WHERE "
    "status IN ('sent', 'suppressed', 'expired', 'failed') "
    "AND (data IS NOT NULL OR recipient <> '') "
    "AND ((settled IS NOT NULL AND settled < :machine) "
    "OR (settled IS NULL AND not_before < :service)) LIMIT :limit)"
)
_QUARANTINE = text(
    "DELETE FROM quarantine WHERE id IN "
    "(SELECT id FROM quarantine WHERE arrived < :service LIMIT :limit)"
)
_TURNS = text(
    "DELETE FROM job_run WHERE (job, slot) IN "
    "(SELECT job, slot FROM job_run WHERE at < :service LIMIT :limit)"
)


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many rows were cleared away."""

    messages: int = 0
    quarantined: int = 0


def keep_house(
    database: Database, retention: RetentionSettings, *, now: datetime, machine: datetime
) -> Cleared:
    """
    Clear away what the retention settings no longer keep.

    Args:
        database: Where.
        retention: How long things are kept.
        now: The service's clock.
        machine: The machine's.

    Raises:
        StoreBusy: The database is; what was cleared before stays cleared.
    """
    messages = quarantined = 0
    if retention.messages is not None:
        messages = _repeat(
            database,
            _EMPTY,
            service=micros(now - retention.messages),
            machine=micros(machine - retention.messages),
        )
    if retention.quarantine is not None:
        quarantined = _repeat(database, _QUARANTINE, service=micros(now - retention.quarantine))
    _repeat(database, _TURNS, service=micros(now - TURNS_KEPT))
    Wallets(database).clear(micros(machine))
    if messages or quarantined:
        log.info("cleared away: %d messages, %d in quarantine", messages, quarantined)
    return Cleared(messages, quarantined)


def _repeat(database: Database, statement: TextClause, **given: Micros) -> int:
    """Run a statement over and over until it finds less than a batch."""
    total = 0
    while True:
        found = database.run(
            lambda connection: _count(connection.execute(statement, {**given, "limit": BATCH}))
        )
        total += found
        if found < BATCH:
            return total


def _count(result: CursorResult[tuple[object, ...]]) -> int:
    return result.rowcount
