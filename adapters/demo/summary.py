"""
What a term has come to, counted in the database, and what to try next.

Every figure is a query, so the table says what an operator would find herself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, text

from adapters.lms.webhook_body import TYPE
from adapters.store.store import Store
from engine.calendar import Micros

HELD_BACK = ("deferred", "suppressed", "capped", "undecided")
"""What else rules did, in the words of all reports."""


class Summary(msgspec.Struct, frozen=True):
    """
    The counts of one database.

    Attributes:
        events: How many were taken.
        learners: Of how many people, staff included.
        credentials: Awards by credential.
        messages: E-mails that left, by the rule or credential that wrote them.
        calls: Calls that the LMS took, by what they ask for: release, lock and so on.
        held_back: Decisions by what rules did instead: deferred, suppressed, capped, undecided.
        outbox: Rows by kind and status, such as `email sent`.
        quarantined: What could not be used.
    """

    events: int
    learners: int
    credentials: dict[str, int]
    messages: dict[str, int]
    calls: dict[str, int]
    held_back: dict[str, int]
    outbox: dict[str, int]
    quarantined: int


class _Call(msgspec.Struct):
    type: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A learner worth looking at, and one of her messages."""

    learner: str
    message: str


_call = msgspec.json.Decoder(_Call)

_CREDENTIALS = "SELECT credential, count(*) FROM awards GROUP BY credential ORDER BY credential"
_MESSAGES = (
    "SELECT thing, count(*) FROM (SELECT DISTINCT o.id, d.thing FROM outbox o JOIN decisions d "
    "ON d.learner = o.learner AND d.firing = substr(o.key, 1, 24) AND d.did IN "
    "('fired', 'awarded') WHERE o.kind = 'email' AND o.status = 'sent') AS told "
    "GROUP BY thing ORDER BY thing"
)
_CALLS = "SELECT data FROM outbox WHERE kind = 'webhook' AND status = 'sent'"
_HELD_BACK = "SELECT did, count(*) FROM decisions WHERE NOT draft GROUP BY did"
_UNFINISHED = text(
    "SELECT count(*) FROM outbox WHERE status IN ('claimed', 'wire') "
    "OR (status = 'queued' AND not_before <= :now)"
)
_DUE = text("SELECT count(*) FROM timers WHERE due <= :until")
_INTERESTING = text(
    "SELECT d.learner FROM decisions d JOIN awards a ON a.learner = d.learner "
    "WHERE d.learner NOT IN (SELECT learner FROM awards WHERE credential = :stack) "
    "GROUP BY d.learner ORDER BY count(DISTINCT d.thing) DESC, count(*) DESC, d.learner LIMIT 1"
)
_ANYBODY = text(
    "SELECT learner FROM decisions GROUP BY learner ORDER BY count(*) DESC, learner LIMIT 1"
)
_ADDRESS = text(
    "SELECT recipient FROM outbox WHERE learner = :learner AND kind = 'email' "
    "AND status = 'sent' ORDER BY id LIMIT 1"
)


def summary(store: Store) -> Summary:
    """Count what a database holds."""
    counts = store.counts()
    outbox = {
        f"{kind.value} {status.value}": number
        for (kind, status), number in sorted(store.outbox.counts().items())
    }
    with store.database.read() as connection:
        did = _by_name(connection, _HELD_BACK)
        calls = Counter(
            _call.decode(data).type.removeprefix(TYPE)
            for data in connection.exec_driver_sql(_CALLS).scalars()
        )
        return Summary(
            events=counts["events"],
            learners=counts["records"],
            credentials=_by_name(connection, _CREDENTIALS),
            messages=_by_name(connection, _MESSAGES),
            calls=dict(sorted(calls.items())),
            held_back={name: did.get(name, 0) for name in HELD_BACK},
            outbox=outbox,
            quarantined=counts["quarantine"],
        )


def unfinished(store: Store, now: Micros, until: Micros) -> int:
    """Count what should still happen: rows that may leave, and timers due up to an instant."""
    with store.database.read() as connection:
        rows: int = connection.execute(_UNFINISHED, {"now": now}).scalar_one()
        timers: int = connection.execute(_DUE, {"until": until}).scalar_one()
    return rows + timers


def pick(store: Store, stack: str) -> Pick | None:
    """Find a learner who has earned something but not the whole; None in an empty database."""
    with store.database.read() as connection:
        learner = (
            connection.execute(_INTERESTING, {"stack": stack}).scalar()
            or connection.execute(_ANYBODY).scalar()
        )
        if learner is None:
            return None
        address = connection.execute(_ADDRESS, {"learner": learner}).scalar()
    return Pick(learner, address or "")


def table(found: Summary) -> Iterator[str]:
    """Write the counts as lines: a heading, and under it names with their numbers."""
    yield from _part("Taken in", {"events": found.events, "people": found.learners})
    yield from _part("Credentials earned", found.credentials)
    yield from _part("Messages written, by rule", found.messages)
    yield from _part("What the LMS was told", found.calls)
    yield from _part("Messages that rules held back", found.held_back)
    others = {name: number for name, number in found.outbox.items() if not name.endswith(" sent")}
    if others:
        yield from _part("Not sent", others)
    yield from _part("Put aside", {"events that can't be used": found.quarantined})


def _part(heading: str, numbers: dict[str, int]) -> Iterator[str]:
    yield heading
    for name, number in numbers.items():
        yield f"  {number:>7,}  {name}"
    if not numbers:
        yield "        0  nothing"


def _by_name(connection: Connection, statement: str) -> dict[str, int]:
    found = connection.exec_driver_sql(statement).all()
    return {row[0]: row[1] for row in found}
