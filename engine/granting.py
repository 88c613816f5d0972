"""
Awards by hand: what a person gives where no rule could, such as for prior learning.

It is a fact with its time, as a revocation is. Where a credential asks for the approval of
several people, so many different ones must award it; and nobody awards herself anything. What
was given before the last revocation or the end of the last award counts no more.
"""

from collections.abc import Iterable

from engine.by_hand import Grant
from engine.calendar import Micros
from engine.ledger import EXPIRED, PART, REVOKED, WITHDRAWN, Award
from engine.record import Record
from engine.ruleset import Credential


def given(credential: Credential, record: Record, since: Micros | None = None) -> Grant | None:
    """
    Give the word by which a credential was awarded by hand, None where it was not.

    Args:
        credential: Which.
        record: The learner.
        since: What was said up to then counts no more; None where all counts.
    """
    people = credential.approval.people if credential.approval is not None else 1
    said = [*_by_person(credential, record, since).values()]
    return said[people - 1] if len(said) >= people else None


def _by_person(credential: Credential, record: Record, since: Micros | None) -> dict[str, Grant]:
    """Give the first word of each person, in order; the learner's own counts for nothing."""
    own = {record.learner.casefold(), record.said("email").casefold()}
    found: dict[str, Grant] = {}
    for grant in _said(credential, record):
        name = " ".join(grant.by.split()).casefold()
        if name not in own and (since is None or grant.at > since):
            found.setdefault(name, grant)
    return found


def of_award(credential: Credential, record: Record, award: Award) -> Grant | None:
    """Give the word by which an award was given by hand, None where its evidence gave it."""
    if not award.granted:
        return None
    return next((g for g in _said(credential, record) if g.id == award.granted), None)


def word_for(credential: Credential, record: Record, memory: str) -> Grant | None:
    """Give the word by hand that the last award of a credential may rest on, None if none does."""
    if not record.granted:
        return None
    return given(credential, record, _counts_since(credential, record, memory))


def awarded_so_far(credential: Credential, record: Record, memory: str) -> tuple[str, ...]:
    """Give who has awarded a credential by hand since the last award of it ended, in order."""
    since = _counts_since(credential, record, memory)
    return tuple(grant.by for grant in _by_person(credential, record, since).values())


def _counts_since(credential: Credential, record: Record, memory: str) -> Micros | None:
    """Give when the award before the last, or the last if it is gone, ended for good."""
    awards = record.ledger.awards.get(memory, ())
    before = awards if not awards or awards[-1].ended_by in GONE else awards[:-1]
    said = record.revocation(credential.id, credential.was)
    return _ends(before, None if said is None else said.at)


GONE = frozenset({EXPIRED, PART, REVOKED, WITHDRAWN})
"""How an award ends that another one follows; one whose evidence fell may still come back."""


def _ends(awards: Iterable[Award], revoked: Micros | None) -> Micros | None:
    """Give when the last award ended for good, or a person last revoked; None if never."""
    ends = [a.ended for a in awards if a.ended_by in (EXPIRED, PART) and a.ended is not None]
    return max([*ends, *([] if revoked is None else [revoked])], default=None)


def _said(credential: Credential, record: Record) -> list[Grant]:
    names = dict.fromkeys(name for name in (credential.id, credential.was) if name)
    return sorted(grant for name in names for grant in record.granted.get(name, ()))
