"""
Which rulesets were replayed over a database's own events before they were to go live.

Where config.toml requires it, a changed ruleset waits outside until somebody has looked at what
it would have done. `replay` notes the fingerprint, so a corrected typo needs no new replay.
"""

from datetime import datetime

import msgspec

from adapters.store.store import Store
from engine.ruleset import Ruleset
from engine.source import Problem, Span

NOTES = "replayed rulesets"
"""The name in the database's small facts."""
MOST_NOTES = 50
NOT_REPLAYED = "T102"


class Note(msgspec.Struct, frozen=True):
    """One ruleset that was replayed: when, and beside which other one."""

    fingerprint: str
    at: datetime
    beside: str


def note_replay(store: Store, note: Note) -> None:
    """
    Note that a ruleset was replayed.

    Raises:
        StoreBusy: It was not noted.
    """
    kept = [each for each in notes(store) if each.fingerprint != note.fingerprint]
    store.settings.put(NOTES, [*kept[-(MOST_NOTES - 1) :], note])


def notes(store: Store) -> list[Note]:
    """Give what was replayed, the latest last."""
    return store.settings.get(NOTES, list[Note]) or []


def not_replayed(store: Store, ruleset: Ruleset, in_force: str, packs: str) -> Problem | None:
    """
    Say what is missing before a ruleset may go live; None where nothing is.

    Args:
        store: The database.
        ruleset: What is to go live.
        in_force: The fingerprint of what is in force, "" for nothing.
        packs: The folder of the packs, as the operator knows it.
    """
    if in_force in ("", ruleset.fingerprint):
        return None
    if any(note.fingerprint == ruleset.fingerprint for note in notes(store)):
        return None
    url = store.database.url.render_as_string(hide_password=True)
    return Problem(
        Span(packs),
        NOT_REPLAYED,
        f"the changed rules ({ruleset.fingerprint}) have not been replayed, "
        "and require_replay is on",
        f"milepost replay {packs} --database {url}",
    )
