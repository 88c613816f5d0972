"""One thing that was looked at, and what to do about it, in an operator's words."""

from enum import StrEnum

import msgspec


class State(StrEnum):
    """How it stands."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"
    NOT_CHECKED = "not checked"


class Finding(msgspec.Struct, frozen=True):
    """
    What was found.

    Attributes:
        part: Clock, database, mail and so on.
        state: How it stands.
        says: A sentence.
        remedy: What to do, "" where nothing is needed.
    """

    part: str
    state: State
    says: str
    remedy: str = ""
