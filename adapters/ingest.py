"""
From what was sent to what was decided, in one transaction: nothing is acknowledged before it.

Each event ends in one of three ways, and its neighbours go on whatever its own is: accepted,
known already, or put aside with the reason. What a batch is made of never changes what
follows from it: events are decided by learner and in the order of (time, id).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from msgspec.structs import replace
from sqlalchemy import Connection

from adapters.deathmark import DeathMark
from adapters.deciding import Deciding, EntriesOf, staff_rows
from adapters.inbound.received import Received
from adapters.store import hotpath
from adapters.store.bulk import Row
from adapters.store.eventrow import row_of
from adapters.store.failures import Conflict, StoreBusy
from adapters.store.hotpath import EventKey
from engine.calendar import Micros, micros
from engine.events import Event
from engine.plan import Plan

log = logging.getLogger("milepost.ingest")

AHEAD = timedelta(minutes=5)
"""How far a sender's clock may be ahead; an event beyond it takes its arrival time."""

MOST_TRIES = 3
"""How many workers an event may kill."""

TIMER_SOURCE = "\x01timer"
"""The source of timers among what workers had in hand; no sender's name has such a letter."""


class Taken(StrEnum):
    """How one thing that was sent was taken."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one thing that was sent; `reason` says why it was put aside."""

    taken: Taken
    reason: str = ""


ACCEPTED = Receipt(Taken.ACCEPTED)
DUPLICATE = Receipt(Taken.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that was sent, from whom and when it came."""

    received: Received
    source: str
    arrived: datetime


@dataclass(slots=True)
class _Todo:
    """A new event on its way: its place in the batch, and what it is decided as."""

    place: int
    event: Event
    raw: bytes
    arrived: Micros


class Ingest:
    """One batch in one transaction."""

    def __init__(
        self, connection: Connection, plan: Plan, entries_of: EntriesOf, mark: DeathMark | None
    ) -> None:
        """Begin in a transaction that writes."""
        self._connection = connection
        self._plan = plan
        self._mark = mark
        self._deciding = Deciding(connection, plan, entries_of)
        self._aside: list[Row] = []

    def take(self, batch: Sequence[Sent]) -> list[Receipt]:
        """
        Take a batch, and give a receipt for each of it, in order; the caller commits.

        Raises:
            Conflict: Another service was first; take it again.
        """
        receipts: list[Receipt] = [DUPLICATE] * len(batch)
        tries = hotpath.tries_of(self._connection)
        todo = self._usable(batch, receipts, tries)
        new = hotpath.insert_events(
            self._connection, [row_of(t.event, t.arrived, t.raw) for t in todo.values()]
        )
        fresh = [t for key, t in todo.items() if new is None or key in new]
        for t in fresh:
            receipts[t.place] = ACCEPTED
        if fresh:
            self._decide(fresh, receipts)
        if tries:
            hotpath.forget_tries(self._connection, tries.keys() & todo.keys())
        hotpath.add_quarantine(self._connection, self._aside)
        return receipts

    def _usable(
        self, batch: Sequence[Sent], receipts: list[Receipt], tries: dict[EventKey, int]
    ) -> dict[EventKey, _Todo]:
        """Give the usable events of a batch, each once, sorted by key; put the others aside."""
        todo: dict[EventKey, _Todo] = {}
        for place, sent in enumerate(batch):
            event = sent.received.event
            if event is None:
                receipts[place] = self._put_aside(sent, sent.received.reason)
                continue
            key = (event.source, event.id)
            if key in todo:
                continue
            if tries and tries.get(key, 0) >= MOST_TRIES:
                reason = f"worker: it was in hand when a worker died, {tries[key]} times"
                log.error("event %s of %s put aside: %s", event.id, event.source, reason)
                receipts[place] = self._put_aside(sent, reason)
                continue
            if event.time - sent.arrived > AHEAD:
                event = replace(event, time=sent.arrived)
            todo[key] = _Todo(place, event, sent.received.raw, micros(sent.arrived))
        return dict(sorted(todo.items()))

    def _put_aside(self, sent: Sent, reason: str) -> Receipt:
        self._aside.append(
            quarantine_row(sent.received.raw, sent.source, sent.received.id, reason, sent.arrived)
        )
        return Receipt(Taken.QUARANTINED, reason)

    # --- deciding --------------------------------------------------------------------------

    def _decide(self, fresh: list[_Todo], receipts: list[Receipt]) -> None:
        of_learner: dict[str, list[_Todo]] = {}
        for t in fresh:
            of_learner.setdefault(t.event.learner, []).append(t)
        keys = frozenset((t.event.source, t.event.id) for t in fresh)
        self._deciding.hold(of_learner, leave_out=keys)
        order = [
            t
            for learner in sorted(of_learner)
            for t in sorted(of_learner[learner], key=lambda t: t.event.order)
        ]
        if self._mark is not None:
            self._mark.batch([(t.event.source, t.event.id) for t in order])
        bad: dict[int, str] = {}
        learners_bad: set[str] = set()
        for number, t in enumerate(order):
            if t.event.learner in learners_bad:
                continue
            if self._mark is not None:
                self._mark.hand(number)
            problem = self._advance(t)
            if problem:
                bad[t.place] = problem
                learners_bad.add(t.event.learner)
        if self._mark is not None:
            self._mark.nothing()
        for learner in sorted(learners_bad):
            self._again(learner, [t for t in order if t.event.learner == learner], bad)
        for t in order:
            if t.place in bad:
                self._refuse(t, bad[t.place], receipts)
        self._deciding.write()
        staff = staff_rows(t.event for t in fresh if t.place not in bad and t.event.role)
        if staff:
            hotpath.put_staff(self._connection, staff)

    def _advance(self, t: _Todo) -> str:
        """Decide about one event; give what went wrong, "" if nothing did."""
        event = t.event
        at = micros(event.time)
        now = max(t.arrived, at)
        try:
            # Timers of history that is loaded late are for the sweep: later events of the
            # same load may have ended what they ask about.
            if now - at <= self._plan.stale_micros:
                self._deciding.ask_due_timers(event.learner, min(at, t.arrived), t.arrived)
            self._deciding.advance(event.learner, event, now)
        except (Conflict, StoreBusy):
            raise
        except Exception as error:
            log.exception("event %s of %s could not be decided about", event.id, event.source)
            return f"decide: {type(error).__name__}: {error}"
        return ""

    def _again(self, learner: str, todo: list[_Todo], bad: dict[int, str]) -> None:
        """Decide about a learner's other events from the start, without those that failed."""
        left = todo
        while any(t.place in bad for t in left):
            left = [t for t in left if t.place not in bad]
            self._deciding.put_back(learner)
            for t in left:
                problem = self._advance(t)
                if problem:
                    bad[t.place] = problem
                    break

    def _refuse(self, t: _Todo, reason: str, receipts: list[Receipt]) -> None:
        key = (t.event.source, t.event.id)
        hotpath.delete_events(self._connection, [key])
        self._aside.append(
            quarantine_row(t.raw, t.event.source, t.event.id, reason, t.arrived)
        )
        receipts[t.place] = Receipt(Taken.QUARANTINED, reason)


def quarantine_row(
    raw: bytes, source: str, item: str, reason: str, arrived: datetime | Micros
) -> Row:
    """Give a thing that is put aside as a row of `quarantine`."""
    at = micros(arrived) if isinstance(arrived, datetime) else arrived
    digest = sha256(raw).hexdigest()[:32]
    return (
        source,
        item.replace("\x00", "�"),
        digest,
        raw,
        reason.replace("\x00", "�"),
        at,
        0,
        "waiting",
    )
