"""Where one learner stands in each credential: held, one condition away, or stuck on what."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from engine.calendar import Micros
from engine.conditions import group_answer
from engine.ledger import EXPIRED, WITHDRAWN
from engine.nearest import nearest
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential, State
from engine.verdict import Answer, Verdict
from engine.view import View


class Status(StrEnum):
    """How a learner stands in a credential."""

    HELD = "held"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NEARLY = "nearly"
    """One condition away."""
    WAITS = "waits"
    """Something is handed in and not marked yet."""
    BEGUN = "begun"
    NOT_BEGUN = "not begun"
    """Nothing of what it requires is there."""


class Lack(msgspec.Struct, frozen=True):
    """A condition that lacks: in the author's words, the fact behind it, and its place."""

    asks: str
    because: str
    place: str


class Standing(msgspec.Struct, frozen=True):
    """
    One learner and one credential.

    Attributes:
        status: How she stands.
        earned: When it was awarded last, None if never.
        lacks: The fewest conditions that would have to turn; none where it is held.
    """

    learner: str
    credential: str
    status: Status
    earned: Micros | None = None
    lacks: tuple[Lack, ...] = ()


def standings(plan: Plan, record: Record, now: Micros) -> Iterator[Standing]:
    """Yield how a learner stands in each credential that is awarded now, at an instant."""
    for _, credential in sorted(plan.ruleset.credentials.items()):
        if credential.state is not State.RETIRED:
            yield standing(plan, record, credential, now)


def standing(plan: Plan, record: Record, credential: Credential, now: Micros) -> Standing:
    """Say how a learner stands in a credential at an instant; a draft counts as if it were live."""
    learner, name = record.learner, credential.id
    memory = f"draft {name}" if credential.state is State.DRAFT else name
    awards = [a for a in record.ledger.awards.get(memory, ()) if a.ended_by != WITHDRAWN]
    if awards and awards[-1].ended is None:
        return Standing(learner, name, Status.HELD, awards[-1].at)
    pack = name.partition("/")[0]
    view = View(plan, record, now, plan.clocks.zone(record.said("zone"), "", pack), pack)
    verdict = group_answer(credential.requires, view)
    way = nearest(credential.requires, verdict)
    lacks = tuple(Lack(v.asks, v.because, f"{v.span.file}:{v.span.line}") for v in way)
    if awards:
        ended = Status.EXPIRED if awards[-1].state == EXPIRED else Status.REVOKED
        return Standing(learner, name, ended, awards[-1].at, lacks)
    return Standing(learner, name, _status(verdict, way), None, lacks)


def _status(verdict: Verdict, way: tuple[Verdict, ...]) -> Status:
    if verdict.answer is Answer.UNKNOWN:
        return Status.WAITS
    begun = any(_has_evidence(part) for part in (verdict, *verdict.under))
    if len(way) == 1 and (begun or not verdict.under):
        return Status.NEARLY if begun else Status.NOT_BEGUN
    return Status.BEGUN if begun else Status.NOT_BEGUN


def _has_evidence(verdict: Verdict) -> bool:
    return bool(verdict.evidence) or any(_has_evidence(part) for part in verdict.under)
