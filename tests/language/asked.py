"""What `milepost replay` and `milepost explain` answer, typed as the contract says."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

Said = dict[str, object]


class Replayed(msgspec.Struct):
    """The JSON document of `replay`."""

    events: int
    learners: int
    quarantined: int
    credentials: dict[str, dict[str, int]]
    skills: dict[str, dict[str, int]]
    rules: dict[str, dict[str, int]]
    messages: int
    ruleset: str


class Node(msgspec.Struct):
    """A verdict with what stands under it."""

    asks: str
    answer: str
    because: str
    file: str
    line: int
    under: list["Node"]


class Explained(msgspec.Struct):
    """The JSON document of `explain`."""

    learner: str
    thing: str
    answer: str
    verdict: Node
    missing: list[str]


class Replay(Protocol):
    """Replays events through a pack of these tests."""

    def __call__(
        self, pack: str, events: Iterable[Mapping[str, object]], until: str = ""
    ) -> Replayed:
        """Give what `replay` says."""


class Explain(Protocol):
    """Explains a thing of a pack of these tests."""

    def __call__(
        self, pack: str, events: Iterable[Mapping[str, object]], thing: str, on: str
    ) -> Explained:
        """Give what `explain` says of ada."""
