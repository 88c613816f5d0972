"""
Another issuer's badge as evidence: verified, hers, and counted by a rule, or told why not.

It becomes an event of the learner's like any other, of an object that is called
`badge:ISSUER|ACHIEVEMENT`. The trust list is what authors have written: an activity with that
name in pack.yaml. A badge that no rule counts is refused with the words that would count it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from adapters.badges.jsonvalue import JsonObject, as_object, as_text, id_of
from adapters.badges.looking_again import next_look
from adapters.badges.outside_events import BADGE, BETWEEN, counting
from adapters.badges.verifying.checks import moment_of
from adapters.badges.verifying.reading import presented
from adapters.badges.verifying.sources import Sources
from adapters.badges.verifying.verify import examined
from adapters.inbound.received import REVIEWS, Take
from adapters.plain.proof import plain_title
from adapters.store.outside import OutsideRow, Standing
from adapters.store.store import Store
from engine.calendar import micros
from engine.plan import Plan


class NotAcceptedError(Exception):
    """A badge does not count; the message is a sentence for who brought it."""


class NotCountedError(NotAcceptedError):
    """A badge may be genuine, and no rule counts it, or nobody can tell whose it is."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    A badge that counts.

    Attributes:
        activities: As what it counts: full names.
        titles: The same, as learners read them.
        since: From when it counts: when it was awarded.
    """

    title: str
    issuer: str
    activities: tuple[str, ...]
    titles: tuple[str, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Reception:
    """
    Where badges are brought to.

    Attributes:
        plan: The rules in force, which say what counts.
        sources: Where keys and lists are looked up.
        machine: The machine's clock, on which badges are good or not.
        now: The service's.
    """

    store: Store
    take: Take
    plan: Plan
    sources: Sources
    machine: datetime
    now: datetime

    def accept(self, learner: str, data: bytes) -> Accepted:
        """
        Take a badge in for a learner; what follows is committed. The same one twice is one.

        Raises:
            NotAcceptedError: It is not genuine, not good today, not hers, or no rule counts it.
        """
        record = self.store.record_of(learner)
        if record is None:
            raise NotCountedError(f"nothing is known of a learner `{learner}`")
        email = record.said("email")
        if not email:
            raise NotCountedError("no e-mail address is known, so nobody can tell whose it is")
        verdict, document = examined(data, self.sources, self.machine, email)
        if not verdict.verified:
            wrong = "; ".join(each.because for each in verdict.checks if not each.passed)
            raise NotAcceptedError(f"it can't be accepted: {wrong}")
        name = name_of(document)
        counted = [each for each in self.plan.ruleset.activities.values() if name in each.lms]
        if not counted:
            raise NotCountedError(
                f'no rule counts it. An activity in pack.yaml does: {{lms: "{name}", '
                "kind: activity}"
            )
        since = min(_awarded(document) or self.now, self.now)
        kept = self.store.outside.one(learner, id_of(document))
        row = OutsideRow(
            learner=learner,
            id=id_of(document),
            object=name,
            title=verdict.title,
            issuer=verdict.issuer,
            data=_as_kept(data),
            brought=micros(self.machine) if kept is None else kept.brought,
            next_look=next_look(self.machine),
            looked=micros(self.machine),
            turns=0 if kept is None else kept.turns,
        )
        if kept is not None and kept.state is Standing.FALLEN:
            row = replace(row, turns=kept.turns + 1)
            since = self.now
        received = counting(row, since, self.now)
        for one in received:
            if one.reason:
                raise NotAcceptedError(f"it can't be used: {one.reason}")
        self.take(received, self.now, REVIEWS)
        self.store.outside.keep(row)
        return Accepted(
            verdict.title,
            verdict.issuer,
            tuple(each.id for each in counted),
            tuple(plain_title(each.title, each.id) for each in counted),
            since,
        )


def name_of(document: JsonObject) -> str:
    """Give what a badge of this kind is called among a learner's events."""
    achievement = as_object(as_object(document.get("credentialSubject")).get("achievement"))
    return f"{BADGE}{id_of(document.get('issuer'))}{BETWEEN}{as_text(achievement.get('id'))}"


def _as_kept(data: bytes) -> bytes:
    """Give a badge without the picture or the paper that it came in."""
    shown = presented(data)
    return shown.token.encode() if shown.token else msgspec.json.encode(shown.document)


def _awarded(document: JsonObject) -> datetime | None:
    told = (document.get(name) for name in ("awardedDate", "validFrom", "issuedOn"))
    return next((found for each in told if (found := moment_of(each))), None)
