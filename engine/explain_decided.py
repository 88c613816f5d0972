"""What rules decide, explained: a credential, a skill or a rule, for one learner."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.calendar import Micros
from engine.explain_credential import explain_credential
from engine.explain_rule import explain_rule
from engine.explain_skill import explain_skill
from engine.explained import Explanation, decision_told
from engine.outcome import Decision
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential, Rule, Skill
from engine.view import View

Decided = Credential | Skill | Rule


def explain_decided(
    plan: Plan, record: Record, found: Decided, now: Micros, decisions: Iterable[Decision]
) -> Explanation:
    """
    Explain a credential, a skill or a rule, as known at an instant.

    Args:
        plan: The ruleset.
        record: The learner, folded up to the instant.
        found: What to explain.
        now: The instant.
        decisions: What was decided about the learner up to then, in order.
    """
    pack = found.id.partition("/")[0]
    zone = plan.clocks.zone(record.said("zone"), "", pack)
    view = View(plan, record, now, zone, pack)
    about = [d for d in decisions if d.thing == found.id]
    history = tuple(decision_told(decision, zone) for decision in about)
    return replace(_explained(found, view, about, history), zone=zone.key)


def _explained(
    found: Decided, view: View, about: Sequence[Decision], history: tuple[str, ...]
) -> Explanation:
    match found:
        case Credential():
            return explain_credential(found, view, history)
        case Skill():
            return explain_skill(found, view, history)
        case Rule():
            return explain_rule(found, view, about, history)
