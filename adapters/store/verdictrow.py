"""A verdict as compact bytes, beside the decision that it explains."""

import msgspec

from engine.source import Span
from engine.verdict import Answer, Verdict


class _Stored(msgspec.Struct, array_like=True, frozen=True):
    answer: Answer
    asks: str
    because: str
    file: str
    line: int
    column: int
    length: int
    under: tuple["_Stored", ...] = ()
    evidence: tuple[str, ...] = ()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Stored)


def encode_verdict(verdict: Verdict) -> bytes:
    """Give a verdict as bytes (MessagePack)."""
    return _encoder.encode(_stored(verdict))


def decode_verdict(data: bytes) -> Verdict:
    """Give a verdict back from its bytes."""
    return _verdict(_decoder.decode(data))


def _stored(verdict: Verdict) -> _Stored:
    span = verdict.span
    return _Stored(
        verdict.answer,
        verdict.asks,
        verdict.because,
        span.file,
        span.line,
        span.column,
        span.length,
        tuple(_stored(part) for part in verdict.under),
        verdict.evidence,
    )


def _verdict(stored: _Stored) -> Verdict:
    return Verdict(
        stored.answer,
        stored.asks,
        stored.because,
        Span(stored.file, stored.line, stored.column, stored.length),
        tuple(_verdict(part) for part in stored.under),
        stored.evidence,
    )
