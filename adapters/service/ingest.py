"""
From what was sent to what was decided, in one transaction: nothing is acknowledged before it.

Each event ends in one of three ways, and its neighbours go on whatever its own is: accepted,
known already, or put aside with the reason. What a batch is made of never changes what
follows from it: events are decided by learner and in the order of (time, id).
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from adapters.inbound.received import REVIEWS, Received
from adapters.service.deathmark import DeathMark
from adapters.service.deciding import Deciding, EntriesOf, Held, staff_rows
from adapters.store import hotpath
from adapters.store.bulk import Row
from adapters.store.eventrow import row_of
from adapters.store.hotpath import EventKey
from engine.calendar import MICROSECOND, Micros, micros
from engine.events import AHEAD, ANSWERS, Event
from engine.plan import Plan

log = logging.getLogger("milepost.ingest")

AHEAD_MICROS = AHEAD // MICROSECOND
"""How far a sender's clock may be ahead; an event beyond it takes its arrival time."""

MACHINE = (ImportError, MemoryError, OSError)
"""Failures of the machine or of a half-done upgrade, for which no event is to blame."""

MOST_TRIES = 3
"""How many workers an event may kill."""

TIMER_SOURCE = "\x01timer"
"""The source of timers among what workers had in hand; no sender's name has such a letter."""


NO_ANSWER = "is: a review is `{word}` with POST /reviews/KEY, or with milepost review"
"""Why an answer to a review is put aside: nobody has looked whose word counts."""


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


class Sent(msgspec.Struct, frozen=True):
    """One thing that was sent, from whom and when it came."""

    received: Received
    source: str
    arrived: datetime


class _Todo(msgspec.Struct, frozen=True):
    """A new event on its way: its place in the batch, and what it is decided as."""

    place: int
    event: Event
    raw: bytes
    at: Micros
    arrived: Micros


