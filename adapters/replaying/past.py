"""A history that is lived through in parts, each with its own learners."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from engine.events import Event


class Past(Protocol):
    """
    Events by learner; files give it, and a database.

    Attributes:
        quarantined: How many things could not be used.
        reasons: How many for each reason's code.
        first: The time of the earliest event, None where there is none.
        last: The time of the latest event.
        in_order: Whether the learners of a part come before those of the next.
    """

    quarantined: int
    reasons: dict[str, int]
    first: datetime | None
    last: datetime | None
    in_order: bool

    @property
    def parts(self) -> int:
        """Give into how many parts the learners fall."""
        ...

    def part(self, number: int) -> Iterator[tuple[str, list[Event]]]:
        """Yield the learners of one part, each with all events; also in a forked process."""
        ...

    def of(self, learner: str) -> list[Event]:
        """Give one learner's events."""
        ...
