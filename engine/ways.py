"""What would do it, in sentences: the fewest conditions that would have to turn."""

from engine.nearest import nearest
from engine.source import Span
from engine.terms import Condition, Group, Leaf
from engine.verdict import Answer, Verdict
from engine.wording import Shorten


def ways(condition: Condition, verdict: Verdict, short: Shorten) -> tuple[str, ...]:
    """
    Say what would turn a verdict into a yes, a phrase each; all of them together do it.

    Args:
        condition: What was asked.
        verdict: The answer, told in words.
        short: How a full name is written.
    """
    leaves = {leaf.span: leaf for leaf in _leaves(condition)}
    return tuple(_way(part, leaves, short) for part in nearest(condition, verdict))


def _way(verdict: Verdict, leaves: dict[Span, Leaf], short: Shorten) -> str:
    leaf = leaves.get(verdict.span)
    if leaf is None or verdict.under or leaf.lasting or leaf.happened:
        wanted = verdict.asks
    else:
        wanted = _wanted(leaf, verdict, short)
    if verdict.answer is Answer.UNKNOWN:
        return f"{wanted}: a mark is waited for"
    return wanted


def _wanted(leaf: Leaf, verdict: Verdict, short: Shorten) -> str:
    name = short(leaf.name) if leaf.name else f"any {leaf.noun.value}"
    if leaf.score is not None and not leaf.word and not leaf.attempts and not leaf.criterion:
        return f"{leaf.score} in {name}"
    if leaf.level:
        return f"{leaf.level} or better in {name}"
    return verdict.asks


def _leaves(condition: Condition) -> list[Leaf]:
    if isinstance(condition, Leaf):
        return [condition]
    if isinstance(condition, Group):
        return [leaf for part in condition.parts for leaf in _leaves(part)]
    return []
