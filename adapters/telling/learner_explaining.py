"""
Explanations from the database: of what is so now, and of what was known at an earlier instant.

Now: the learner's events folded anew, with what was decided about her. Earlier: her events up to
then, lived through from the beginning by the ruleset in force.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from adapters.store.history import DecisionRow
from adapters.store.store import Store
from adapters.telling.explaining import explain_history
from engine.calendar import micros
from engine.events import Event
from engine.explain import explain
from engine.explain_names import named
from engine.explained import Explanation, told
from engine.outcome import Decision
from engine.plan import Plan
from engine.record import Record


class UnknownLearnerError(LookupError):
    """Nothing is known of a learner."""

    def __init__(self, learner: str) -> None:
        """Name her."""
        super().__init__(f"nothing is known of a learner `{learner}`")


def explain_learner(
    store: Store, plan: Plan, learner: str, thing: str, on: datetime | None, now: datetime
) -> Explanation:
    """
    Explain a credential, a skill, a rule, a message or an activity for one learner.

    Args:
        store: The database.
        plan: The ruleset in force.
        learner: Who.
        thing: A full name, or a name that only one thing has.
        on: As known then; None for now.
        now: The service's time.

    Raises:
        UnknownThingError: No thing has that name.
        UnknownLearnerError: Nothing is known of the learner, or was then.
        StoreBusy: The database can't say.
    """
    kind, full = named(plan, thing)
    about = "" if kind in ("message", "activity") else full
    name = full if kind == "message" else f"{kind}:{full}"
    stored = store.record_of(learner)
    if stored is None:
        raise UnknownLearnerError(learner)
    events = store.events_of(learner)
    if on is not None and on < now:
        events = [event for event in events if event.time <= on]
        if not events:
            raise UnknownLearnerError(learner)
        then = explain_history(plan, learner, events, name, micros(on))
        if not about:
            return then
        made = [d for d in _decisions(store, learner, about) if d.at <= micros(on)]
        return replace(then, history=told(plan, then, made))
    record = folded(plan, stored, events)
    return explain(plan, record, name, micros(now), _decisions(store, learner, about))


def folded(plan: Plan, stored: Record, events: Iterable[Event]) -> Record:
    """Give a learner's events folded anew by a ruleset, with what was decided about her."""
    record = Record(stored.learner, ledger=stored.ledger)
    for event in events:
        record.fold(event, plan.place(event))
    return record


def _decisions(store: Store, learner: str, thing: str) -> list[Decision]:
    """Give what was really decided, as the ledger has it."""
    return [decision_of(row) for row in store.history.decisions_of(learner, thing)]


def decision_of(row: DecisionRow) -> Decision:
    """Give a stored decision as the engine knows it; its effects went to the outbox."""
    return Decision(
        did=row.did,
        thing=row.thing,
        at=micros(row.at),
        course=row.course,
        trigger=row.trigger,
        firing=row.firing,
        because=row.because,
        until=None if row.until is None else micros(row.until),
        verdict=row.verdict,
        level=row.level,
        draft=row.draft,
        again=row.again,
    )
