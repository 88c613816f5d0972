"""What becomes of what was sent: accepted, known already, or put aside; never lost."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from adapters.inbound.received import Received, refused
from adapters.outgoing.effects import entries_for, thaw
from adapters.service.ingest import Receipt, Taken
from adapters.service.service import Service
from adapters.store import Store, hotpath
from adapters.store.failures import StoreBusy
from engine.calendar import instant
from engine.decide import advance
from engine.events import Event
from engine.matching import Fact
from engine.outcome import Decision
from engine.plan import Plan
from engine.record import Record
from engine.replay import live_through
from notifications.mode import Mode
from notifications.outbox import Kind, Status
from tests.adapters.service.small_rules import (
    START,
    batches,
    enrolled,
    history,
    plan,
    received,
    ruleset,
)

LATER = START + timedelta(days=400)
"""When history is loaded: long after it happened."""


def take(service: Service, events: list[Event]) -> list[Receipt]:
    """Bring events in, all at LATER."""
    return service.ingest([received(event) for event in events], LATER, "lms")


def awards_by_replay(events: list[Event]) -> set[tuple[str, str]]:
    """Say who holds what according to the engine alone, in order."""
    of: dict[str, list[Event]] = {}
    for event in events:
        of.setdefault(event.learner, []).append(event)
    found = set()
    for learner, theirs in of.items():
        record = live_through(plan(), learner, theirs, None, lambda _outcome, _at: None)
        found |= {(learner, name) for name in record.ledger.awards}
    return found


def awards_in(store: Store) -> set[tuple[str, str]]:
    """Say who holds what according to the database."""
    return {(a.learner, a.credential) for n in store.learners() for a in store.history.awards_of(n)}


def test_events_are_accepted_once(service: Service, store: Store) -> None:
    """A redelivery is known, in the same batch or later, and changes nothing."""
    events = history(3, 20, seed=1)
    assert [Taken.ACCEPTED] * 23 + [Taken.DUPLICATE] == [
        receipt.taken for receipt in take(service, [*events, events[5]])
    ]
    before = {name: store.record_of(name) for name in store.learners()}
    assert {Taken.DUPLICATE} == {receipt.taken for receipt in take(service, events)}
    assert before == {name: store.record_of(name) for name in store.learners()}
    assert 23 == store.counts()["events"]


def test_an_event_comes_back_as_it_was(service: Service, store: Store) -> None:
    """What is folded again is what was folded first."""
    events = history(1, 15, seed=2)
    take(service, events)
    assert sorted(events, key=lambda e: e.order) == store.events_of("learner 0")


def test_what_cannot_be_used_is_put_aside_and_its_neighbours_go_on(
    service: Service, store: Store
) -> None:
    """Its bytes and the reason are kept, once, however often it comes."""
    bad = refused(b"\x00{not json", "json: it is not JSON")
    batch = [received(enrolled("ada")), bad, received(enrolled("bob"))]
    for first in (Taken.ACCEPTED, Taken.DUPLICATE):
        assert [
            Receipt(first),
            Receipt(Taken.QUARANTINED, "json: it is not JSON"),
            Receipt(first),
        ] == service.ingest(batch, LATER, "lms")
    (row,) = store.quarantine.listed()
    assert (b"\x00{not json", "json: it is not JSON", "lms", 0) == (
        row.raw,
        row.reason,
        row.source,
        row.tries,
    )


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_and_any_batches_award_the_same(
    service: Service, store: Store, seed: int, size: int
) -> None:
    """Shuffled, with a third sent twice, in batches of any size: as the engine in order."""
    events = history(4, 60, seed)
    random = Random(seed)
    sent = [*events, *random.sample(events, 20)]
    random.shuffle(sent)
    for batch in batches(sent, size):
        take(service, batch)
    assert awards_by_replay(events) == awards_in(store)
    assert awards_in(store)
    for learner in store.learners():
        fresh = Record(learner)
        for event in store.events_of(learner):
            fresh.fold(event, plan().place(event))
        record = store.record_of(learner)
        assert record is not None
        assert fresh.facts() == record.facts()


def test_living_through_a_history_decides_as_a_replay_does(service: Service, store: Store) -> None:
    """Events at their time and timers at theirs: the same decisions, in the same order."""
    events = history(3, 60, seed=5)
    for event in events:
        while (due := next_due(store)) is not None and instant(due) < event.time:
            assert service.sweep(instant(due)) > 0
        service.ingest([received(event)], event.time, "lms")
    decided: dict[str, list[tuple[str, str, int, str]]] = {}
    for learner in store.learners():
        theirs = [e for e in events if e.learner == learner]
        found: list[Decision] = []
        live_through(
            plan(),
            learner,
            theirs,
            None,
            lambda outcome, _, found=found: found.extend(outcome.decisions),  # type: ignore[misc] # mypy infers no default
        )
        decided[learner] = [(d.did, d.thing, d.at, d.firing) for d in found]
        stored = store.history.decisions_of(learner)
        last = max(theirs, key=lambda e: e.order).time
        assert decided[learner] == [
            (d.did, d.thing, (d.at - instant(0)) // timedelta(microseconds=1), d.firing)
            for d in stored
            if d.at <= last
        ]
    assert {"small/silent", "small/warn", "small/next", "small/two"} <= {
        thing for theirs in decided.values() for _, thing, _, _ in theirs
    }


def next_due(store: Store) -> int | None:
    """Give the instant of the next timer."""
    with store.database.read() as connection:
        due: int | None = connection.exec_driver_sql("SELECT min(due) FROM timers").scalar()
    return due


def test_a_timer_that_came_first_is_asked_first(service: Service, store: Store) -> None:
    """Whoever was silent for a week was silent, also where the sweep came after her return."""
    back = history(1, 1, seed=1)[1]
    returned = START + timedelta(days=9)
    service.ingest([received(enrolled("learner 0"))], START, "lms")
    event = Event(
        id=back.id, time=returned, learner=back.learner, word="viewed", object="forum:1",
        course="course:1", source="lms",
    )  # fmt: skip
    service.ingest([received(event)], returned, "lms")
    assert ["small/silent"] == [d.thing for d in store.history.decisions_of("learner 0")]


def test_the_future_takes_its_arrival_time(service: Service, store: Store) -> None:
    """A clock may be five minutes ahead; a year ahead is a mistake, and no reason to lose it."""
    near = replace_time(enrolled("near"), START + timedelta(minutes=5))
    far = replace_time(enrolled("far"), START + timedelta(days=365))
    service.ingest([received(near), received(far)], START, "lms")
    assert [START, START + timedelta(minutes=5)] == [
        store.events_of(name)[0].time for name in ("far", "near")
    ]


def replace_time(event: Event, time: object) -> Event:
    """Give an event at another time."""
    from msgspec.structs import replace as changed  # noqa: PLC0415 - beside dataclasses' own

    return changed(event, time=time)


def test_effects_are_rows_with_their_context(service: Service, store: Store) -> None:
    """Mail is held in mode `hold`, a release is not; the context says what was known."""
    events = history(2, 60, seed=3)
    profile = Event(
        id="profile", time=START, learner="learner 0", word="profile",
        fields=(("email", "ada@learners.test"), ("name", "Ada")), source="lms",
    )  # fmt: skip
    for event in [profile, *events]:
        service.ingest([received(event)], event.time, "lms")
    counts = store.outbox.counts()
    assert {(Kind.EMAIL, Status.HELD), (Kind.WEBHOOK, Status.QUEUED)} == set(counts)
    mail = [r for r in store.outbox.of_learner("learner 0") if r.kind is Kind.EMAIL]
    assert {"ada@learners.test"} == {row.recipient for row in mail}
    context = thaw(mail[0].data or b"")
    assert ("learner 0", {"email": "ada@learners.test", "name": "Ada"}) == (
        context.learner,
        context.profile,
    )


def test_in_live_mode_mail_is_queued(store: Store) -> None:
    """The mode says how a row begins; it decides nothing."""
    service = Service(store, plan(), entries_for(Mode.LIVE))
    for event in history(2, 60, seed=3):
        service.ingest([received(event)], event.time, "lms")
    assert {Status.QUEUED} == {status for _, status in store.outbox.counts()}


class KilledError(BaseException):
    """A process that dies, as far as one process can play it."""


@pytest.mark.parametrize("step", ["lock_records", "save_records", "add_decisions", "add_outbox"])
def test_a_death_at_any_step_leaves_nothing(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Everything of a batch or nothing: then it can be sent again, and comes to the same."""
    events = history(3, 40, seed=4)

    def die(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(hotpath, step, die)
        with pytest.raises(KilledError):
            take(service, events)
    assert {0} == set(store.counts().values())
    assert {Taken.ACCEPTED} == {receipt.taken for receipt in take(service, events)}
    assert awards_by_replay(events) == awards_in(store)


class Stumbling:
    """A matcher that fails on one object, as a bug of ours would."""

    def triggered_by(self, fact: Fact) -> tuple[str, ...]:
        """Fail on assignment 1."""
        if "assignment:1" in fact.keys:
            raise ZeroDivisionError("a bug")
        return ()


def test_an_event_that_rules_fail_on_is_put_aside_alone(store: Store) -> None:
    """The learner's other events of the same batch are decided, and so are the neighbours'."""
    stumbling = Plan(ruleset(), make_matcher=lambda _listeners: Stumbling())
    service = Service(store, stumbling, entries_for(Mode.HOLD))
    events = history(2, 20, seed=6)
    expected = [Taken.QUARANTINED if e.object == "assignment:1" else Taken.ACCEPTED for e in events]
    assert expected == [receipt.taken for receipt in take(service, events)]
    twice = next(e for e in events if e.object == "assignment:1")
    assert [Taken.QUARANTINED] * 2 == [r.taken for r in take(service, [twice, twice])]
    assert {"decide: ZeroDivisionError: a bug"} == {row.reason for row in store.quarantine.listed()}
    assert expected.count(Taken.ACCEPTED) == store.counts()["events"]
    for learner in store.learners():
        record = store.record_of(learner)
        assert record is not None
        assert "assignment:1" not in record.traces


def test_what_was_put_aside_is_tried_again(store: Store) -> None:
    """After a repair it is taken; what still fails stays, counted and with its new reason."""
    events = history(2, 20, seed=6)
    of_raw = {received(e).raw: e for e in events}

    def read(raw: bytes, _source: str, _arrived: object) -> Received:
        event = of_raw.get(raw)
        return received(event) if event else refused(raw, "json: still not JSON")

    stumbling = Plan(ruleset(), make_matcher=lambda _listeners: Stumbling())
    service = Service(store, stumbling, entries_for(Mode.HOLD))
    take(service, events)
    service.ingest([refused(b"{", "json: it is not JSON")], LATER, "lms")
    service.put_in_force(plan())
    ids = [row.id for row in store.quarantine.listed()]
    receipts = service.retry(ids, read, LATER)
    assert [Taken.ACCEPTED] * (len(ids) - 1) + [Taken.QUARANTINED] == [r.taken for r in receipts]
    assert [("json: still not JSON", 1)] == [(r.reason, r.tries) for r in store.quarantine.listed()]
    assert awards_by_replay(events) == awards_in(store)
    (left,) = store.quarantine.listed()
    assert 1 == store.quarantine.drop([left.id])
    assert () == store.quarantine.listed()


def test_text_that_no_database_takes_is_put_aside_alone(service: Service, store: Store) -> None:
    """A lone surrogate is no text; the batch around it is stored."""
    strange = Event(
        id="x", time=START, learner="\ud800", word="viewed", object="forum:1", source="lms"
    )
    batch = [received(enrolled("ada")), received(strange), received(enrolled("bob"))]
    assert [Taken.ACCEPTED, Taken.QUARANTINED, Taken.ACCEPTED] == [
        receipt.taken for receipt in service.ingest(batch, LATER, "lms")
    ]
    assert ["ada", "bob"] == list(store.learners())


def test_learners_come_in_one_order_on_every_database(service: Service, store: Store) -> None:
    """By code point, as Python sorts: so exports of two databases can be compared."""
    names = ["b", "a", "B", "Ä", "z", "á", "x@y", "https://lms|1", "https://lms|10", "😀", "_"]
    take(service, [enrolled(name) for name in names])
    assert sorted(names) == [name for name, _ in store.histories()]


def test_who_teaches_is_known(service: Service, store: Store) -> None:
    """By role and course, the latest word counting, in any order."""

    def teaches(name: str, day: int, word: str) -> Event:
        return Event(
            id=f"{name}{day}", time=START + timedelta(days=day), learner=name, word=word,
            object="course:1", course="course:1", role="instructor", source="lms",
        )  # fmt: skip

    take(service, [teaches("iris", 0, "enrolled"), teaches("otto", 5, "unenrolled")])
    take(service, [teaches("otto", 1, "enrolled"), teaches("vera", 2, "enrolled")])
    assert ("iris", "vera") == store.history.staff(["course:1", "course-1"], "instructor")
    assert () == store.history.staff(["course:1"], "mentor")


def test_a_failed_message_gives_its_slot_back(service: Service, store: Store) -> None:
    """A mail that never arrived counts for no cap."""
    for event in history(1, 60, seed=3):
        service.ingest([received(event)], event.time, "lms")
    mail = next(
        r for r in store.outbox.of_learner("learner 0") if thaw(r.data or b"").by == "small/warn"
    )
    before = store.record_of("learner 0")
    assert service.give_back("learner 0", mail.key)
    assert not service.give_back("learner 0", mail.key)
    after = store.record_of("learner 0")
    assert before is not None
    assert after is not None
    assert len(before.ledger.sent["small/warn"]) - 1 == len(after.ledger.sent["small/warn"])


def test_the_engine_is_called_as_replay_calls_it() -> None:
    """A guard on the test's own oracle: it awards something, and not everything."""
    record = Record("ada")
    advance(plan(), record, enrolled("ada"), 0)
    events = history(4, 60, seed=1)
    found = awards_by_replay(events)
    assert 0 < len(found) < 8
    assert replace(ruleset(), fingerprint="x") != ruleset()


class _HalfUpgraded:
    """A matcher whose module is missing, as in the middle of an upgrade in place."""

    def triggered_by(self, fact: Fact) -> tuple[str, ...]:
        """Fail as an import does."""
        raise ImportError(f"no module for {fact.course}")


def test_no_event_is_blamed_for_what_the_machine_lacks(store: Store) -> None:
    """A missing module is the machine's fault: nothing is taken, nothing is put aside."""
    broken = Plan(ruleset(), make_matcher=lambda _: _HalfUpgraded())
    service = Service(store, broken, entries_for(Mode.HOLD))

    with pytest.raises(StoreBusy, match="ImportError"):
        take(service, history(1, 10, seed=1))
    assert {"events": 0, "quarantine": 0} == {
        table: store.counts()[table] for table in ("events", "quarantine")
    }
