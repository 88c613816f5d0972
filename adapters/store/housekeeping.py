"""
What is no longer needed is deleted, in small transactions that keep nobody waiting for long.

Events, records and awards are never deleted here: they are what a credential rests on.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, TextClause, text

from adapters.store.database import Database
from engine.calendar import Micros, micros

AT_ONCE = 2_000
"""Rows deleted in one transaction."""

_SENT = text(
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox "
    "WHERE status IN ('sent', 'suppressed', 'expired') AND coalesce(settled, not_before) < :before "
    "LIMIT :limit)"
)
_DECISIONS = text(
    "DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE at < :before LIMIT :limit)"
)
_RUNS = text(
    "DELETE FROM job_run WHERE (job, slot) IN "
    "(SELECT job, slot FROM job_run WHERE at < :before LIMIT :limit)"
)
_DROPPED = text(
    "DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine "
    "WHERE state = 'dropped' AND arrived < :before LIMIT :limit)"
)


def forget_sent(database: Database, before: datetime) -> int:
    """
    Delete outbox rows that came to a good end before an instant; give how many.

    Their keys go with them, so keep them for longer than a rule may decide the same thing again.
    """
    return _in_pieces(database, _delete(_SENT, micros(before)))


def forget_decisions(database: Database, before: datetime) -> int:
    """Delete decisions made before an instant; awards and what they rest on stay."""
    return _in_pieces(database, _delete(_DECISIONS, micros(before)))


def forget_runs(database: Database, before: datetime) -> int:
    """Delete turns of jobs taken before an instant."""
    return _in_pieces(database, _delete(_RUNS, micros(before)))


def forget_dropped(database: Database, before: datetime) -> int:
    """Delete what was dropped from the quarantine and had come before an instant."""
    return _in_pieces(database, _delete(_DROPPED, micros(before)))


def _delete(statement: TextClause, before: Micros) -> Callable[[Connection], int]:
    given = {"before": before, "limit": AT_ONCE}
    return lambda connection: connection.execute(statement, given).rowcount


def _in_pieces(database: Database, delete: Callable[[Connection], int]) -> int:
    total = 0
    while deleted := database.run(delete):
        total += deleted
        if deleted < AT_ONCE:
            break
    return total
