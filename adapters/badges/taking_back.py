"""A person takes a credential back, by a word of the learner's history like any other."""

from datetime import datetime
from uuid import uuid4

import msgspec

from adapters.inbound.native import decode
from adapters.inbound.received import REVIEWS, Take, text_problem
from adapters.store.badges import BadgeRow
from adapters.store.store import Store
from engine.events import Word
from engine.ledger import EXPIRED


class TakingBackError(Exception):
    """A credential can't be taken back; the message is a sentence."""


def ended_of(store: Store, badge: BadgeRow) -> tuple[datetime | None, str]:
    """Give when a badge's award ended, None while it is held, and by what."""
    for row in store.history.awards_of(badge.learner):
        if (row.credential, row.number) == (badge.credential, badge.number):
            return row.ended, row.ended_by
    return None, ""


def revoke(store: Store, take: Take, badge: BadgeRow, by: str, because: str, now: datetime) -> None:
    """
    Revoke an award; what follows is committed, and its bit is set from then on.

    Args:
        store: The database.
        take: Takes the event in.
        badge: The award's credential.
        by: Who revokes it.
        because: Why; the learner may ask.
        now: The service's clock.

    Raises:
        TakingBackError: It is not held any more, or there is no reason.
    """
    because = _reason(because)
    ended, ended_by = ended_of(store, badge)
    if ended is not None:
        what = "expired" if ended_by == EXPIRED else "was taken back"
        raise TakingBackError(f"it {what} already, on {ended:%Y-%m-%d}")
    event = {
        "id": f"revoked.{uuid4()}",
        "time": now.isoformat(),
        "learner": badge.learner,
        "is": Word.REVOKED.value,
        "credential": badge.credential,
        "by": by,
        "because": because,
    }
    received = decode(msgspec.json.encode(event), REVIEWS, now)
    for one in received:
        if one.reason:
            raise TakingBackError(one.reason)
    take(received, now, REVIEWS)


def suspend(store: Store, badge: BadgeRow, because: str, now: datetime) -> None:
    """
    Suspend a credential until that is lifted; the award itself stays.

    Raises:
        TakingBackError: There is no reason.
    """
    store.badges.suspend(badge.id, now, _reason(because))


def lift(store: Store, badge: BadgeRow) -> None:
    """Lift a suspension."""
    store.badges.suspend(badge.id, None, "")


def _reason(because: str) -> str:
    because = " ".join(because.split())
    if not because:
        raise TakingBackError("say why: nobody takes back a credential without a reason")
    if problem := text_problem("reason", because):
        raise TakingBackError(problem)
    return because
