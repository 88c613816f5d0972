"""What became of messages and calls, beside what rules decided, on both databases."""

from datetime import UTC, datetime
from pathlib import Path

from adapters.store.store import Store
from adapters.telling.departures import with_departures
from engine.explained import Explanation
from engine.plan import Plan
from engine.source import NOWHERE
from engine.verdict import Answer, Verdict
from notifications.outbox import Entry, Kind, Status
from rules.packs import read_packs

PACKS = Path(__file__).parents[3] / "rules" / "packs" / "data-literacy"
NUDGE = "data-literacy/nudge-quiet-learner"
MESSAGE = "data-literacy/messages/we-miss-you.md"
AT = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)


def entry(key: str, kind: Kind, by: str, status: Status, reason: str) -> Entry:
    """Give a row for Ada."""
    return Entry(
        key, kind, "ada", "reminders", "ada@x.example", b"", AT, status, None, 5, reason, by
    )


def explanation(thing: str, kind: str) -> Explanation:
    """Give an explanation that says it fired."""
    verdict = Verdict(Answer.YES, "asks", "", NOWHERE)
    return Explanation("ada", thing, kind, "Title", Answer.YES, "FIRED", verdict, ())


def told(store: Store, thing: str, kind: str) -> tuple[str, tuple[str, ...]]:
    """Give the headline, and what became of it."""
    plan = Plan(read_packs([PACKS]).ruleset)
    found, left = with_departures(store, plan, explanation(thing, kind))
    return found.headline, left


def test_a_bad_address_stands_beside_what_fired(store: Store) -> None:
    """The rule fired, and nothing arrived: the headline says both, of the rule and the message."""
    store.outbox.add([entry("k1", Kind.EMAIL, NUDGE, Status.SUPPRESSED, "bad_address")])
    expected = (
        "FIRED; its message 1: suppressed: bad_address",
        ("message 1 to ada@x.example, 10 March 2025 at 09:00: suppressed: bad_address",),
    )

    assert expected == told(store, NUDGE, "rule")
    assert expected == told(store, MESSAGE, "message")


def test_what_is_on_its_way_and_other_rules_say_nothing(store: Store) -> None:
    """A later message that goes, a call that is held and another rule's leave the headline."""
    store.outbox.add(
        [
            entry("k1", Kind.EMAIL, NUDGE, Status.FAILED, "smtp_550"),
            entry("k2", Kind.EMAIL, NUDGE, Status.QUEUED, ""),
            entry("k3", Kind.WEBHOOK, NUDGE, Status.HELD, "no_webhook_url"),
            entry("k4", Kind.EMAIL, "data-literacy/sampling-failed", Status.FAILED, "bad_address"),
        ]
    )
    headline, left = told(store, NUDGE, "rule")

    assert "FIRED" == headline
    assert ["message 1", "message 2", "call 3"] == [line.partition(" to ")[0] for line in left]
