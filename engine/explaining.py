"""One door for everything that can be explained: what a name means, and its explanation."""

from collections.abc import Iterable
from dataclasses import replace

from engine.calendar import Micros
from engine.explain import Explanation, UnknownThingError, explain, resolve
from engine.explain_message import explain_message, messages_named
from engine.explain_opening import explain_opening
from engine.outcome import Decision
from engine.plan import Plan
from engine.record import Record
from engine.view import View

MESSAGE_ENDING = ".md"


def named(plan: Plan, thing: str) -> str:
    """
    Give the full name of what is to be explained: what rules decide, a message, an activity.

    Raises:
        UnknownThingError: Nothing has that name, or several things have.
    """
    if thing.endswith(MESSAGE_ENDING):
        found = messages_named(plan, thing)
        if len(found) != 1:
            raise UnknownThingError(thing, found)
        return found[0]
    try:
        return resolve(plan, thing).id
    except UnknownThingError:
        activities = [
            name
            for name in plan.ruleset.activities
            if name == thing or name.partition("/")[2] == thing
        ]
        if len(activities) != 1:
            raise
        return activities[0]


def explain_thing(
    plan: Plan, record: Record, thing: str, now: Micros, decisions: Iterable[Decision] = ()
) -> Explanation:
    """
    Explain anything for one learner, as known at an instant; see engine.explain.

    Raises:
        UnknownThingError: Nothing has that name, or several things have.
    """
    full = named(plan, thing)
    if full.endswith(MESSAGE_ENDING):
        return explain_message(plan, record, full, now, decisions)
    ruleset = plan.ruleset
    decided = full in ruleset.credentials or full in ruleset.skills or full in ruleset.rules
    if full in ruleset.activities and not decided:
        pack = full.partition("/")[0]
        zone = plan.clocks.zone(record.said("zone"), "", pack)
        view = View(plan, record, now, zone, pack)
        return replace(explain_opening(full, view, decisions), zone=zone.key)
    return explain(plan, record, full, now, decisions)
