"""
The settings of the service on a database, for verbs that work beside it.

`serve` may have been started with other packs or another mail mode than config.toml says; what
another verb does to the same database must come out as if the service had done it.
"""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.clock import Anchor, Clock, ShiftedClock, WallClock
from adapters.outgoing.dispatch import last_service
from adapters.running.rules_in_force import KEPT, KeptRules, unpack
from adapters.running.running import open_settings_store
from adapters.settings.tree import Settings
from adapters.store.store import Store
from notifications.mode import Mode


def as_the_service(
    settings: Settings, stack: ExitStack, *, own_packs: bool, own_mode: bool
) -> Settings:
    """
    Take over the rules and the mail mode that the service on a database has, or had last.

    Args:
        settings: As config.toml and the command line say.
        stack: Keeps the folder of the rules, until it is closed.
        own_packs: The command line names packs: they stay.
        own_mode: The command line names a mail mode: it stays.

    Raises:
        UnusableDatabaseError: There is none, or it is another Milepost's.
        StoreBusy: The database can't say.
    """
    store = open_settings_store(settings)
    try:
        store.require_current()
        note = last_service(store)
        kept = store.settings.get(KEPT, KeptRules)
    finally:
        store.close()
    if note is not None and not own_mode and note.mail_mode in set(Mode):
        settings = replace(settings, mail=replace(settings.mail, mode=Mode(note.mail_mode)))
    if own_packs or note is None:
        return settings
    folder = _as_seen_from_here(Path(note.packs))
    if not folder.is_dir() and kept is not None:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="milepost-rules-")))
        unpack(kept, folder)
    return replace(settings, rules=replace(settings.rules, packs=folder))


def _as_seen_from_here(folder: Path) -> Path:
    """Give a folder as an author writes it who stands above it: places are told by it."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def clock_of(store: Store) -> Clock:
    """Give the clock that a database lives on: the simulated one it keeps, or the machine's."""
    kept = store.settings.anchor()
    if kept is None:
        return WallClock()
    return ShiftedClock(Anchor(kept.start, kept.speed, kept.anchored))
