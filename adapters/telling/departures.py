"""What was decided and what left, by the numbers under which `report` and `outbox` list them."""

from datetime import datetime

from sqlalchemy import Connection, text

from adapters.store.history import DecisionRow
from adapters.store.store import Store
from adapters.telling.learner_explaining import decision_of
from engine.calendar import Micros, zone_named
from engine.explain import UnknownThingError
from engine.explained import Explanation, decision_told
from engine.source import NOWHERE
from engine.verdict import Answer, Verdict
from engine.wording import when_shown

MOST = 20
"""Rows that are told of; the latest."""
EVER = 2**62

_OF = text(
    "SELECT id, kind, recipient, status, reason, not_before FROM outbox WHERE learner = :learner "
    'AND "by" = :by AND not_before <= :until ORDER BY id DESC LIMIT :most'
)
_BY_ID = text("SELECT learner, key FROM outbox WHERE id = :number")
DECISION, MESSAGE = "decision:", "message:"
FIRING = 24
"""Characters of a row's key that name its firing."""


def departures(
    store: Store, learner: str, by: str, zone: str, until: Micros = EVER
) -> tuple[str, ...]:
    """
    Tell what became of what a rule or credential wrote to a learner, or asked of the LMS for her.

    Raises:
        StoreBusy: The database can't say.
    """
    clock = zone_named(zone) or zone_named("UTC")
    given = {"learner": learner, "by": by, "until": until, "most": MOST}
    with store.database.read() as connection:
        rows = connection.execute(_OF, given).all()
    found = []
    for row in reversed(rows):
        what = f"message {row.id}" if row.kind == "email" else f"call {row.id}"
        to = f" to {row.recipient}" if row.recipient else ""
        at = f", {when_shown(row.not_before, clock)}" if clock else ""
        because = f": {row.reason}" if row.reason else ""
        found.append(f"{what}{to}{at}: {row.status}{because}")
    return tuple(found)


def by_number(store: Store, learner: str, thing: str) -> tuple[Explanation, datetime] | None:
    """
    Explain `decision:17` or `message:17` of a learner; None where the name is no number.

    Raises:
        UnknownThingError: She has no such decision or message.
    """
    for opening in (DECISION, MESSAGE):
        number = thing.removeprefix(opening)
        if thing.startswith(opening) and number.isdecimal():
            found = _row(store, learner, opening, int(number))
            if found is None:
                raise UnknownThingError(thing, ())
            return _explained(found, thing, store), found.at
    return None


def _row(store: Store, learner: str, opening: str, number: int) -> DecisionRow | None:
    rows = store.history.decisions_of(learner, limit=1_000_000)
    if opening == DECISION:
        return next((row for row in rows if row.id == number), None)
    with store.database.read() as connection:
        key = _key(connection, learner, number)
    of_firing = [row for row in rows if key and row.firing == key[:FIRING]]
    return of_firing[-1] if of_firing else None


def _key(connection: Connection, learner: str, number: int) -> str:
    row = connection.execute(_BY_ID, {"number": number}).first()
    return row.key if row is not None and row.learner == learner else ""


def _explained(row: DecisionRow, thing: str, store: Store) -> Explanation:
    stored = store.record_of(row.learner)
    zone = zone_named(stored.said("zone") if stored else "") or zone_named("UTC")
    decision = decision_of(row)
    told = decision_told(decision, zone) if zone else row.did.value
    verdict = row.verdict or Verdict(Answer.YES, row.thing, told, NOWHERE)
    because = () if not row.because else (f"{row.did.value}: {row.because}",)
    return Explanation(
        row.learner,
        row.thing,
        thing.partition(":")[0],
        row.thing,
        verdict.answer,
        f"{row.thing} {told}, by ruleset {row.fingerprint}",
        verdict,
        because,
        zone=zone.key if zone else "UTC",
    )
