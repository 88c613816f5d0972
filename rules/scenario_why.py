"""
Why something that a scenario expects did not happen.

Each rule or credential that could have done it is told of, with what kept it from that, as
`explain` would say it.
"""

from collections.abc import Iterator, Sequence

from engine.actions import Action, lasts
from engine.calendar import Micros
from engine.doing import kind_and_target
from engine.explain_decided import Decided, explain_decided
from engine.explained import decision_told
from engine.outcome import UNDONE_BY, Decision, Kind
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Rule, State
from engine.verdict import Answer, Verdict
from rules.timeline import Expected

MOST = 5
"""Of so many rules the reasons are shown; whoever has more of them for one thing asks `explain`."""

Done = tuple[str, str, bool]
"""What an action does: the word that expects it, the name, and whether it takes away."""


def why_not(
    expected: Expected,
    original: str,
    plan: Plan,
    record: Record,
    now: Micros,
    decided: Sequence[Decision],
) -> Verdict | None:
    """
    Say what kept a thing from happening to a learner; None where nothing could have done it.

    Args:
        expected: What did not happen.
        original: The name that it has in the pack which the tested one is a use of, or the same.
        plan: The ruleset.
        record: The learner, at the instant.
        now: The instant.
        decided: What was decided about the learner up to then, in order.
    """
    able = [*able_to(expected, {expected.name, original}, plan)]
    parts = [_told(each, plan, record, now, decided) for each in able]
    parts.sort(key=lambda part: sum(1 for _ in part.blockers()))
    if len(parts) < 2:  # noqa: PLR2004 - one, or none
        return parts[0] if parts else None
    asks = f"any of {len(parts)} that could have done it"
    rest = f"the {MOST} nearest are shown" if len(parts) > MOST else ""
    return Verdict(Answer.NO, asks, rest, parts[0].span, tuple(parts[:MOST]))


def able_to(expected: Expected, names: set[str], plan: Plan) -> Iterator[Decided]:
    """Yield the rules and credentials that can do what is expected, by name."""
    ruleset = plan.ruleset
    for name in sorted(names):
        if name in ruleset.credentials and expected.key not in DEEDS:
            yield ruleset.credentials[name]
        if name in ruleset.rules and expected.key not in DEEDS:
            yield ruleset.rules[name]
    if expected.key not in DEEDS:
        return
    for rule in sorted(ruleset.rules.values(), key=lambda rule: rule.id):
        if rule.state is not State.RETIRED and any(
            key == expected.key and name in names and taken is expected.remove
            for action in rule.then
            for key, name, taken in done_with(action)
        ):
            yield rule
    for credential in sorted(ruleset.credentials.values(), key=lambda each: each.id):
        if expected.key == Kind.EMAIL.value and credential.message in names:
            yield credential


DEEDS = frozenset(kind.action for kind in Kind) - {Kind.REVIEW.value}
"""The words of what is expected by what it does; any other names its rule or credential."""


def done_with(action: Action) -> Iterator[Done]:
    """Yield what an action does, and what undoes it where it lasts only while its rule holds."""
    kind, name = kind_and_target(action)
    for each in (kind, UNDONE_BY[kind]) if lasts(action) and kind in UNDONE_BY else (kind,):
        yield each.action, name, each in (Kind.UNGROUP, Kind.UNCOHORT)


def _told(
    able: Decided, plan: Plan, record: Record, now: Micros, decided: Sequence[Decision]
) -> Verdict:
    """Tell how one of them stands: what it decided at this instant, else what is so now."""
    about = [decision for decision in decided if decision.thing == able.id]
    here = [decision for decision in about if decision.at == now]
    found = explain_decided(plan, record, able, now, here)
    headline = found.headline
    before = [decision for decision in about if decision.at != now]
    if before and isinstance(able, Rule):
        zone = plan.clocks.zone(record.said("zone"), "", able.id.partition("/")[0])
        headline += f"; before that: {decision_told(before[-1], zone)}"
    answer = Answer.YES if found.answer is Answer.YES else Answer.NO
    asks = f"{found.kind} {able.id.partition('/')[2]}"
    return Verdict(answer, asks, headline, found.verdict.span, (found.verdict, *found.limits))
