"""
An event as a row: what every event has in columns, what few have in one small blob.

Folding a record again reads these and parses no JSON; the bytes that were sent stay beside
them, for whoever doubts the reading.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from adapters.store.bulk import Row
from engine.calendar import Micros, instant
from engine.events import Event, Score

COLUMNS = (
    "source", "id", "learner", "at", "arrived", "word", "object", "course", "more", "raw",
)  # fmt: skip


class EventRow(NamedTuple):
    """An event's own columns, as they are read back."""

    source: str
    id: str
    learner: str
    at: Micros
    word: str
    object: str
    course: str
    more: bytes | None


class _More(msgspec.Struct, array_like=True, frozen=True):
    verb: str = ""
    score: Score | None = None
    attempt: str = ""
    criteria: tuple[tuple[str, Score], ...] = ()
    undone: bool = False
    role: str = ""
    due: datetime | None = None
    fields: tuple[tuple[str, str], ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_More)
_NOTHING = _More()


def row_of(event: Event, at: Micros, arrived: Micros, raw: bytes) -> Row:
    """Give an event as a row of COLUMNS; `at` is its time, which the caller knows already."""
    more: bytes | None = None
    if (
        event.score is not None
        or event.verb
        or event.attempt
        or event.fields
        or event.role
        or event.undone
        or event.criteria
        or event.due is not None
    ):
        more = _encoder.encode(
            _More(
                event.verb,
                event.score,
                event.attempt,
                event.criteria,
                event.undone,
                event.role,
                event.due,
                event.fields,
            )
        )
    return (
        event.source,
        event.id,
        event.learner,
        at,
        arrived,
        event.word,
        event.object,
        event.course,
        more,
        raw,
    )


def event_of(row: EventRow) -> Event:
    """Give an event back from its row."""
    more = _NOTHING if row.more is None else _decoder.decode(row.more)
    return Event(
        id=row.id,
        time=instant(row.at),
        learner=row.learner,
        word=row.word,
        object=row.object,
        course=row.course,
        verb=more.verb,
        score=more.score,
        attempt=more.attempt,
        criteria=more.criteria,
        undone=more.undone,
        role=more.role,
        due=more.due,
        fields=more.fields,
        source=row.source,
    )
