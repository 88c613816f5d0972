"""A database as a replay sees it: its events, and the rules that it has in force."""

from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.feeding.stored_history import StoredHistory
from adapters.packs import USAGE, fail, read_for_use
from adapters.replaying.history_read import Read
from adapters.replaying.others import Others
from adapters.running.replayed import Note, note_replay
from adapters.running.rules_in_force import KEPT, KeptRules, unpack
from adapters.running.store_beside import refusals
from adapters.settings.service import clock_of
from adapters.store import open_store
from adapters.store.store import Store
from engine.ruleset import Ruleset


def stored_history(stack: ExitStack, database: str) -> tuple[Read, Store]:
    """Open a database for a replay; exits with a sentence where it can't be."""
    with refusals():
        try:
            store = open_store(database)
        except ValueError as problem:
            fail(str(problem), USAGE)
        stack.enter_context(closing(store))
        store.require_current()
        past = StoredHistory(store, lambda: open_store(database))
        span = store.span() or (0, 0)
        names = (database, str(store.counts()["events"]), *map(str, span))
    return Read(past, names), store


def in_force(store: Store, stack: ExitStack, zone: str) -> Others | None:
    """
    Give the rules that a database has in force, None where none ever were.

    Args:
        store: The database.
        stack: Keeps the files of the rules, until it is closed.
        zone: The time zone of those whose zone nobody knows.
    """
    kept = store.settings.get(KEPT, KeptRules)
    if kept is None or not kept.files:
        return None
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="milepost-rules-")))
    unpack(kept, folder)
    return Others("the rules in force", read_for_use([folder], zone).ruleset)


def note(database: str, ruleset: Ruleset, beside: str) -> None:
    """Note in a database that a ruleset was replayed; exits with a sentence where it can't be."""
    with refusals(), closing(open_store(database)) as store:
        note_replay(store, Note(ruleset.fingerprint, clock_of(store).now(), beside))
