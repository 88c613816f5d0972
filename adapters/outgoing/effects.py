"""
What an effect becomes in the outbox: one row whose content is frozen when it is decided.

The row holds the whole context as JSON (what, for whom, on what occasion, and what was known
of the learner then), so a message released a month later says what was true when it was
written. A missing address is no reason to decide otherwise: the row is there, and its way
out says what is missing.
"""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

import msgspec

from adapters.service.deciding import EntriesOf
from engine.calendar import Micros, instant
from engine.outcome import MESSAGES as WRITTEN
from engine.outcome import WITHIN, Effect, Kind
from engine.record import Record
from engine.source import NOWHERE
from notifications.mode import Mode, first_status
from notifications.outbox import Entry, Status
from notifications.outbox import Kind as Channel

AWARDS, MESSAGES, CHANGES = "awards", "messages", "changes"
"""Categories of rows: a credential's message, a rule's message, what an LMS is told."""

LEARNER = "learner"
PROFILE = ("name", "email", "zone", "language")


class Frozen(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    An effect and what was known when it was decided, as the row's `data` (JSON).

    Attributes:
        score: The trigger's mark as (over, under), None if there is none.
        due: Microseconds since 1970, as all instants here.
        profile: What was known of the learner: name, email, zone, language.
        items: Of a digest: what it collects.
    """

    key: str
    kind: Kind
    target: str
    learner: str
    by: str
    at: Micros
    course: str = ""
    object: str = ""
    score: tuple[int, int] | None = None
    to: str = LEARNER
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    due: Micros | None = None
    credential: str = ""
    profile: dict[str, str] = {}
    go_to: str = ""
    items: tuple["Frozen", ...] = ()


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Frozen)


def thaw(data: bytes) -> Frozen:
    """Read a row's content back; a msgspec.MsgspecError means that it is none of ours."""
    return _decoder.decode(data)


def entries_for(mode: Mode, *, worth: timedelta | None = None) -> EntriesOf:
    """
    Give the function that makes outbox rows of effects.

    Args:
        mode: The mail mode: in `hold`, messages begin held, those within the LMS too; other
            calls never are.
        worth: For how long a message is worth sending; None for ever.
    """
    status = first_status(mode)

    def entries_of(effect: Effect, record: Record) -> Sequence[Entry]:
        if effect.kind in WITHIN:
            return ()
        profile = {field: said for field in PROFILE if (said := record.said(field))}
        mail, message = effect.kind is Kind.EMAIL, effect.kind in WRITTEN
        frozen = msgspec.structs.replace(freeze(effect), profile=profile)
        if mail:
            recipient = profile.get("email", "") if effect.to == LEARNER else effect.to
        else:
            recipient = effect.target if effect.kind is Kind.WEBHOOK else ""
        at = instant(effect.at)
        return (
            Entry(
                key=effect.key,
                kind=Channel.EMAIL if mail else Channel.WEBHOOK,
                learner=effect.learner,
                category=_category(effect),
                recipient=recipient,
                data=_encoder.encode(frozen),
                not_before=at,
                status=status if message else Status.QUEUED,
                expires_at=at + worth if message and worth is not None else None,
                reason="mode_hold" if message and status is Status.HELD else "",
                by=effect.by,
            ),
        )

    return entries_of


def freeze(effect: Effect) -> Frozen:
    """Give an effect as a row keeps it, with no profile yet."""
    score = effect.score
    return Frozen(
        effect.key,
        effect.kind,
        effect.target,
        effect.learner,
        effect.by,
        effect.at,
        effect.course,
        effect.object,
        None if score is None else (score.numerator, score.denominator),
        effect.to,
        effect.cc,
        effect.reply_to,
        effect.due,
        effect.credential,
        go_to=effect.go_to,
        items=tuple(map(freeze, effect.items)),
    )


def melt(frozen: Frozen) -> Effect:
    """Give a row's effect back; where the author asked for it is not kept."""
    return Effect(
        key=frozen.key,
        kind=frozen.kind,
        target=frozen.target,
        learner=frozen.learner,
        by=frozen.by,
        at=frozen.at,
        span=NOWHERE,
        course=frozen.course,
        object=frozen.object,
        score=None if frozen.score is None else Fraction(*frozen.score),
        to=frozen.to,
        cc=frozen.cc,
        reply_to=frozen.reply_to,
        due=frozen.due,
        credential=frozen.credential,
        go_to=frozen.go_to,
        items=tuple(map(melt, frozen.items)),
    )


def _category(effect: Effect) -> str:
    if effect.kind not in WRITTEN:
        return CHANGES
    return AWARDS if effect.credential and effect.credential == effect.by else MESSAGES
