"""Runs of rules that wait for a person because they would write to many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from adapters.outgoing.brakes import CONFIRMED, RUN
from adapters.store.store import Store
from engine.calendar import micros

_WAITING = text(
    "SELECT \"by\" AS rule, count(*) AS number FROM outbox WHERE status = 'held' "
    'AND reason = \'confirm\' GROUP BY "by" ORDER BY "by"'
)
_LET_GO = text(
    "UPDATE outbox SET status = 'queued', reason = '' WHERE status = 'held' "
    "AND reason = 'confirm' AND \"by\" = :rule"
)
_REFUSED = text(
    "SELECT learner, key FROM outbox WHERE status = 'held' AND reason = 'confirm' "
    'AND "by" = :rule'
)
_REFUSE = text(
    "UPDATE outbox SET status = 'suppressed', reason = :reason WHERE status = 'held' "
    "AND reason = 'confirm' AND \"by\" = :rule"
)
_PUT = text(
    "INSERT INTO settings (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A rule's messages that wait for a person."""

    rule: str
    messages: int


def waiting(store: Store) -> tuple[Run, ...]:
    """Give the runs that wait."""
    with store.database.read() as connection:
        return tuple(Run(row.rule, row.number) for row in connection.execute(_WAITING))


def confirm(store: Store, rule: str, now: datetime) -> int:
    """Let a rule's run go, and what it still writes within a day; give how many may leave."""

    def work(connection: Connection) -> int:
        until = micros(now + RUN)
        connection.execute(_PUT, {"name": CONFIRMED + rule, "value": str(until)})
        return connection.execute(_LET_GO, {"rule": rule}).rowcount

    return store.database.run(work)


def refuse(store: Store, rule: str, by: str, because: str) -> Sequence[tuple[str, str]]:
    """Drop what waits of a rule's run; give learner and key of each message dropped."""

    def work(connection: Connection) -> Sequence[tuple[str, str]]:
        dropped = [(row.learner, row.key) for row in connection.execute(_REFUSED, {"rule": rule})]
        reason = f"refused: {by}{f', {because}' if because else ''}"
        connection.execute(_REFUSE, {"rule": rule, "reason": reason})
        return dropped

    return store.database.run(work)
