"""What is cleared away, and what never is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from adapters.running.housekeeping import Cleared, keep_house
from adapters.settings.tree import RetentionSettings
from adapters.store.store import open_store
from engine.calendar import micros
from notifications.outbox import Entry, Kind, Settlement, Status

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD = NOW - timedelta(days=500)
LATER = timedelta(minutes=1)


def test_old_messages_lose_their_content_and_keep_their_key(tmp_path: Path) -> None:
    """Of a message done with long ago the key stays; recent and waiting ones stay whole."""
    store = open_store(f"sqlite:///{tmp_path}/m.db")
    store.migrate()
    for key, sent in (("old", OLD), ("new", NOW)):
        store.outbox.add([Entry(key, Kind.EMAIL, "ada", "awards", "a@x.test", b"hello", sent)])
        claimed = store.outbox.claim(
            kind=Kind.EMAIL, owner="me", limit=1, now=NOW, machine=sent, lease_until=sent + LATER
        )
        done = Settlement(Status.SENT, "accepted")
        assert store.outbox.settle(claimed[0].id, owner="me", settlement=done, machine=sent)
    store.outbox.add([Entry("waits", Kind.EMAIL, "ada", "awards", "a@x.test", b"hello", OLD)])
    with store.write() as connection:
        for item, arrived in (("q1", OLD), ("q2", NOW)):
            connection.execute(
                text(
                    "INSERT INTO quarantine (source, item, digest, raw, reason, arrived, tries, "
                    "state) VALUES ('s', :item, :item, :raw, 'time: x', :at, 0, 'waiting')"
                ),
                {"item": item, "raw": b"{}", "at": micros(arrived)},
            )
    kept = keep_house(store.database, RetentionSettings(None, None), now=NOW, machine=NOW)
    assert Cleared() == kept
    cleared = keep_house(store.database, RetentionSettings(), now=NOW, machine=NOW)
    assert Cleared(1, 1) == cleared
    assert Cleared() == keep_house(store.database, RetentionSettings(), now=NOW, machine=NOW)
    rows = {row.key: row for row in store.outbox.of_learner("ada")}
    assert {"old", "new", "waits"} == set(rows)
    assert (None, "") == (rows["old"].data, rows["old"].recipient)
    assert b"hello" == rows["new"].data == rows["waits"].data
    again = [Entry("old", Kind.EMAIL, "ada", "awards", "a@x.test", b"hello", NOW)]
    assert () == store.outbox.add(again)
    store.close()
