"""A database's own events as a history, learner by learner, for a replay."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime

from adapters.store.store import Store
from engine.calendar import instant
from engine.events import Event

PART = 500
"""Learners in one part."""


class StoredHistory:
    """
    The events of a database, as `History` gives those of files.

    Attributes:
        quarantined: How many things wait in its quarantine.
        reasons: How many for each reason's code; the quarantine itself tells more.
        first: The time of the earliest event, None where there is none.
        last: The time of the latest event.
    """

    in_order = True
    """Parts are stretches of the alphabet."""

    def __init__(self, store: Store, reopen: Callable[[], Store]) -> None:
        """
        Look at a migrated database.

        Args:
            store: The database.
            reopen: Opens it once more, for a forked process: connections can't be shared.
        """
        span = store.span()
        self.quarantined = store.counts()["quarantine"]
        self.reasons: dict[str, int] = {}
        self.first: datetime | None = instant(span[0]) if span else None
        self.last: datetime | None = instant(span[1]) if span else None
        self._stores = {os.getpid(): store}
        self._reopen = reopen
        # The first learner of each part; nothing else of a large database is kept in memory.
        self._starts = [
            name for number, name in enumerate(store.learners()) if number % PART == 0
        ] or [""]

    @property
    def parts(self) -> int:
        """Give into how many parts the learners fall."""
        return len(self._starts)

    def part(self, number: int) -> Iterator[tuple[str, list[Event]]]:
        """Yield the learners of one part, each with all events."""
        store = self._here()
        until = self._starts[number + 1] if number + 1 < len(self._starts) else None
        for learner in store.learners(self._starts[number]):
            if until is not None and learner >= until:
                return
            yield learner, store.events_of(learner)

    def of(self, learner: str) -> list[Event]:
        """Give one learner's events."""
        return self._here().events_of(learner)

    def _here(self) -> Store:
        """Give this process's own connection."""
        process = os.getpid()
        if process not in self._stores:
            self._stores = {process: self._reopen()}
        return self._stores[process]
