"""Rules that a person has paused: they decide and are counted, and do nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text

from adapters.store import schema
from adapters.store.database import Database
from engine.calendar import instant, micros

ALL = "*"
"""In place of a rule's name: every rule, and all that waits to leave."""

_PAUSE = text(
    'INSERT INTO pauses (rule, at, "by", because) VALUES (:rule, :at, :by, :because) '
    "ON CONFLICT (rule) DO NOTHING"
)
_RESUME = text("DELETE FROM pauses WHERE rule = :rule")
_HOLD = text(
    "UPDATE outbox SET status = 'held', reason = 'paused' WHERE status = 'queued' "
    "AND \"by\" <> '' AND (:rule = '*' OR \"by\" = :rule)"
)
_LET_GO = text(
    "UPDATE outbox SET status = 'queued', reason = '' WHERE status = 'held' "
    "AND reason = 'paused' AND (:rule = '*' OR \"by\" = :rule) "
    'AND "by" NOT IN (SELECT rule FROM pauses)'
)
_LIVE_AGAIN = text(
    "UPDATE rule_live SET since = :now WHERE (:rule = '*' OR rule = :rule OR "
    "substr(rule, 1, :length) = :opening) AND since < :now"
)


@dataclass(frozen=True, slots=True)
class Pause:
    """One pause: since when, by whom, and why."""

    rule: str
    at: datetime
    by: str
    because: str


class Pauses:
    """The pauses of one database. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def all(self) -> Mapping[str, Pause]:
        """Give the pauses by the rule's full name, ALL for all rules."""
        table = schema.pauses
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.rule)).all()
        return {row.rule: Pause(row.rule, instant(row.at), row.by, row.because) for row in rows}

    def pause(self, pause: Pause) -> tuple[bool, int]:
        """
        Pause a rule, and hold what it has written and what has not left.

        Returns:
            Whether it was not paused already, and how many rows are held.
        """

        def work(connection: Connection) -> tuple[bool, int]:
            given = {
                "rule": pause.rule,
                "at": micros(pause.at),
                "by": pause.by,
                "because": pause.because,
            }
            new = connection.execute(_PAUSE, given).rowcount > 0
            return new, connection.execute(_HOLD, {"rule": pause.rule}).rowcount

        return self._database.run(work)

    def resume(self, rule: str, now: datetime) -> tuple[bool, int]:
        """
        Let a rule act again on what comes from now on, and let go what was held.

        Returns:
            Whether it was paused, and how many rows may leave.
        """

        def work(connection: Connection) -> tuple[bool, int]:
            was = connection.execute(_RESUME, {"rule": rule}).rowcount > 0
            if not was:
                return False, 0
            opening = f"{rule} for "
            given = {"rule": rule, "now": micros(now.replace(microsecond=0))}
            connection.execute(_LIVE_AGAIN, {**given, "opening": opening, "length": len(opening)})
            return True, connection.execute(_LET_GO, {"rule": rule}).rowcount

        return self._database.run(work)
