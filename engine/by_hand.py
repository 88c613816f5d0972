"""What a person says of a learner's credential: facts with their time, as the LMS's are."""

import msgspec

from engine.calendar import Micros

BY_HAND = "awarded by hand"
"""What a verdict asks in place of the requirements, where a person awards."""

BECAUSE, BY, EVIDENCE = "because", "by", "evidence"
"""The fields of what a person says of a credential: why, who says so, and on what evidence."""


class Revocation(msgspec.Struct, array_like=True, frozen=True, order=True):
    """A person revoked a credential (`on`), or took that back; only the latest counts."""

    at: Micros
    id: str
    on: bool
    because: str = ""
    by: str = ""


class Grant(msgspec.Struct, array_like=True, frozen=True, order=True):
    """A person awarded a credential by hand: who, why, and on what evidence (a line each)."""

    at: Micros
    id: str
    by: str
    because: str
    evidence: str = ""

    def __str__(self) -> str:
        """Say it as reports do."""
        return f"awarded by {self.by}: {self.because}"
