"""
What came of one thing that somebody sent: an event, or the reason why it can't be used.

A reason is a sentence behind a code (`time: it has no zone`), since an operator sorts a
quarantine by it. Nothing that was sent is thrown away: its bytes stay beside the reason.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

import msgspec

from engine.events import Event

MAX_TEXT = 2_000
"""Characters in any one id, name or text; a longer one is somebody's mistake."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
FINGERPRINT = 32
"""Hexadecimal digits of a fingerprint: 128 bits."""

LARGEST_POWER = 30
MAX_DIGITS = 60

REVIEWS = "reviews"
"""The source of answers to reviews: the door at which it was looked whose word counts."""

UNREADABLE = (
    msgspec.MsgspecError,
    ValueError,
    RecursionError,
    OverflowError,
    ArithmeticError,
)
"""What decoding hostile bytes may raise; each means that they are not what they should be."""


class BadBody(Exception):  # noqa: N818 - it names what was sent, as the sender is told
    """The whole of what was sent can't be read; the message is a sentence for the sender."""


class Received(msgspec.Struct, frozen=True):
    """
    One thing that was sent, read.

    Attributes:
        raw: Its bytes; those of tables are the row as JSON.
        event: What it says, None if it can't be used.
        reason: Why it can't be used, `code: sentence`; "" where there is an event.
        id: What the sender is told, and by which a redelivery is known: its own id if it has a
            usable one, else a fingerprint of its content.
    """

    raw: bytes
    event: Event | None
    reason: str
    id: str


Take = Callable[[Sequence[Received], datetime, str], object]
"""Takes events in, at a time and from a source; whatever it returns is committed."""


class Batch(msgspec.Struct, frozen=True):
    """
    A request of several statements, read.

    Attributes:
        ids: The ids to answer with, in the order of the request.
        received: The same statements, read, in the same order.
    """

    ids: tuple[str, ...]
    received: tuple[Received, ...]


def _marked(number: str) -> str:
    return "#" + number


_anything = msgspec.json.Decoder(object, float_hook=_marked)
_sorted = msgspec.json.Encoder(order="sorted")


def fingerprint(raw: bytes) -> str:
    """
    Give an id for content that has none: the same for the same JSON in any order of its keys.

    Numbers count digit by digit. Bytes that are no JSON are taken as they are.
    """
    try:
        content = _sorted.encode(_anything.decode(raw))
    except UNREADABLE:
        content = raw
    return sha256(content).hexdigest()[:FINGERPRINT]


def refused(raw: bytes, reason: str, name: str = "") -> Received:
    """Give what can't be used, with its reason and, if it has none of its own, a fingerprint."""
    usable = bool(name) and not text_problem("id", name)
    return Received(raw, None, reason, name if usable else fingerprint(raw))


def text_problem(code: str, text: str) -> str:
    """Say why a text can't be stored or shown, "" if it can."""
    if "\x00" in text:
        return f"{code}: it contains a NUL character"
    if len(text) > MAX_TEXT:
        return f"{code}: {len(text):,} characters, more than {MAX_TEXT:,}"
    return ""


def time_problem(time: datetime, code: str = "time") -> str:
    """Say why an instant can't be one at which somebody learned, "" if it can."""
    if time.tzinfo is None:
        return f"{code}: it has no zone; write it like 2025-03-03T10:00:00+01:00"
    if time < EARLIEST:
        return f"{code}: {time.isoformat()} is before 1970"
    if time >= LATEST:
        return f"{code}: {time.isoformat()} is after 2199"
    return ""


def number_problem(name: str, number: Decimal) -> str:
    """
    Say why a number can't be part of a score, "" if it can.

    Exact arithmetic on 1e999999999 would fill the memory, so powers and digits are bounded.
    """
    if not number.is_finite():
        return f"score: {name} is no number"
    if -LARGEST_POWER <= number.adjusted() <= LARGEST_POWER and len(str(number)) <= MAX_DIGITS:
        return ""
    return f"score: {name} is too large, too small or too long"
