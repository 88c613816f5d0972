"""What a badge from elsewhere is among a learner's events: something completed, or taken back."""

import hashlib
from datetime import datetime

import msgspec

from adapters.inbound.native import decode
from adapters.inbound.received import REVIEWS, Received
from adapters.store.outside import OutsideRow
from engine.events import Word

BADGE = "badge:"
BETWEEN = "|"
CREDENTIAL = "credential"
"""The field of the event that says which credential it was."""

BECAUSE = "because"
"""The field that says why it counts no more."""

DIGITS = 32
LONGEST = 300


def counting(row: OutsideRow, time: datetime, now: datetime) -> list[Received]:
    """Give the event by which a badge counts, from a time on."""
    return _event(row, time, now, {CREDENTIAL: row.id}, undone=False)


def taken_back(row: OutsideRow, because: str, now: datetime) -> list[Received]:
    """Give the event by which it counts no more."""
    fields = {CREDENTIAL: row.id, BECAUSE: because[:LONGEST]}
    return _event(row, now, now, fields, undone=True)


def _event(
    row: OutsideRow, time: datetime, now: datetime, fields: dict[str, str], *, undone: bool
) -> list[Received]:
    """Give an event; the same turn of the same badge has the same id, so that it counts once."""
    digest = hashlib.sha256(f"{row.learner} {row.id}".encode()).hexdigest()[:DIGITS]
    event: dict[str, object] = {
        "id": f"badge.{digest}.{row.turns}" if row.turns else f"badge.{digest}",
        "time": time.isoformat(),
        "learner": row.learner,
        "is": Word.COMPLETED.value,
        "object": row.object,
        "fields": fields,
    }
    if undone:
        event["undone"] = True
    return decode(msgspec.json.encode(event), REVIEWS, now)
