"""What a credential requires, in plain words for whoever reads it: its published criteria."""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.plain.proof import Prover
from engine.ruleset import Credential
from engine.terms import Condition, Group, Quantifier


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition in plain words, and those under it."""

    text: str
    under: tuple["Criterion", ...] = ()


def criteria(prover: Prover, credential: Credential) -> tuple[Criterion, ...]:
    """Give a credential's criteria, all of which must be met."""
    return criteria_of(prover, credential.requires)


def criteria_of(prover: Prover, condition: Condition) -> tuple[Criterion, ...]:
    """Give a condition in plain words."""
    return tuple(_each(prover, condition))


def _each(prover: Prover, condition: Condition) -> Iterator[Criterion]:
    if not isinstance(condition, Group):
        yield Criterion(prover.told(condition))
        return
    under = tuple(each for part in condition.parts for each in _each(prover, part))
    if condition.quantifier is Quantifier.ALL:
        yield from under
    else:
        yield Criterion(prover.told(condition), under)


def as_markdown(found: tuple[Criterion, ...], depth: int = 0) -> str:
    """Write criteria as a list in Markdown."""
    lines: list[str] = []
    for each in found:
        lines.append(f"{'  ' * depth}- {each.text}")
        if each.under:
            lines.append(as_markdown(each.under, depth + 1))
    return "\n".join(lines)
