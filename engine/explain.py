"""
Why, or why not: the one door for everything that can be explained.

Reasons are recomputed, not logged: the record as of a day, the ruleset, and the conditions
that decided. The words are the author's, with the place where they were written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.calendar import Micros
from engine.explain_decided import Decided, explain_decided
from engine.explain_message import explain_message
from engine.explain_names import MESSAGE, named
from engine.explain_opening import explain_opening
from engine.explain_pathway import explain_pathway
from engine.explained import Explanation
from engine.outcome import Decision
from engine.plan import Plan
from engine.record import Record
from engine.view import View


def explain(
    plan: Plan, record: Record, thing: str, now: Micros, decisions: Iterable[Decision] = ()
) -> Explanation:
    """
    Explain anything for one learner, as known at an instant.

    Args:
        plan: The ruleset.
        record: The learner, folded up to the instant.
        thing: See engine.explain_names.named.
        now: The instant.
        decisions: What was decided about the learner up to then, in order.

    Raises:
        UnknownThingError: Nothing has that name, or several things have.
    """
    kind, full = named(plan, thing)
    if kind == MESSAGE:
        return explain_message(plan, record, full, now, decisions)
    if kind in ("activity", "pathway"):
        pack = full.partition("/")[0]
        zone = plan.clocks.zone(record.said("zone"), "", pack)
        view = View(plan, record, now, zone, pack)
        if kind == "pathway":
            return replace(explain_pathway(full, view), zone=zone.key)
        return replace(explain_opening(full, view, tuple(decisions)), zone=zone.key)
    decided: dict[str, Mapping[str, Decided]] = {
        "credential": plan.ruleset.credentials,
        "skill": plan.ruleset.skills,
        "rule": plan.ruleset.rules,
    }
    return explain_decided(plan, record, decided[kind][full], now, decisions)
