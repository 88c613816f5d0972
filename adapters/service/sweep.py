"""
Timers whose instant has come, taken out of their table and asked in one transaction.

The row is deleted, what follows is written and the next timer is set before anything is
committed: a process that dies in between leaves the timer where it was. A learner whose rules
fail keeps her timer, later, and does not keep the others from theirs.
"""

import logging

from sqlalchemy import Connection

from adapters.service.deathmark import DeathMark
from adapters.service.deciding import Deciding, EntriesOf
from adapters.service.ingest import MOST_TRIES, TIMER_SOURCE
from adapters.store import hotpath
from adapters.store.failures import Conflict, StoreBusy
from adapters.store.hotpath import DueTimer, EventKey
from engine.calendar import HOUR, Micros
from engine.decide import TimerDue
from engine.plan import Plan

log = logging.getLogger("milepost.sweep")

PUT_OFF = HOUR
"""How long a timer rests whose rules failed."""


def sweep(
    connection: Connection,
    plan: Plan,
    entries_of: EntriesOf,
    mark: DeathMark | None,
    *,
    now: Micros,
    limit: int,
) -> int:
    """
    Ask at most so many due timers, oldest first; give how many. The caller commits.

    Raises:
        Conflict: Another service was first; sweep again.
    """
    due = hotpath.take_due_timers(connection, now, limit)
    if not due:
        return 0
    tries = hotpath.tries_of(connection)
    deciding = Deciding(connection, plan, entries_of)
    deciding.hold({timer.learner for timer in due})
    if mark is not None:
        mark.batch([_key(timer) for timer in due])
    put_off: set[DueTimer] = set()
    for number, timer in enumerate(due):
        if tries.get(_key(timer), 0) >= MOST_TRIES:
            log.error("timer %r of %s kills its worker; put off", timer.key, timer.learner)
            put_off.add(timer)
            continue
        if mark is not None:
            mark.hand(number)
        if not _ask(deciding, timer, now):
            put_off.add(timer)
            deciding.put_back(timer.learner)
            for earlier in due[:number]:
                if earlier.learner == timer.learner and earlier not in put_off:
                    deciding.advance(earlier.learner, TimerDue(earlier.key), now)
    if mark is not None:
        mark.nothing()
    deciding.write()
    hotpath.put_timers(connection, [(t.learner, t.key, now + PUT_OFF) for t in sorted(put_off)])
    if tries:
        taken = {_key(timer) for timer in due if timer not in put_off}
        hotpath.forget_tries(connection, tries.keys() & taken)
    return len(due)


def _ask(deciding: Deciding, timer: DueTimer, now: Micros) -> bool:
    try:
        deciding.advance(timer.learner, TimerDue(timer.key), now)
    except (Conflict, StoreBusy):
        raise
    except Exception:
        log.exception("timer %r of %s could not be asked; put off", timer.key, timer.learner)
        return False
    return True


def _key(timer: DueTimer) -> EventKey:
    return (TIMER_SOURCE, f"{timer.learner} {timer.key}")
