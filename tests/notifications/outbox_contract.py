"""What every outbox promises: a store's tests inherit this class and give it a fixture `store`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from notifications.outbox import Entry, Kind, OutboxRow, OutboxStore, Recovered, Settlement, Status

NOW = datetime(2025, 3, 10, 8, 0, tzinfo=UTC)
"""The service's clock: an accelerated one, far from the machine's."""
MACHINE = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SENT = Settlement(Status.SENT, "accepted: 250")


def entry(number: int, **other: object) -> Entry:
    """Make an entry that may go at NOW."""
    plain = Entry(
        key=f"key-{number}",
        kind=Kind.EMAIL,
        learner="ada",
        category="reminders",
        recipient="ada@learners.test",
        data=f"message {number}".encode(),
        not_before=NOW,
    )
    return replace(plain, **other)  # type: ignore[arg-type] # fields by name


def claim(
    store: OutboxStore,
    limit: int = 10,
    *,
    owner: str = "me",
    now: datetime = NOW,
    machine: datetime = MACHINE,
    kind: Kind = Kind.EMAIL,
) -> tuple[OutboxRow, ...]:
    """Claim for one minute."""
    return store.claim(
        kind=kind, owner=owner, limit=limit, now=now, machine=machine, lease_until=machine + MINUTE
    )


def only(store: OutboxStore, status: Status) -> OutboxRow:
    """Give the one row of a status."""
    (row,) = store.listed(status)
    return row


class OutboxContract:
    """The promises, a test each."""

    def test_a_key_is_stored_once(self, store: OutboxStore) -> None:
        """A second entry of a key is no news, also within one call."""
        assert ("key-1", "key-2") == store.add([entry(1), entry(2), entry(1, learner="bob")])
        assert ("key-3",) == store.add([entry(2), entry(3)])
        assert ["key-1", "key-2", "key-3"] == [row.key for row in store.listed(Status.QUEUED)]

    def test_a_row_is_what_was_added(self, store: OutboxStore) -> None:
        """Every field comes back, times aware and bytes untouched."""
        given = entry(
            1,
            kind=Kind.WEBHOOK,
            data=b"\x00\xff",
            expires_at=NOW + MINUTE,
            priority=2,
            status=Status.HELD,
            reason="mode_hold",
            learner="http://lms|Ádá",
        )
        store.add([given])
        row = only(store, Status.HELD)
        same = ("key", "kind", "data", "expires_at", "priority", "status", "reason", "learner")
        assert [getattr(given, name) for name in same] == [getattr(row, name) for name in same]
        assert (given.category, given.recipient, given.not_before, 0, "", None, None) == (
            row.category,
            row.recipient,
            row.not_before,
            row.attempts,
            row.owner,
            row.lease_until,
            row.retry_at,
        )

    def test_content_may_be_missing(self, store: OutboxStore) -> None:
        """A row without content is stored as such."""
        store.add([entry(1, data=None)])
        assert only(store, Status.QUEUED).data is None

    def test_a_claim_takes_what_may_go_in_order(self, store: OutboxStore) -> None:
        """By priority, then time, then id; other kinds, other statuses and the future are left."""
        store.add(
            [
                entry(1),
                entry(2, not_before=NOW - MINUTE),
                entry(3, priority=1),
                entry(4, not_before=NOW + MINUTE),
                entry(5, kind=Kind.WEBHOOK),
                entry(6, status=Status.HELD),
                entry(7, not_before=NOW - MINUTE),
            ]
        )
        rows = claim(store)
        assert ["key-3", "key-2", "key-7", "key-1"] == [row.key for row in rows]
        assert {(Status.CLAIMED, "me", MACHINE + MINUTE, 1)} == {
            (row.status, row.owner, row.lease_until, row.attempts) for row in rows
        }

    def test_a_claim_takes_at_most_its_limit_and_nothing_twice(self, store: OutboxStore) -> None:
        """Two claims share the rows between them."""
        store.add([entry(number) for number in range(5)])
        first, second, third = claim(store, 3), claim(store, 3, owner="you"), claim(store, 3)
        assert (3, 2, 0) == (len(first), len(second), len(third))
        assert set() == {row.id for row in first} & {row.id for row in second}

    def test_many_workers_claim_every_row_once(self, store: OutboxStore) -> None:
        """Four threads, two hundred rows, no row twice and none left."""
        store.add([entry(number) for number in range(200)])

        def work(owner: str) -> list[int]:
            got: list[int] = []
            while rows := claim(store, 7, owner=owner):
                got += [row.id for row in rows]
            return got

        with ThreadPoolExecutor(4) as pool:
            claimed = [row_id for ids in pool.map(work, "abcd") for row_id in ids]
        assert 200 == len(claimed) == len(set(claimed))

    def test_a_retry_waits_on_the_machines_clock(self, store: OutboxStore) -> None:
        """However fast the service's clock runs, the far end gets its rest."""
        store.add([entry(1)])
        (row,) = claim(store)
        again = Settlement(Status.QUEUED, "smtp_451: later", retry_at=MACHINE + MINUTE)
        assert store.settle(row.id, owner="me", settlement=again, machine=MACHINE)
        year_later = NOW + timedelta(days=365)
        assert () == claim(store, now=year_later, machine=MACHINE + MINUTE / 2)
        (row,) = claim(store, machine=MACHINE + MINUTE)
        assert (2, "smtp_451: later", None) == (row.attempts, row.reason, row.retry_at)

    def test_the_way_to_sent(self, store: OutboxStore) -> None:
        """Queued, claimed, wire, sent; then nobody owns it."""
        store.add([entry(1)])
        (row,) = claim(store)
        assert store.mark_wire(row.id, owner="me", lease_until=MACHINE + 2 * MINUTE)
        assert MACHINE + 2 * MINUTE == only(store, Status.WIRE).lease_until
        assert store.settle(row.id, owner="me", settlement=SENT, machine=MACHINE)
        done = only(store, Status.SENT)
        assert ("accepted: 250", "", None, 1) == (
            done.reason,
            done.owner,
            done.lease_until,
            done.attempts,
        )

    @pytest.mark.parametrize("status", [Status.FAILED, Status.IN_DOUBT, Status.SUPPRESSED])
    def test_other_ends(self, store: OutboxStore, status: Status) -> None:
        """Every settlement is written as it stands; a try that does not count is given back."""
        store.add([entry(1)])
        (row,) = claim(store)
        end = Settlement(status, "why: so", counts=False)
        assert store.settle(row.id, owner="me", settlement=end, machine=MACHINE)
        assert ("why: so", 0) == (only(store, status).reason, only(store, status).attempts)

    def test_a_stranger_cannot_write(self, store: OutboxStore) -> None:
        """A worker that lost its claim changes nothing, and is told so."""
        store.add([entry(1)])
        (row,) = claim(store)
        assert not store.mark_wire(row.id, owner="you", lease_until=MACHINE + MINUTE)
        assert not store.settle(row.id, owner="you", settlement=SENT, machine=MACHINE)
        assert 0 == store.release([row.id], owner="you")
        assert 0 == store.extend([row.id], owner="you", lease_until=MACHINE + MINUTE)
        assert Status.CLAIMED is only(store, Status.CLAIMED).status

    def test_what_is_settled_stays_settled(self, store: OutboxStore) -> None:
        """A second settlement, a late mark, an unknown row: nothing happens."""
        store.add([entry(1)])
        (row,) = claim(store)
        store.settle(row.id, owner="me", settlement=SENT, machine=MACHINE)
        failed = Settlement(Status.FAILED, "late")
        assert not store.settle(row.id, owner="me", settlement=failed, machine=MACHINE)
        assert not store.mark_wire(row.id, owner="me", lease_until=MACHINE + MINUTE)
        assert not store.mark_wire(10**6, owner="me", lease_until=MACHINE + MINUTE)
        assert Recovered() == store.recover(machine=MACHINE + 9 * MINUTE, resend=())
        assert 1 == len(store.listed(Status.SENT))

    def test_the_wire_is_marked_once(self, store: OutboxStore) -> None:
        """A second mark fails: the message may have left."""
        store.add([entry(1)])
        (row,) = claim(store)
        assert store.mark_wire(row.id, owner="me", lease_until=MACHINE + MINUTE)
        assert not store.mark_wire(row.id, owner="me", lease_until=MACHINE + MINUTE)

    def test_a_release_gives_the_try_back_but_never_from_the_wire(self, store: OutboxStore) -> None:
        """What has not begun goes back; what may have left does not."""
        store.add([entry(1), entry(2)])
        one, two = claim(store)
        store.mark_wire(two.id, owner="me", lease_until=MACHINE + MINUTE)
        assert 1 == store.release([one.id, two.id], owner="me")
        assert ("key-1", 0) == (only(store, Status.QUEUED).key, only(store, Status.QUEUED).attempts)
        assert "key-2" == only(store, Status.WIRE).key

    def test_dead_workers_rows_are_recovered(self, store: OutboxStore) -> None:
        """Claimed ones are queued again, wire ones are in doubt, living ones are left alone."""
        store.add([entry(number) for number in range(1, 5)])
        claimed, wire, resent, living = claim(store)
        for row in (wire, resent):
            store.mark_wire(row.id, owner="me", lease_until=MACHINE + MINUTE)
        store.extend([living.id], owner="me", lease_until=MACHINE + 5 * MINUTE)
        assert Recovered() == store.recover(machine=MACHINE + MINUTE / 2, resend=())
        found = store.recover(machine=MACHINE + MINUTE, resend=())
        assert Recovered((claimed.id,), (wire.id, resent.id)) == found
        assert {"lease_ran_out"} == {row.reason for row in store.listed(Status.IN_DOUBT)}
        assert (1, "") == (only(store, Status.QUEUED).attempts, only(store, Status.QUEUED).owner)
        assert living.id == only(store, Status.CLAIMED).id

    def test_a_doubt_is_sent_again_where_the_category_says_so(self, store: OutboxStore) -> None:
        """Service mail may come twice rather than never; the default is to ask a person."""
        store.add([entry(1, category="service"), entry(2)])
        for row in claim(store):
            store.mark_wire(row.id, owner="me", lease_until=MACHINE + MINUTE)
        found = store.recover(machine=MACHINE + MINUTE, resend=frozenset({"service"}))
        assert (1, 1) == (len(found.requeued), len(found.in_doubt))
        assert "service" == only(store, Status.QUEUED).category

    def test_what_came_too_late_expires(self, store: OutboxStore) -> None:
        """Queued or held, on the service's clock; what is in hand or has no end is left."""
        store.add(
            [
                entry(1, expires_at=NOW),
                entry(2, expires_at=NOW, status=Status.HELD),
                entry(3, expires_at=NOW + MINUTE),
                entry(4),
            ]
        )
        assert 2 == store.expire(now=NOW)
        assert {"key-1", "key-2"} == {row.key for row in store.listed(Status.EXPIRED)}
        assert {"too_late"} == {row.reason for row in store.listed(Status.EXPIRED)}
        assert 0 == store.expire(now=NOW)

    def test_a_hold_holds_its_kind(self, store: OutboxStore) -> None:
        """Mail is held; a release or a lock goes on."""
        store.add([entry(1), entry(2, kind=Kind.WEBHOOK)])
        assert 1 == store.hold(kind=Kind.EMAIL)
        assert ("key-1", "mode_hold") == (
            only(store, Status.HELD).key,
            only(store, Status.HELD).reason,
        )
        assert () == claim(store)
        assert ["key-2"] == [row.key for row in claim(store, kind=Kind.WEBHOOK)]

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (Status.HELD, 1),
            (Status.FAILED, 1),
            (Status.IN_DOUBT, 1),
            (Status.EXPIRED, 1),
            (Status.QUEUED, 0),
            (Status.SUPPRESSED, 0),
            (Status.SENT, 0),
        ],
    )
    def test_a_person_sends_again(self, store: OutboxStore, status: Status, expected: int) -> None:
        """What is held, dead or in doubt; never what was sent or is not wanted."""
        store.add([entry(1, status=status, expires_at=NOW, not_before=NOW + MINUTE, reason="x")])
        row = only(store, status)
        assert expected == store.requeue([row.id, 10**6], now=NOW)
        if expected:
            again = only(store, Status.QUEUED)
            assert (NOW, None, "", 0) == (
                again.not_before,
                again.expires_at,
                again.reason,
                again.attempts,
            )
            assert ["key-1"] == [claimed.key for claimed in claim(store)]

    def test_lists_come_in_pages(self, store: OutboxStore) -> None:
        """By id, from a place on."""
        store.add([entry(number) for number in range(5)])
        first = store.listed(Status.QUEUED, limit=2)
        rest = store.listed(Status.QUEUED, after=first[-1].id)
        assert [f"key-{number}" for number in range(5)] == [row.key for row in (*first, *rest)]

    @pytest.mark.parametrize(
        "call",
        [
            lambda store, naive: claim(store, now=naive),
            lambda store, naive: store.expire(now=naive),
            lambda store, naive: store.recover(machine=naive, resend=()),
            lambda store, naive: store.requeue([], now=naive),
        ],
    )
    def test_naive_times_are_refused(
        self, store: OutboxStore, call: Callable[[OutboxStore, datetime], object]
    ) -> None:
        """A time without a zone is an error of ours, found at once."""
        with pytest.raises(ValueError, match="zone"):
            call(store, NOW.replace(tzinfo=None))
