"""
Why, or why not: the one door for everything that can be explained.

Reasons are recomputed, not logged: the record as of a day, the ruleset, and the conditions
that decided. The words are the author's, with the place where they were written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.calendar import Micros
from engine.explain_decided import Decided, explain_decided
from engine.explain_message import explain_message, messages_named
from engine.explain_opening import explain_opening
from engine.explain_pathway import explain_pathway
from engine.explained import Explanation
from engine.naming import Activity
from engine.outcome import Decision
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Pathway
from engine.spelling import suggest
from engine.view import View

MESSAGE_ENDING = ".md"
MOST_LISTED = 12


class UnknownThingError(LookupError):
    """Nothing that can be explained has such a name, or several things have."""

    def __init__(self, thing: str, near: Sequence[str], *, ambiguous: bool = False) -> None:
        """Name what was asked for and what there is."""
        if ambiguous:
            super().__init__(f"`{thing}` may be {' or '.join(near)}; name one of them")
            return
        known = f"; there are {', '.join(near)}" if near else ""
        if len(near) == 1:
            known = f"; did you mean `{near[0]}`?"
        super().__init__(f"nothing that can be explained is called `{thing}`{known}")


def named(plan: Plan, thing: str) -> tuple[str, str]:
    """
    Give the kind and the full name of what is to be explained.

    Args:
        plan: The ruleset.
        thing: A full name, or one without its pack; with its kind before it (`rule:welcome`)
            where things of several kinds have the name. A message is named by its file.

    Raises:
        UnknownThingError: Nothing has that name, or several things have.
    """
    if thing.endswith(MESSAGE_ENDING):
        found = [("message", full) for full in messages_named(plan, thing)]
        return _only(plan, thing, found)
    kinds = _kinds(plan)
    kind, _, name = thing.partition(":")
    if kind in kinds and name:
        kinds, thing = {kind: kinds[kind]}, name
    exact = [(kind, thing) for kind, things in kinds.items() if thing in things]
    short = [
        (kind, full)
        for kind, things in kinds.items()
        for full in things
        if full.partition("/")[2] == thing
    ]
    return _only(plan, thing, exact or short)


def _only(plan: Plan, thing: str, found: Sequence[tuple[str, str]]) -> tuple[str, str]:
    if len(found) == 1:
        return found[0]
    if found:
        several = [f"`{kind}:{full}`" if kind != "message" else f"`{full}`" for kind, full in found]
        raise UnknownThingError(thing, several, ambiguous=True)
    names = {full.partition("/")[2] for things in _kinds(plan).values() for full in things}
    near = suggest(thing, sorted(names))
    decided = _decided(plan).values()
    short = sorted({full.partition("/")[2] for things in decided for full in things})
    raise UnknownThingError(thing, [near] if near else short[:MOST_LISTED])


def _decided(plan: Plan) -> dict[str, Mapping[str, Decided]]:
    ruleset = plan.ruleset
    return {"credential": ruleset.credentials, "skill": ruleset.skills, "rule": ruleset.rules}


def _kinds(plan: Plan) -> dict[str, Mapping[str, Decided | Pathway | Activity]]:
    ruleset = plan.ruleset
    return {**_decided(plan), "pathway": ruleset.pathways, "activity": ruleset.activities}


def explain(
    plan: Plan, record: Record, thing: str, now: Micros, decisions: Iterable[Decision] = ()
) -> Explanation:
    """
    Explain anything for one learner, as known at an instant.

    Args:
        plan: The ruleset.
        record: The learner, folded up to the instant.
        thing: See `named`.
        now: The instant.
        decisions: What was decided about the learner up to then, in order.

    Raises:
        UnknownThingError: Nothing has that name, or several things have.
    """
    kind, full = named(plan, thing)
    if kind == "message":
        return explain_message(plan, record, full, now, decisions)
    if kind in ("activity", "pathway"):
        pack = full.partition("/")[0]
        zone = plan.clocks.zone(record.said("zone"), "", pack)
        view = View(plan, record, now, zone, pack)
        if kind == "pathway":
            return replace(explain_pathway(full, view), zone=zone.key)
        return replace(explain_opening(full, view, tuple(decisions)), zone=zone.key)
    return explain_decided(plan, record, _decided(plan)[kind][full], now, decisions)
