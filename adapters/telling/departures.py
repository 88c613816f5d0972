"""What was decided and what left, by the numbers under which `report` and `outbox` list them."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, text

from adapters.store.history import DecisionRow
from adapters.store.store import Store
from adapters.telling.learner_explaining import decision_of
from engine.calendar import Micros, zone_named
from engine.explain_message import writers_of
from engine.explain_names import UnknownThingError
from engine.explained import Explanation, decision_told
from engine.plan import Plan
from engine.source import NOWHERE
from engine.verdict import Answer, Verdict
from engine.wording import when_shown
from notifications.outbox import Kind, Status

MOST = 20
"""Rows that are told of; the latest."""
EVER = 2**62

_OF = text(
    "SELECT id, kind, recipient, status, reason, not_before FROM outbox WHERE learner = :learner "
    "AND \"by\" = :by AND not_before <= :until AND (:firing = '' OR substr(key, 1, 24) = :firing) "
    "AND (:number = 0 OR id = :number) ORDER BY id DESC LIMIT :most"
)
_BY_ID = text("SELECT learner, key FROM outbox WHERE id = :number")
DECISION, MESSAGE = "decision:", "message:"
FIRING = 24
"""Characters of a row's key that name its firing."""

ON_ITS_WAY = (Status.QUEUED, Status.CLAIMED, Status.WIRE, Status.SENT)
"""What a row is that has left, or still will."""


@dataclass(frozen=True, slots=True)
class Departure:
    """
    What became of a message or a call.

    Attributes:
        number: That of its row in the outbox.
        told: All of it, in a sentence.
        is_message: Whether it is a message.
        stuck: Why a message is not on its way: `failed: no_address`; "" if it is.
    """

    number: int
    told: str
    is_message: bool
    stuck: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A decision, or what made a message, by its number, with as of when and what left of it."""

    found: Explanation
    at: datetime
    left: tuple[str, ...]


def with_departures(
    store: Store, plan: Plan, found: Explanation, until: Micros = EVER
) -> tuple[Explanation, tuple[str, ...]]:
    """
    Give an explanation with what became of what it is about, and that in sentences.

    What a rule fired has not reached the learner yet where its message is held or has failed: the
    headline says so beside it.

    Raises:
        StoreBusy: The database can't say.
    """
    is_message = found.kind == "message"
    writers = [w.id for w in writers_of(plan, found.thing)] if is_message else [found.thing]
    left = [
        each
        for by in writers
        for each in _departures(store, found.learner, by, found.zone, until=until)
    ]
    last = next((each for each in reversed(left) if each.is_message), None)
    if last is not None and last.stuck:
        told = f"{found.headline}; its message {last.number}: {last.stuck}"
        found = replace(found, headline=told)
    return found, tuple(each.told for each in left)


def _departures(
    store: Store,
    learner: str,
    by: str,
    zone: str,
    *,
    until: Micros = EVER,
    firing: str = "",
    number: int = 0,
) -> list[Departure]:
    clock = zone_named(zone) or zone_named("UTC")
    given = {"learner": learner, "by": by, "until": until, "most": MOST}
    with store.database.read() as connection:
        rows = connection.execute(_OF, {**given, "firing": firing, "number": number}).all()
    found = []
    for row in reversed(rows):
        is_message = row.kind == Kind.EMAIL
        what = f"message {row.id}" if is_message else f"call {row.id}"
        to = f" to {row.recipient}" if row.recipient else ""
        at = f", {when_shown(row.not_before, clock)}" if clock else ""
        state = f"{row.status}: {row.reason}" if row.reason else row.status
        stuck = state if is_message and row.status not in ON_ITS_WAY else ""
        found.append(Departure(row.id, f"{what}{to}{at}: {state}", is_message, stuck))
    return found


def by_number(store: Store, learner: str, thing: str) -> Numbered | None:
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
                raise UnknownThingError(thing, f"{learner} has no {opening[:-1]} of that number")
            told = _explained(found, thing, store)
            own = int(number) if opening == MESSAGE else 0
            left = _departures(
                store, learner, found.thing, told.zone, firing=found.firing, number=own
            )
            return Numbered(told, found.at, tuple(each.told for each in left))
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
