"""
The learners whose records one transaction holds: what is decided on them is written at once.

Load, decide, write: ingest, sweep and refold differ only in what they decide about. A
learner's timers that are due are asked before an event of hers is, because they came first.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection

from adapters.store import hotpath
from adapters.store.bulk import Row
from adapters.store.eventrow import event_of
from adapters.store.hotpath import EventKey, StoredRecord
from adapters.store.outbox import row_of
from adapters.store.reviews import review_rows
from adapters.store.verdictrow import encode_verdict
from engine.calendar import Micros, micros
from engine.decide import RulesChanged, TimerDue, Trigger, advance
from engine.events import ANSWERS, Event, Word
from engine.outcome import Decision, Did, Effect, Outcome
from engine.plan import Plan
from engine.record import LEARNER_ROLES, Record, decode_record, encode_record
from engine.undoing import undo
from notifications.outbox import Entry

EntriesOf = Callable[[Effect, Record], Sequence[Entry]]
"""What an effect becomes in the outbox."""

_evidence = msgspec.msgpack.Encoder()
_AWARD_CHANGES = frozenset({Did.AWARDED, Did.EXPIRED, Did.REVOKED, Did.RENEWED, Did.RESTORED})


class Held:
    """One learner in hand: her record, and what was decided since it was loaded."""

    __slots__ = (
        "_record",
        "answered",
        "asked",
        "blob",
        "decisions",
        "learner",
        "needs",
        "timers",
        "version",
    )

    def __init__(self, stored: StoredRecord | None, learner: str, asked: str) -> None:
        """Take a stored record in hand, or begin a new one, asked by a ruleset."""
        if stored is None:
            self.version, self.needs, self.asked, self.blob = 0, "", asked, b""
        else:
            _, self.version, self.needs, self.asked, self.blob = stored
            if not self.blob:
                self.needs, self.asked = "", asked
        self.learner = learner
        self.answered = False
        self.decisions: list[Decision] = []
        self.timers: dict[str, Micros | None] = {}
        self._record: Record | None = None

    @property
    def record(self) -> Record:
        """Give her record as decided so far; decoded when it is first asked for."""
        record = self._record
        if record is None:
            record = decode_record(self.blob) if self.blob else Record(self.learner)
            self._record = record
        return record

    def put_back(self, record: Record | None = None) -> None:
        """Go back to what was stored, or on from another record, with nothing decided."""
        self._record = record
        self.decisions.clear()
        self.timers.clear()

    @property
    def is_new(self) -> bool:
        """Say whether nothing had been known of her."""
        return not self.blob

    def advance(self, plan: Plan, trigger: Trigger, now: Micros) -> None:
        """Decide what follows from a trigger, and add it to what was decided."""
        self.take(advance(plan, self.record, trigger, now))
        if isinstance(trigger, RulesChanged) or (
            isinstance(trigger, Event) and trigger.word in ANSWERS
        ):
            self.answered = True

    def take(self, outcome: Outcome) -> None:
        """Add an outcome to what was decided."""
        self._record = outcome.record
        if outcome.decisions:
            self.decisions += outcome.decisions
        if outcome.timers:
            self.timers.update(outcome.timers)


@dataclass(slots=True)
class _Rows:
    """What a transaction is going to write."""

    records: list[StoredRecord] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    awards: list[Row] = field(default_factory=list)
    entries: dict[str, Row] = field(default_factory=dict)
    timers: list[tuple[str, str, Micros]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)


class Deciding:
    """
    One transaction's learners. Not to be shared between threads.

    A learner is best decoded, decided about and sealed before the next one is looked at: a
    thousand records at once are more than a processor keeps near.
    """

    def __init__(self, connection: Connection, plan: Plan, entries_of: EntriesOf) -> None:
        """Begin with nobody, in a transaction that writes."""
        self._connection = connection
        self._plan = plan
        self._entries_of = entries_of
        self._held: dict[str, Held] = {}
        self._rows = _Rows()

    # --- loading ---------------------------------------------------------------------------

    def hold(self, learners: Collection[str], leave_out: Collection[EventKey] = ()) -> None:
        """
        Lock learners and load their records; refold those that keep what was asked formerly.

        Args:
            learners: Whom, in any order.
            leave_out: Keys of events that are stored already but not yet decided about.
        """
        stored = hotpath.lock_records(self._connection, sorted(learners))
        known = {record.learner: record for record in stored}
        needs, asked = self._plan.needs_fingerprint, self._plan.ruleset.fingerprint
        for learner in learners:
            held = Held(known.get(learner), learner, asked)
            self._held[learner] = held
            if held.needs != needs:
                if not held.is_new:
                    self.refold(learner, leave_out)
                    held.blob = encode_record(held.record)
                held.needs = needs

    def held(self, learner: str) -> Held:
        """Give a learner who is in hand."""
        return self._held[learner]

    def refold(self, learner: str, leave_out: Collection[EventKey] = ()) -> None:
        """Fold a learner's events anew, as the ruleset needs them; what was decided stays."""
        held = self._held[learner]
        record = Record(learner, ledger=held.record.ledger)
        for row in hotpath.events_of(self._connection, learner):
            if (row.source, row.id) not in leave_out:
                event = event_of(row)
                record.fold(event, self._plan.place(event))
        held.put_back(record)

    # --- deciding --------------------------------------------------------------------------

    def advance(self, learner: str, trigger: Trigger, now: Micros) -> None:
        """Decide what follows from a trigger."""
        self._held[learner].advance(self._plan, trigger, now)

    def undo(
        self, learner: str, rule: str, firings: Collection[str], now: Micros, because: str
    ) -> bool:
        """Take back what firings of a rule have done to a learner; say whether anything was."""
        held = self._held[learner]
        outcome = undo(self._plan, held.record, rule, firings, now, because)
        held.take(outcome)
        return bool(outcome.decisions)

    def ask_due_timers(self, held: Held, before: Micros, now: Micros) -> None:
        """Ask a learner's timers that came due before an instant, in their order."""
        timers = held.record.ledger.timers
        if not timers or min(timers.values()) >= before:
            return
        due = sorted((at, key) for key, at in timers.items() if at < before)
        for _, key in due:
            held.advance(self._plan, TimerDue(key), now)

    def put_back(self, learner: str) -> None:
        """Undo all that was decided about a learner since she was loaded."""
        self._held[learner].put_back()

    def let_go(self, learner: str) -> None:
        """Write nothing about a learner after all."""
        del self._held[learner]

    # --- writing ---------------------------------------------------------------------------

    def seal(self, learner: str) -> None:
        """Turn what was decided about a learner into rows; nothing more is decided about her."""
        held, rows = self._held.pop(learner), self._rows
        record = held.record
        rows.records.append(
            StoredRecord(learner, held.version, held.needs, held.asked, encode_record(record))
        )
        if held.timers:
            for key, due in held.timers.items():
                if due is None:
                    rows.gone.append((learner, key))
                else:
                    rows.timers.append((learner, key, due))
        if record.ledger.reviews and (held.decisions or held.answered):
            rows.reviews += review_rows(record)
        if not held.decisions:
            return
        fingerprint = self._plan.ruleset.fingerprint
        for decision in held.decisions:
            rows.decisions.append(_decision_row(learner, decision, fingerprint))
            for effect in decision.effects:
                for entry in self._entries_of(effect, record):
                    rows.entries.setdefault(entry.key, row_of(entry))
        changed = {d.thing for d in held.decisions if d.did in _AWARD_CHANGES and not d.draft}
        if changed:
            rows.awards += _award_rows(record, changed, fingerprint)

    def write(self) -> None:
        """
        Seal whoever is left and write everything down; the caller commits.

        Raises:
            Conflict: A record was written by somebody else; decide again.
        """
        for learner in sorted(self._held):
            self.seal(learner)
        connection, rows = self._connection, self._rows
        if rows.records:
            hotpath.save_records(connection, rows.records)
        hotpath.drop_timers(connection, rows.gone)
        hotpath.put_timers(connection, rows.timers)
        hotpath.add_decisions(connection, rows.decisions)
        hotpath.put_awards(connection, rows.awards)
        hotpath.put_reviews(connection, rows.reviews)
        hotpath.add_outbox(connection, list(rows.entries.values()))


