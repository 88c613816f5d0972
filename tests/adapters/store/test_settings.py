"""Small facts outlive the process, and what is old is deleted in pieces."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from adapters.store import Store, hotpath
from adapters.store.housekeeping import (
    forget_decisions,
    forget_dropped,
    forget_runs,
    forget_sent,
)
from adapters.store.settings import Anchor
from engine.calendar import micros
from notifications.outbox import Settlement, Status
from tests.notifications.outbox_contract import MACHINE, claim, entry

NOW = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_value_is_kept_until_it_is_dropped(store: Store) -> None:
    """The last word counts."""
    assert store.settings.get("x", list[int]) is None
    store.settings.put("x", [1])
    store.settings.put("x", [1, 2])
    assert [1, 2] == store.settings.get("x", list[int])
    store.settings.drop("x")
    assert store.settings.get("x", list[int]) is None


def test_the_clock_is_anchored(store: Store) -> None:
    """To the microsecond, with its zone."""
    anchor = Anchor(NOW, 600.0, MACHINE)
    assert store.settings.anchor() is None
    store.settings.put_anchor(anchor)
    assert anchor == store.settings.anchor()


def test_a_ruleset_is_new_once(store: Store) -> None:
    """However often it is loaded."""
    assert [True, False] == [store.settings.saw_ruleset("f", "{}", NOW) for _ in range(2)]


def test_a_turn_of_a_job_is_taken_once(store: Store) -> None:
    """Of eight threads that want it one gets it."""
    with ThreadPoolExecutor(8) as pool:
        got = list(
            pool.map(lambda n: store.settings.claim_run("sweep", "08:00", f"w{n}", NOW), range(8))
        )
    assert 1 == sum(got)
    assert store.settings.claim_run("sweep", "08:01", "w", NOW)


def test_a_rule_keeps_its_beginning(store: Store) -> None:
    """Known ones keep theirs, new ones begin now, renamed ones take over."""
    assert {"p/a": NOW} == store.settings.live_since(["p/a"], NOW, {})
    later = NOW + DAY
    assert {"p/a": NOW, "p/b": later, "p/c": NOW} == store.settings.live_since(
        ["p/a", "p/b", "p/c"], later, {"p/c": "p/a"}
    )


def test_what_was_sent_is_forgotten_after_a_while(store: Store) -> None:
    """By when it was sent; what waits or failed stays."""
    store.outbox.add([entry(number) for number in range(4)])
    one, two, three = claim(store.outbox, 3)
    for row, status, at in (
        (one, Status.SENT, MACHINE),
        (two, Status.SENT, MACHINE + 2 * DAY),
        (three, Status.FAILED, MACHINE),
    ):
        store.outbox.settle(row.id, owner="me", settlement=Settlement(status, ""), machine=at)
    assert 1 == forget_sent(store.database, MACHINE + DAY)
    statuses = (Status.QUEUED, Status.SENT, Status.FAILED)
    left = [row.id for status in statuses for row in store.outbox.listed(status)]
    assert 3 == len(left)
    assert one.id not in left


def test_old_decisions_turns_and_dropped_things_are_forgotten(store: Store) -> None:
    """Those before the day, in as many pieces as it takes."""
    rows = [
        ("ada", "fired", "p/r", micros(NOW) + number, "", "", "", "", None, "f", None, "", False,
         False)
        for number in range(5000)
    ]  # fmt: skip
    aside = [("lms", f"x{n}", f"d{n}", b"", "r", micros(NOW), 0, "waiting") for n in range(3)]
    with store.write() as connection:
        hotpath.add_decisions(connection, rows)
        hotpath.add_quarantine(connection, aside)
    store.settings.claim_run("job", "1", "w", NOW)
    store.settings.claim_run("job", "2", "w", NOW + 2 * DAY)
    store.quarantine.drop([store.quarantine.listed()[0].id])
    assert 4500 == forget_decisions(store.database, NOW + timedelta(microseconds=4500))
    assert 500 == store.counts()["decisions"]
    assert 1 == forget_runs(store.database, NOW + DAY)
    assert 1 == forget_dropped(store.database, NOW + DAY)
    assert 2 == len(store.quarantine.listed())
