"""A database's own events as a history, learner by learner, for a replay."""

from collections.abc import Iterator
from datetime import datetime

from adapters.store.store import Store
from engine.calendar import instant
from engine.events import Event


class StoredHistory:
    """
    The events of a database, as `History` gives those of files.

    Attributes:
        quarantined: How many things wait in its quarantine.
        reasons: How many for each reason's code; the quarantine itself tells more.
        first: The time of the earliest event, None where there is none.
        last: The time of the latest event.
    """

    def __init__(self, store: Store) -> None:
        """Look at a migrated database."""
        span = store.span()
        self.quarantined = store.counts()["quarantine"]
        self.reasons: dict[str, int] = {}
        self.first: datetime | None = instant(span[0]) if span else None
        self.last: datetime | None = instant(span[1]) if span else None
        self._store = store

    def learners(self) -> Iterator[tuple[str, list[Event]]]:
        """Yield each learner with all events, learners in order."""
        yield from self._store.histories()
