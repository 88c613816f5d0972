"""The rules that were in force at an earlier instant, for whoever asks about that instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.running.rules_in_force import decompressed, unpack
from adapters.service.live import with_live
from adapters.settings.tree import Settings
from adapters.store.store import Store
from engine.calendar import micros
from engine.plan import Plan
from rules.packs import read_packs


@dataclass(frozen=True, slots=True)
class Then:
    """
    Rules to explain by.

    Attributes:
        plan: The rules.
        folder: Where they were unpacked, which is no place that an author knows; "" where they
            lie in the author's own.
        instances: Packs that are used again, each with its own name.
    """

    plan: Plan
    folder: str = ""
    instances: Mapping[str, str] = field(default_factory=dict)

    def placed(self, text: bytes) -> bytes:
        """Leave out of a text where the rules were unpacked."""
        return text.replace(f"{self.folder}/".encode(), b"") if self.folder else text


def rules_then(store: Store, settings: Settings, now: Plan, on: datetime | None) -> Then:
    """
    Give the rules that were in force at an instant, as far as the database has their files.

    Args:
        store: The database.
        settings: Of the service.
        now: The rules in force now, which stand in for those that are not kept.
        on: The instant; None for now.

    Raises:
        StoreBusy: The database can't say.
    """
    fingerprint = "" if on is None else store.reigns.at(micros(on))
    if fingerprint in ("", now.ruleset.fingerprint):
        return Then(now)
    data = store.reigns.files(fingerprint)
    return Then(now) if data is None else rules_of(data, store, settings)


def rules_of(data: bytes, store: Store, settings: Settings) -> Then:
    """Give the rules in files that were kept; see Reigns.files."""
    with TemporaryDirectory(prefix="milepost-rules-") as name:
        folder = Path(name)
        unpack(decompressed(data), folder)
        reading = read_packs([folder], zone=settings.rules.zone)
    ruleset = with_live(reading.ruleset, store.settings.known_live())
    return Then(Plan(ruleset, settings.engine.stale_after), name, reading.instances)
