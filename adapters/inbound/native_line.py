"""
An event written in Milepost's own form: the way back from adapters/inbound/native.py.

The cohort, the tables and OULAD write it, so whatever lies in a quarantine, wherever it came
from, can be tried again by one reader.
"""

from datetime import datetime
from decimal import Decimal

import msgspec

from adapters.inbound.native import RESERVED
from engine.events import Event, Score, Word


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """A score as it is written."""

    raw: Decimal | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    given: Decimal | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event as it is written; what is not said is left out."""

    id: str = ""
    time: datetime | None = None
    learner: str
    course: str = ""
    object: str = ""
    word: str = msgspec.field(name="is")
    score: Mark | None = None
    attempt: str = ""
    criteria: dict[str, Mark] = {}
    undone: bool = False
    role: str = ""
    due: datetime | None = None
    verb: str = ""
    fields: dict[str, str] = {}


_encoder = msgspec.json.Encoder(decimal_format="number")


def mark_of(score: Score) -> Mark:
    """Write a score; the least points are left out where they are 0."""
    low = score.low or None
    return Mark(score.raw, low, score.high, score.given)


def encode(event: Event) -> bytes:
    """Write an event as one line of JSON, without the line's end; the source is not in it."""
    fields = dict(event.fields)
    line = Line(
        id=event.id,
        time=event.time,
        learner=event.learner,
        course=event.course,
        object=event.object,
        word=event.word,
        score=None if event.score is None else mark_of(event.score),
        attempt=event.attempt,
        criteria={name: mark_of(score) for name, score in event.criteria},
        undone=event.undone,
        role=event.role,
        due=event.due,
        verb=event.verb,
        fields={} if event.word == Word.PROFILE else fields,
    )
    body = _encoder.encode(line)
    if event.word != Word.PROFILE or not fields:
        return body
    taken = RESERVED | set(Line.__struct_encode_fields__)
    plain = {name: text for name, text in fields.items() if name not in taken}
    rest = {name: text for name, text in fields.items() if name in taken}
    more: dict[str, object] = dict(plain)
    if rest:
        more["fields"] = rest
    return body[:-1] + b"," + _encoder.encode(more)[1:]
