"""A new ruleset: records are folded anew, levels asked of all evidence, rules act from now on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.outgoing.effects import entries_for
from adapters.service.live import put_in_force, with_live
from adapters.service.service import Service
from adapters.store import Store
from engine.outcome import Did
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import State
from notifications.mode import Mode
from tests.adapters.service.small_rules import START, enrolled, history, received, richer, ruleset

LATER = START + timedelta(days=400)


def load(service: Service, learners: int = 7, events: int = 120) -> None:
    """Bring a history in."""
    batch = [received(event) for event in history(learners, events, seed=11)]
    service.ingest(batch, LATER, "lms")


def assert_folded(store: Store, plan: Plan) -> None:
    """Every record is what a fresh fold under a plan gives."""
    for learner in store.learners():
        fresh = Record(learner)
        for event in store.events_of(learner):
            fresh.fold(event, plan.place(event))
        record = store.record_of(learner)
        assert record is not None
        assert fresh.facts() == record.facts()


def test_a_new_credential_is_asked_of_all_evidence(service: Service, store: Store) -> None:
    """Awarded without a message, whose suppression is told; what was decided before stays."""
    load(service)
    before = {a for n in store.learners() for a in store.history.awards_of(n)}
    service.put_in_force(richer())
    assert [3, 3, 1, 0] == [service.refold(LATER, limit=3) for _ in range(4)]
    assert_folded(store, richer())
    after = {a for n in store.learners() for a in store.history.awards_of(n)}
    assert before <= after
    assert {"small/seen", "small/one"} == {a.credential for a in after - before}
    assert {"second"} == {a.fingerprint for a in after - before}
    told = [d for n in store.learners() for d in store.history.decisions_of(n, "small/seen")]
    assert {(Did.AWARDED, ""), (Did.SUPPRESSED, "backfill")} == {(d.did, d.because) for d in told}
    assert 0 == sum(
        "small/seen" in (r.data or b"").decode()
        for n in store.learners()
        for r in store.outbox.of_learner(n)
    )


def test_an_interrupted_refold_goes_on(service: Service, store: Store) -> None:
    """Another process takes up where the first one stopped, and nobody is awarded twice."""
    load(service)
    service.put_in_force(richer())
    service.refold(LATER, limit=3)
    other = Service(store, richer(), entries_for(Mode.HOLD))
    assert [3, 1, 0] == [other.refold(LATER, limit=3) for _ in range(3)]
    numbers = [a.number for n in store.learners() for a in store.history.awards_of(n)]
    assert {1} == set(numbers)


def test_an_event_does_not_wait_for_the_refold(service: Service, store: Store) -> None:
    """A learner who comes before her turn is folded anew at once, and her turn comes still."""
    load(service, learners=2)
    service.put_in_force(richer())
    newest = history(2, 121, seed=11)[-1]
    service.ingest([received(newest)], LATER, "lms")
    record = store.record_of(newest.learner)
    fresh = Record(newest.learner)
    for event in store.events_of(newest.learner):
        fresh.fold(event, richer().place(event))
    assert record is not None
    assert fresh.facts() == record.facts()
    while service.refold(LATER):
        pass
    assert_folded(store, richer())
    assert {"small/one", "small/seen"} <= {
        a.credential for a in store.history.awards_of(newest.learner)
    }


def test_a_second_ruleset_starts_the_refold_anew(service: Service, store: Store) -> None:
    """The cursor belongs to one ruleset."""
    load(service)
    service.put_in_force(richer("second"))
    while service.refold(LATER):
        pass
    service.put_in_force(richer("third"))
    assert 7 == service.refold(LATER)
    assert store.counts()["records"] == 7


def test_rules_act_from_when_they_were_first_live(store: Store) -> None:
    """Once noted it stays; a draft is not live yet; a renamed rule keeps its time."""
    rules = ruleset()
    first = put_in_force(store, rules, START)
    assert {START} == {rule.live_from for rule in first.rules.values()}
    day = START + timedelta(days=1)
    warn = rules.rules["small/warn"]
    renamed = replace(warn, id="small/caution", was="warn")
    draft = replace(warn, id="small/draft", state=State.DRAFT)
    new = replace(warn, id="small/new")
    again = replace(rules, rules={**rules.rules, **{r.id: r for r in (renamed, draft, new)}})
    assert {
        "small/next": START,
        "small/warn": START,
        "small/silent": START,
        "small/caution": START,
        "small/draft": None,
        "small/new": day,
    } == {name: rule.live_from for name, rule in put_in_force(store, again, day).rules.items()}


def test_a_rule_does_nothing_about_what_was_before_it(store: Store) -> None:
    """Loaded history earns credentials and sends nothing."""
    live = with_live(ruleset(), dict.fromkeys(ruleset().rules, LATER))
    service = Service(store, Plan(live), entries_for(Mode.LIVE))
    load(service)
    dids = {d.did for n in store.learners() for d in store.history.decisions_of(n)}
    assert {Did.AWARDED, Did.SUPPRESSED} == dids
    assert {} == store.outbox.counts()


class Stumbling:
    """A matcher that works until it is told to stop."""

    broken = False

    def triggered_by(self, fact: object) -> tuple[str, ...]:
        """Fail when told to."""
        if self.broken:
            raise ZeroDivisionError(str(fact))
        return ()


def test_a_timer_that_fails_is_put_off_and_keeps_nobody_waiting(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are asked; it is asked again in an hour, and events are taken meanwhile."""
    service = Service(store, Plan(ruleset()), entries_for(Mode.LIVE))
    service.ingest([received(enrolled(n)) for n in ("ada", "bob", "cy")], START, "lms")
    import engine.decide as decide_module  # noqa: PLC0415 - to break it

    asked = decide_module._ask_time_rule  # noqa: SLF001 - the same

    def stumble(run: object, rule: object, course: str) -> None:
        if run.outcome.record.learner == "bob":  # type: ignore[attr-defined] # a Firings
            raise ZeroDivisionError("a bug")
        asked(run, rule, course)  # type: ignore[arg-type] # handed through

    week = START + timedelta(days=7)
    with monkeypatch.context() as patched:
        patched.setattr(decide_module, "_ask_time_rule", stumble)
        assert 3 == service.sweep(week)
        assert 0 == service.sweep(week)
        back = history(1, 1, seed=1)[1]
        late = type(back)(
            id="b", time=week + timedelta(hours=2), learner="bob", word="viewed",
            object="forum:1", course="course:1", source="lms",
        )  # fmt: skip
        receipts = service.ingest([received(late)], late.time, "lms")
        assert "accepted" == receipts[0].taken
    assert ["ada", "cy"] == sorted(
        name for name in store.learners() if store.outbox.of_learner(name)
    )
    record = store.record_of("bob")
    assert record is not None
    assert "viewed" in {w for t in record.traces.values() for w in t.tallies} or record.seen