def _decision_row(learner: str, decision: Decision, fingerprint: str) -> Row:
    return (
        learner,
        decision.did.value,
        decision.thing,
        decision.at,
        decision.course,
        decision.trigger,
        decision.firing,
        decision.because,
        decision.until,
        fingerprint,
        None if decision.verdict is None else encode_verdict(decision.verdict),
        decision.level,
        decision.draft,
        decision.again,
    )


def _award_rows(record: Record, credentials: Iterable[str], fingerprint: str) -> list[Row]:
    return [
        (
            record.learner,
            credential,
            number,
            award.at,
            _evidence.encode(award.evidence),
            award.expires,
            award.ended,
            award.ended_by,
            fingerprint,
        )
        for credential in sorted(credentials)
        for number, award in enumerate(record.ledger.awards.get(credential, ()), 1)
    ]


def staff_rows(events: Iterable[Event]) -> list[Row]:
    """Give what events say of roles that are not a learner's, as rows of `staff`."""
    latest: dict[tuple[str, str, str], Event] = {}
    for event in events:
        if event.role and event.role not in LEARNER_ROLES and event.word in _ENROLMENT:
            key = (event.object, event.role, event.learner)
            known = latest.get(key)
            if known is None or event.order > known.order:
                latest[key] = event
    return [
        (*key, micros(event.time), event.id, (event.word == Word.ENROLLED) is not event.undone)
        for key, event in sorted(latest.items())
    ]


_ENROLMENT = frozenset({Word.ENROLLED, Word.UNENROLLED})
