"""
How long an award lasts if nothing more is done, and how its holder keeps it.

It has an end of its own, it may be renewed from some day on, and a stack with `if a part
expires: expire` ends with the parts it rests on. What will fall is found by letting the parts
expire, one day after the other, and asking the stack's own condition each time.
"""

from dataclasses import dataclass

import msgspec

from engine.calendar import Micros
from engine.conditions import group_answer
from engine.evidence import parts_are_there
from engine.expiry import renewal_of
from engine.leaves import leaves_of, steps_of
from engine.ledger import EXPIRED, Award
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential
from engine.terms import Noun
from engine.verdict import Verdict
from engine.view import View


@dataclass(frozen=True, slots=True)
class Fall:
    """
    When a stack falls with its parts.

    Attributes:
        at: The instant.
        parts: The parts whose renewal keeps it: full names.
        any_one: Whether one of them is enough; else it takes all.
    """

    at: Micros
    parts: tuple[str, ...]
    any_one: bool


@dataclass(frozen=True, slots=True)
class Lasting:
    """
    How long an award lasts.

    Attributes:
        until: Its own end, None where it has none.
        renewable: From when on it can be renewed, None where it can't.
        verdict: What renewal asks, as far as it is met since that day; None before it.
        fall: When it falls with its parts before that, None if it doesn't.
    """

    until: Micros | None
    renewable: Micros | None = None
    verdict: Verdict | None = None
    fall: Fall | None = None

    @property
    def ends(self) -> Micros | None:
        """Give when it ends if nothing more is done, None if it never does."""
        return self.fall.at if self.fall is not None else self.until


def lasting(plan: Plan, record: Record, name: str, now: Micros) -> Lasting | None:
    """
    Say how long a credential that a learner holds will last.

    Args:
        plan: The rules.
        record: The learner, folded up to the instant.
        name: The credential's full name.
        now: The instant.

    Returns:
        None where it is not held, or no rule knows it any more.
    """
    credential = plan.ruleset.credentials.get(name)
    award = record.ledger.held(name)
    if credential is None or award is None:
        return None
    zone = plan.clocks.course_zone("", name.partition("/")[0])
    opens = renewal_of(credential, award.expires, zone)
    verdict = None
    if opens is not None and opens <= now:
        view = _view(plan, record, credential, now)
        view.since = opens
        verdict = group_answer(credential.requires, view)
    return Lasting(award.expires, opens, verdict, _fall(plan, record, name, now, ()))


def _view(plan: Plan, record: Record, credential: Credential, now: Micros) -> View:
    pack = credential.id.partition("/")[0]
    return View(plan, record, now, plan.clocks.zone(record.said("zone"), "", pack), pack)


def _end(
    plan: Plan, record: Record, name: str, now: Micros, path: tuple[str, ...]
) -> Micros | None:
    """Give when an award ends if nothing more is done."""
    award = record.ledger.held(name)
    if award is None or name in path:
        return None
    fall = _fall(plan, record, name, now, path)
    return fall.at if fall is not None else award.expires


def _fall(plan: Plan, record: Record, name: str, now: Micros, path: tuple[str, ...]) -> Fall | None:
    """Give when a stack falls with its parts, None where it doesn't before its own end."""
    credential = plan.ruleset.credentials.get(name)
    award = record.ledger.held(name)
    if credential is None or award is None or not credential.expires_with_part:
        return None
    ends = {
        part: end
        for part in parts_of(plan, credential)
        if (end := _end(plan, record, part, now, (*path, name))) is not None
    }
    for at in sorted(set(ends.values())):
        if award.expires is not None and award.expires <= at:
            return None
        gone = tuple(sorted(part for part, end in ends.items() if end <= at))
        if not _stands(plan, record, credential, now, gone):
            saving = tuple(
                part
                for part in gone
                if _stands(plan, record, credential, now, tuple(p for p in gone if p != part))
            )
            return Fall(at, saving or gone, any_one=len(saving) > 0)
    return None


def parts_of(plan: Plan, credential: Credential) -> tuple[str, ...]:
    """Give the credentials that a stack asks for, also by the steps of a pathway."""
    found: dict[str, None] = {}
    waiting = list(leaves_of(credential.requires))
    seen: set[str] = set()
    while waiting:
        leaf = waiting.pop(0)
        if leaf.noun is Noun.CREDENTIAL and leaf.name:
            found[leaf.name] = None
        elif leaf.noun is Noun.PATHWAY and leaf.name and leaf.name not in seen:
            seen.add(leaf.name)
            waiting += steps_of(plan.ruleset, leaf)
    return tuple(found)


def _stands(
    plan: Plan, record: Record, credential: Credential, now: Micros, gone: tuple[str, ...]
) -> bool:
    """Say whether a stack stands without some of its parts."""
    awards = {**record.ledger.awards, **{part: _expired(record, part, now) for part in gone}}
    ledger = msgspec.structs.replace(record.ledger, awards=awards)
    without = msgspec.structs.replace(record, ledger=ledger)
    return parts_are_there(credential, _view(plan, without, credential, now))


def _expired(record: Record, part: str, now: Micros) -> list[Award]:
    *earlier, last = record.ledger.awards[part]
    return [*earlier, msgspec.structs.replace(last, ended=now, ended_by=EXPIRED)]
