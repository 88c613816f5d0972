"""What was decided about a learner, as people ask for it: decisions, awards, her teachers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import func, select

from adapters.store import schema
from adapters.store.database import Database
from adapters.store.verdictrow import decode_verdict
from engine.calendar import instant
from engine.outcome import Did
from engine.verdict import Verdict


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A stored decision; the fields are those of engine.outcome.Decision."""

    id: int
    learner: str
    did: Did
    thing: str
    at: datetime
    course: str
    trigger: str
    firing: str
    because: str
    until: datetime | None
    fingerprint: str
    verdict: Verdict | None
    level: str
    draft: bool
    again: bool


@dataclass(frozen=True, slots=True)
class AwardRow:
    """
    A stored award.

    Attributes:
        number: Counted from 1: how often this learner was awarded this credential.
        evidence: Ids of events.
        ended: When it expired or was revoked, None while it is held.
        fingerprint: The ruleset that awarded it.
    """

    learner: str
    credential: str
    number: int
    at: datetime
    evidence: tuple[str, ...]
    expires: datetime | None
    ended: datetime | None
    ended_by: str
    fingerprint: str


_evidence = msgspec.msgpack.Decoder(tuple[str, ...])


class History:
    """Reads what was decided. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Read from a database."""
        self._database = database

    def decisions_of(
        self, learner: str, thing: str = "", *, limit: int = 1000
    ) -> tuple[DecisionRow, ...]:
        """Give the latest decisions about a learner (and a rule or credential), oldest first."""
        table = schema.decisions
        asked = select(table).where(table.c.learner == learner)
        if thing:
            asked = asked.where(table.c.thing == thing)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(table.c.id.desc()).limit(limit)).all()
        return tuple(
            DecisionRow(
                row.id,
                row.learner,
                Did(row.did),
                row.thing,
                instant(row.at),
                row.course,
                row.trigger,
                row.firing,
                row.because,
                _instant(row.until),
                row.fingerprint,
                None if row.verdict is None else decode_verdict(row.verdict),
                row.level,
                row.draft,
                row.again,
            )
            for row in reversed(rows)
        )

    def awards_of(self, learner: str) -> tuple[AwardRow, ...]:
        """Give all awards of a learner, by credential and number."""
        return self._awards(learner=learner)

    def awards(self, credential: str) -> tuple[AwardRow, ...]:
        """Give all awards of a credential, by learner and number."""
        return self._awards(credential=credential)

    def holders(self) -> dict[str, int]:
        """Count the learners who hold each credential now; one that nobody holds is left out."""
        table = schema.awards
        asked = (
            select(table.c.credential, func.count(table.c.learner.distinct()))
            .where(table.c.ended.is_(None))
            .group_by(table.c.credential)
        )
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(asked)}

    def _awards(self, **where: str) -> tuple[AwardRow, ...]:
        table = schema.awards
        asked = select(table).filter_by(**where)
        order = (table.c.learner, table.c.credential, table.c.number)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(*order)).all()
        return tuple(
            AwardRow(
                row.learner,
                row.credential,
                row.number,
                instant(row.at),
                _evidence.decode(row.evidence),
                _instant(row.expires),
                _instant(row.ended),
                row.ended_by,
                row.fingerprint,
            )
            for row in rows
        )

    def staff(self, courses: Collection[str], role: str) -> tuple[str, ...]:
        """Give who has a role now in a course, given all the LMS's names of it; sorted."""
        table = schema.staff
        asked = (
            select(table.c.person)
            .where(table.c.course.in_(courses), table.c.role == role, table.c.present)
            .distinct()
            .order_by(table.c.person)
        )
        with self._database.read() as connection:
            return tuple(connection.execute(asked).scalars())


def _instant(value: int | None) -> datetime | None:
    return None if value is None else instant(value)
