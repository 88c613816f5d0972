"""What a rule did in a stretch of time, and what of it can be taken back."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from adapters.store.store import Store
from engine.calendar import Micros

_FIRINGS = text(
    "SELECT DISTINCT learner, firing FROM decisions WHERE thing = :rule AND did = 'fired' "
    "AND NOT draft AND at >= :since AND at < :until"
)
_ROWS = text(
    'SELECT id, key, learner, kind, status, category, data FROM outbox WHERE "by" = :rule '
    "AND substr(key, 1, 24) IN (SELECT firing FROM decisions WHERE thing = :rule "
    "AND did = 'fired' AND NOT draft AND at >= :since AND at < :until)"
)
_DROP = text(
    "UPDATE outbox SET status = 'suppressed', reason = :reason WHERE \"by\" = :rule "
    "AND kind = 'email' AND status IN ('queued', 'held') AND substr(key, 1, 24) IN "
    "(SELECT firing FROM decisions WHERE thing = :rule AND did = 'fired' AND NOT draft "
    "AND at >= :since AND at < :until)"
)
LEFT = frozenset({"sent", "wire", "claimed", "in_doubt"})


@dataclass(slots=True)
class Done:
    """
    What a rule did in a stretch of time.

    Attributes:
        firings: By learner.
        waits: Messages that have not left and can be dropped: learner and key of each.
        gone: What has left and can't be taken back, by kind.
    """

    firings: dict[str, set[str]] = field(default_factory=dict)
    waits: list[tuple[str, str]] = field(default_factory=list)
    gone: Counter[str] = field(default_factory=Counter)


def done_by(store: Store, rule: str, since: Micros, until: Micros) -> Done:
    """Look up what a rule did from one instant up to another."""
    given = {"rule": rule, "since": since, "until": until}
    found = Done()
    with store.database.read() as connection:
        for learner, firing in connection.execute(_FIRINGS, given):
            found.firings.setdefault(learner, set()).add(firing)
        for row in connection.execute(_ROWS, given):
            if row.kind == "email":
                if row.status in LEFT:
                    found.gone["messages that were sent"] += 1
                elif row.status in ("queued", "held"):
                    found.waits.append((row.learner, row.key))
    return found


def drop_messages(store: Store, rule: str, since: Micros, until: Micros, reason: str) -> int:
    """Drop a rule's messages of a stretch of time that have not left; give how many."""
    given = {"rule": rule, "since": since, "until": until, "reason": reason}

    def work(connection: Connection) -> int:
        return connection.execute(_DROP, given).rowcount

    return store.database.run(work)
