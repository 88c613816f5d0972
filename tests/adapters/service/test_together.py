"""Several services and threads on one database lose and double nothing."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest

from adapters.outgoing.effects import entries_for
from adapters.service.committer import Committer
from adapters.service.ingest import Receipt, Sent, Taken
from adapters.service.service import Service
from adapters.store import Store, StoreBusy, open_store
from engine.events import Event
from engine.record import Record
from engine.replay import live_through
from notifications.mode import Mode
from notifications.outbox import Status
from tests.adapters.service.small_rules import START, batches, enrolled, history, plan, received

LATER = START + timedelta(days=400)


def awards_by_replay(events: list[Event]) -> set[tuple[str, str]]:
    """Say who holds what according to the engine alone, in order."""
    found = set()
    for learner in {event.learner for event in events}:
        theirs = [event for event in events if event.learner == learner]
        record = live_through(plan(), learner, theirs, None, lambda _outcome, _at: None)
        found |= {(learner, name) for name in record.ledger.awards}
    return found


def test_two_services_with_four_threads_each_equal_one(database_url: str) -> None:
    """The same learners, every event brought twice by different threads: as one thread would."""
    events = history(6, 240, seed=9)
    sent = events + events
    Random(9).shuffle(sent)
    stores = [open_store(database_url, patience=30.0) for _ in range(2)]
    stores[0].migrate()
    services = [Service(store, plan(), entries_for(Mode.HOLD)) for store in stores]
    jobs = [
        (services[number % 2], [received(event) for event in batch])
        for number, batch in enumerate(batches(sent, 6))
    ]
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda job: job[0].ingest(job[1], LATER, "lms"), jobs))
    taken = [receipt.taken for batch in receipts for receipt in batch]
    assert len(events) == taken.count(Taken.ACCEPTED) == taken.count(Taken.DUPLICATE)
    store = stores[0]
    assert len(events) == store.counts()["events"]
    assert awards_by_replay(events) == {
        (a.learner, a.credential) for n in store.learners() for a in store.history.awards_of(n)
    }
    for learner in store.learners():
        fresh = Record(learner)
        for event in store.events_of(learner):
            fresh.fold(event, plan().place(event))
        record = store.record_of(learner)
        assert record is not None
        assert fresh.facts() == record.facts()
        firings = [
            (d.thing, d.firing) for d in store.history.decisions_of(learner) if d.did == "fired"
        ]
        assert len(set(firings)) == len(firings)
    for opened in stores:
        opened.close()


def test_two_sweepers_ask_each_timer_once(database_url: str) -> None:
    """Eight threads of two services sweep at once: every silent learner gets one note."""
    stores = [open_store(database_url, patience=30.0) for _ in range(2)]
    stores[0].migrate()
    services = [Service(store, plan(), entries_for(Mode.LIVE)) for store in stores]
    services[0].ingest([received(enrolled(f"learner {n}")) for n in range(120)], START, "lms")
    week = START + timedelta(days=7)

    def work(number: int) -> int:
        total = 0
        while asked := services[number % 2].sweep(week, limit=10):
            total += asked
        return total

    with ThreadPoolExecutor(8) as pool:
        first = sum(pool.map(work, range(8)))
    rest = services[0].sweep(week)
    assert 120 == first + rest
    rows = stores[0].outbox.listed(Status.QUEUED, limit=1000)
    assert 120 == len(rows) == len({row.learner for row in rows})
    assert 0 == services[0].sweep(week)
    assert 120 == services[0].sweep(week + timedelta(days=7))
    for opened in stores:
        opened.close()


def test_concurrent_callers_share_transactions(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gets her own receipts, in her own order; the transactions are fewer than the callers."""
    events = history(5, 200, seed=8)
    commits: list[int] = []
    run = service.take

    def counted(batch: Sequence[Sent]) -> list[Receipt]:
        commits.append(len(batch))
        return run(batch)

    monkeypatch.setattr(service, "take", counted)
    with Committer(service) as committer, ThreadPoolExecutor(16) as pool:
        futures = [
            pool.submit(committer.take, [received(event), received(event)], LATER, "lms")
            for event in events
        ]
        receipts = [future.result() for future in futures]
    assert {(Taken.ACCEPTED, Taken.DUPLICATE)} == {tuple(r.taken for r in two) for two in receipts}
    assert 2 * len(events) == sum(commits)
    assert len(commits) < len(events)
    assert len(events) == store.counts()["events"]


def test_a_busy_database_is_told_to_every_caller(
    service: Service, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of theirs was taken; the next call goes through."""

    def busy(_batch: Sequence[Sent]) -> list[Receipt]:
        raise StoreBusy("full")

    run = service.take
    monkeypatch.setattr(service, "take", busy)
    with Committer(service) as committer:
        futures = [committer.submit([received(enrolled(n))], LATER) for n in ("a", "b")]
        for future in futures:
            with pytest.raises(StoreBusy, match="full"):
                future.result()
        assert 0 == store.counts()["events"]
        monkeypatch.setattr(service, "take", run)
        assert Taken.ACCEPTED is committer.take([received(enrolled("a"))], LATER)[0].taken


def test_too_much_waiting_is_refused_at_once(service: Service) -> None:
    """A service that can't keep up says so instead of filling its memory."""
    waiting: list[Future[list[Receipt]]] = []

    def bring(committer: Committer) -> None:
        for number in range(4):
            waiting.append(committer.submit([received(enrolled(str(number)))], LATER))  # noqa: PERF401 - until it raises

    with Committer(service, queued=1) as committer:
        with service.store.write(), pytest.raises(StoreBusy, match="waiting"):
            bring(committer)
        assert {Taken.ACCEPTED} == {future.result()[0].taken for future in waiting}
    with pytest.raises(StoreBusy, match="stopping"):
        committer.submit([received(enrolled("a"))], LATER)
