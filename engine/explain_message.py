"""Why a message was written to a learner, or why not: every rule and credential that names it."""

from collections.abc import Iterable, Sequence

from engine.actions import Banner, Email, LmsMessage
from engine.calendar import Micros
from engine.explain_decided import Decided, explain_decided
from engine.explained import Explanation
from engine.outcome import Decision
from engine.plan import Plan
from engine.record import Record
from engine.verdict import Answer, Verdict, any_of


def writers_of(plan: Plan, message: str) -> tuple[Decided, ...]:
    """Give the rules and credentials that write a message, by name."""
    rules: list[Decided] = [
        rule
        for rule in plan.ruleset.rules.values()
        for action in rule.then
        if isinstance(action, Email | LmsMessage | Banner) and action.file == message
    ]
    credentials = [c for c in plan.ruleset.credentials.values() if c.message == message]
    found = {each.id: each for each in [*rules, *credentials]}
    return tuple(found[name] for name in sorted(found))


def messages_of(plan: Plan) -> tuple[str, ...]:
    """Give the full names of all messages that anything writes."""
    known = {
        action.file
        for rule in plan.ruleset.rules.values()
        for action in rule.then
        if isinstance(action, Email | LmsMessage | Banner)
    }
    known |= {c.message for c in plan.ruleset.credentials.values() if c.message}
    return tuple(sorted(known))


def explain_message(
    plan: Plan, record: Record, message: str, now: Micros, decisions: Iterable[Decision]
) -> Explanation:
    """
    Explain a message for one learner, as known at an instant; see engine.explain.explain.

    Args:
        plan: The ruleset.
        record: The learner, folded up to the instant.
        message: Its full name; something writes it.
        now: The instant.
        decisions: What was decided about the learner up to then, in order.
    """
    made = list(decisions)
    found = [
        explain_decided(plan, record, writer, now, made) for writer in writers_of(plan, message)
    ]
    wrote = [each for each in found if _wrote(record, each, message, made)]
    parts = [_part(each, each in wrote) for each in found]
    verdict = parts[0] if len(parts) == 1 else any_of("written by", parts[0].span, parts)
    told = "; ".join(f"{each.thing}: {each.headline}" for each in wrote or found)
    several = len(found) > 1
    return Explanation(
        record.learner,
        message,
        "message",
        message.rpartition("/")[2],
        Answer.YES if wrote else Answer.NO,
        f"WRITTEN by {told}" if wrote else f"NOT WRITTEN: {told}",
        verdict,
        tuple(_of(each, line, several) for each in wrote or found for line in each.missing),
        tuple(_of(each, line, several) for each in found for line in each.history),
        found[0].zone if found else "UTC",
        ways=() if wrote else tuple(_of(each, way, several) for each in found for way in each.ways),
    )


def _of(writer: Explanation, line: str, several: bool) -> str:  # noqa: FBT001 - how many there are
    """Say whose line it is, where a message has several writers."""
    return f"{writer.thing}: {line}" if several else line


def _wrote(record: Record, writer: Explanation, message: str, made: Sequence[Decision]) -> bool:
    """
    Say whether a rule or credential has written a message.

    Decisions that come from a database have no effects; what a rule has sent then stands in the
    ledger, without the slots of messages that failed.
    """
    if writer.answer is not Answer.YES:
        return False
    effects = [e for d in made if d.thing == writer.thing for e in d.effects]
    if effects:
        return any(e.target == message or e.items for e in effects)
    return writer.kind == "credential" or bool(record.ledger.sent.get(writer.thing))


def _part(found: Explanation, wrote: bool) -> Verdict:  # noqa: FBT001 - an answer
    under = (found.verdict, *found.limits)
    answer = Answer.YES if wrote else Answer.NO
    asks = f"{found.kind} {found.thing}"
    return Verdict(answer, asks, found.headline, found.verdict.span, under)
