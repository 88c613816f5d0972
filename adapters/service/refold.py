"""
Bring learners to a new ruleset: fold their events as it needs them, ask every level anew.

Levels (credentials, skills) hold over all evidence on record, so a new or edited one is asked
for everybody; rules act only on what comes after. A batch of learners is one transaction, and
each record says by which ruleset it was asked, so a service that stops goes on where it was.
"""

import logging

import msgspec
from sqlalchemy import Connection, text

from adapters.service.deciding import Deciding, EntriesOf
from adapters.store.failures import Conflict, StoreBusy
from engine.calendar import Micros
from engine.decide import RulesChanged
from engine.plan import Plan

log = logging.getLogger("milepost.refold")

CURSOR = "refold"


class Cursor(msgspec.Struct, frozen=True):
    """How far a refold has come: the ruleset, and the last learner that was looked at."""

    fingerprint: str
    needs: str
    after: str = ""
    done: bool = False


_NEXT = text(
    "SELECT learner FROM records WHERE learner > :after AND version > 0 "
    "ORDER BY learner LIMIT :limit"
)
_READ = text("SELECT value FROM settings WHERE name = :name")
_WRITE = text(
    "INSERT INTO settings (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def step(
    connection: Connection, plan: Plan, entries_of: EntriesOf, *, now: Micros, limit: int
) -> int:
    """
    Look at the next learners, refold and ask those who need it; the caller commits.

    Returns:
        How many were looked at; 0 when all have been.

    Raises:
        Conflict: Another service was first; step again.
    """
    ours = Cursor(plan.ruleset.fingerprint, plan.needs_fingerprint)
    found = connection.execute(_READ, {"name": CURSOR}).scalar()
    cursor = ours if found is None else msgspec.json.decode(found, type=Cursor)
    if (cursor.fingerprint, cursor.needs) != (ours.fingerprint, ours.needs):
        cursor = ours
    if cursor.done:
        return 0
    asked = {"after": cursor.after, "limit": limit}
    learners = connection.execute(_NEXT, asked).scalars().all()
    if learners:
        deciding = Deciding(connection, plan, entries_of)
        deciding.hold(learners)
        for learner in learners:
            _bring(deciding, learner, ours.fingerprint, now)
        deciding.write()
    after = learners[-1] if learners else cursor.after
    moved = msgspec.structs.replace(cursor, after=after, done=len(learners) < limit)
    value = msgspec.json.encode(moved).decode()
    connection.execute(_WRITE, {"name": CURSOR, "value": value})
    return len(learners)


def _bring(deciding: Deciding, learner: str, fingerprint: str, now: Micros) -> None:
    held = deciding.held(learner)
    if held.asked == fingerprint:
        return
    try:
        deciding.advance(learner, RulesChanged(), now)
    except (Conflict, StoreBusy):
        raise
    except Exception:
        log.exception("the new rules could not be asked about %s", learner)
        deciding.put_back(learner)
    held.asked = fingerprint