class _FailedError(Exception):
    """Rules failed on an event, or on a timer before one (`todo` is None)."""

    def __init__(self, todo: _Todo | None, reason: str) -> None:
        super().__init__(reason)
        self.todo = todo
        self.reason = reason


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
        self._twins: list[tuple[int, EventKey]] = []

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
            self._connection, [row_of(t.event, t.at, t.arrived, t.raw) for t in todo.values()]
        )
        fresh = list(todo.values()) if new is None else [todo[key] for key in todo if key in new]
        for t in fresh:
            receipts[t.place] = ACCEPTED
        if fresh:
            self._decide(fresh, todo.keys() if new is None else new, receipts)
        for place, key in self._twins:
            if receipts[todo[key].place].taken is Taken.QUARANTINED:
                receipts[place] = receipts[todo[key].place]
        if tries:
            hotpath.forget_tries(self._connection, tries.keys() & todo.keys())
        hotpath.add_quarantine(self._connection, self._aside)
        return receipts

    def _usable(
        self, batch: Sequence[Sent], receipts: list[Receipt], tries: dict[EventKey, int]
    ) -> dict[EventKey, _Todo]:
        """Give the usable events of a batch, each once, sorted by key; put the others aside."""
        todo: dict[EventKey, _Todo] = {}
        known, arrived = None, 0
        for place, sent in enumerate(batch):
            event = sent.received.event
            if event is None:
                receipts[place] = self._put_aside(sent, sent.received.reason)
                continue
            if event.word in ANSWERS and sent.source != REVIEWS:
                receipts[place] = self._put_aside(sent, NO_ANSWER.format(word=event.word))
                continue
            key = (event.source, event.id)
            if key in todo:
                self._twins.append((place, key))
                continue
            if tries and tries.get(key, 0) >= MOST_TRIES:
                reason = f"worker: it was in hand when a worker died, {tries[key]} times"
                log.error("event %s of %s put aside: %s", event.id, event.source, reason)
                receipts[place] = self._put_aside(sent, reason)
                continue
            at = micros(event.time)
            if sent.arrived is not known:
                known, arrived = sent.arrived, micros(sent.arrived)
            if at - arrived > AHEAD_MICROS:
                at, event = arrived, replace(event, time=sent.arrived)
            todo[key] = _Todo(place, event, sent.received.raw, at, arrived)
        return dict(sorted(todo.items()))

    def _put_aside(self, sent: Sent, reason: str) -> Receipt:
        self._aside.append(
            quarantine_row(sent.received.raw, sent.source, sent.received.id, reason, sent.arrived)
        )
        return Receipt(Taken.QUARANTINED, reason)

    # --- deciding --------------------------------------------------------------------------

    def _decide(
        self, fresh: list[_Todo], keys: Collection[EventKey], receipts: list[Receipt]
    ) -> None:
        of_learner: dict[str, list[_Todo]] = {}
        for t in fresh:
            of_learner.setdefault(t.event.learner, []).append(t)
        self._deciding.hold(of_learner, leave_out=keys)
        order: list[_Todo] = []
        for learner in sorted(of_learner):
            own = of_learner[learner]
            if len(own) > 1:
                own.sort(key=lambda t: (t.at, t.event.id))
            order += own
        if self._mark is not None:
            self._mark.batch([(t.event.source, t.event.id) for t in order])
        bad: dict[int, str] = {}
        start = 0
        while start < len(order):
            learner, end = order[start].event.learner, start + 1
            while end < len(order) and order[end].event.learner == learner:
                end += 1
            self._live(order, range(start, end), bad)
            start = end
        if self._mark is not None:
            self._mark.nothing()
        for t in order:
            if t.place in bad:
                self._refuse(t, bad[t.place], receipts)
        self._deciding.write()
        staff = staff_rows(t.event for t in fresh if t.event.role and t.place not in bad)
        if staff:
            hotpath.put_staff(self._connection, staff)

    def _live(self, order: list[_Todo], part: range, bad: dict[int, str]) -> None:
        """Decide about one learner's events; from the start without what fails, if any does."""
        held, with_timers = self._deciding.held(order[part.start].event.learner), True
        mark = self._mark
        while True:
            try:
                for number in part:
                    t = order[number]
                    if bad and t.place in bad:
                        continue
                    if mark is not None:
                        mark.hand(number)
                    if with_timers and held.record.ledger.timers:
                        self._ask_timers(held, t)
                    self._advance(held, t)
            except _FailedError as failed:
                held.put_back()
                if failed.todo is None:
                    with_timers = False
                else:
                    bad[failed.todo.place] = failed.reason
            else:
                break
        if bad and held.is_new and all(order[n].place in bad for n in part):
            self._deciding.let_go(held.learner)
        else:
            self._deciding.seal(held.learner)

    def _ask_timers(self, held: Held, t: _Todo) -> None:
        """Ask the timers that came due before an event happened, because they came first."""
        if t.arrived - t.at > self._plan.stale_micros:
            # History that is loaded late: other events of it may have ended what a timer is
            # about to ask. The sweep asks when all of it is there.
            return
        try:
            self._deciding.ask_due_timers(held, min(t.at, t.arrived), t.arrived)
        except Exception as error:
            log.exception("a timer of %s could not be asked", held.learner)
            raise _FailedError(None, "") from error

    def _advance(self, held: Held, t: _Todo) -> None:
        event = t.event
        try:
            held.advance(self._plan, event, max(t.arrived, t.at))
        except MACHINE:
            raise
        except Exception as error:
            log.exception("event %s of %s could not be decided about", event.id, event.source)
            raise _FailedError(t, f"decide: {type(error).__name__}: {error}") from error

    def _refuse(self, t: _Todo, reason: str, receipts: list[Receipt]) -> None:
        key = (t.event.source, t.event.id)
        hotpath.delete_events(self._connection, [key])
        self._aside.append(quarantine_row(t.raw, t.event.source, t.event.id, reason, t.arrived))
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
