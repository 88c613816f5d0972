"""
An effect as the bytes of an outbox row: frozen with the decision, read when it leaves.

JSON, so that an operator who opens the database can read it. What it says is what the decision
knew; the message's own bytes are made of it later, and take its place in the row.
"""

from fractions import Fraction

import msgspec

from engine.outcome import Effect, Kind
from engine.source import Span

OPENING = b'{"effect":'
"""How a row begins that has not become a message yet; no message begins so."""


class _Span(msgspec.Struct, frozen=True, omit_defaults=True):
    file: str
    line: int = 1
    column: int = 1
    length: int = 1


class _Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    kind: Kind
    target: str
    key: str
    learner: str
    by: str
    at: int
    span: _Span
    course: str = ""
    object: str = ""
    score: tuple[int, int] | None = None
    to: str = "learner"
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    due: int | None = None
    credential: str = ""


class _Row(msgspec.Struct, frozen=True):
    effect: _Stored


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Row)


def is_effect(data: bytes | None) -> bool:
    """Say whether a row's data is an effect, and not yet the bytes that leave."""
    return data is not None and data.startswith(OPENING)


def encode_effect(effect: Effect) -> bytes:
    """Give an effect as JSON; the same effect gives the same bytes."""
    span, score = effect.span, effect.score
    return _encoder.encode(
        _Row(
            _Stored(
                kind=effect.kind,
                target=effect.target,
                key=effect.key,
                learner=effect.learner,
                by=effect.by,
                at=effect.at,
                span=_Span(span.file, span.line, span.column, span.length),
                course=effect.course,
                object=effect.object,
                score=None if score is None else (score.numerator, score.denominator),
                to=effect.to,
                cc=effect.cc,
                reply_to=effect.reply_to,
                due=effect.due,
                credential=effect.credential,
            )
        )
    )


def decode_effect(data: bytes) -> Effect:
    """
    Give an effect back from its bytes.

    Raises:
        msgspec.DecodeError: They are no effect of this version's.
    """
    stored = _decoder.decode(data).effect
    span, score = stored.span, stored.score
    return Effect(
        key=stored.key,
        kind=stored.kind,
        target=stored.target,
        learner=stored.learner,
        by=stored.by,
        at=stored.at,
        span=Span(span.file, span.line, span.column, span.length),
        course=stored.course,
        object=stored.object,
        score=None if score is None else Fraction(*score),
        to=stored.to,
        cc=stored.cc,
        reply_to=stored.reply_to,
        due=stored.due,
        credential=stored.credential,
    )
