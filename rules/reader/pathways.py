"""Pathways: steps, each required or optional, that lead to a credential."""

from engine.leaves import conditions_of
from engine.ruleset import Pathway, Step
from engine.terms import Condition, Group, Leaf, Noun, Quantifier
from rules.phrases.phrases import TEXT
from rules.reader.block import Block, one_head
from rules.reader.conditions import read_condition
from rules.reader.names import Kind, Scope
from rules.text import List, Mapping, Text
from rules.vocabulary import find
from rules.words.word import Place

REQUIRED = "required"


def read_pathway(name: Text, node: Mapping, scope: Scope) -> Pathway | None:
    """Read a pathway; None where its steps can't be known."""
    block = Block(node, Place.PATHWAY, scope.findings, name.span)
    title, describes = block.read("title", TEXT), block.read("describes", TEXT)
    leads = block.text("leads to")
    leads_to = scope.resolve(leads, Kind.CREDENTIAL) if leads is not None else None
    nodes = block.blocks("steps")
    steps = [step for node in nodes if (step := _read_step(node, scope)) is not None]
    if len(steps) != _written(block) or not steps:
        return None
    if not any(step.required for step in steps):
        scope.findings.add(
            block.key("steps").span,
            "E106",
            "no step of this pathway is required, so it is completed before it is begun",
            "write `required:` before what must be done",
        )
        return None
    return Pathway(
        id=scope.full(name.value),
        span=name.span,
        title=title or name.value,
        describes=describes or "",
        steps=tuple(steps),
        leads_to=leads_to or "",
    )


def _written(block: Block) -> int:
    value = block.values.get("steps")
    return len(value[1].items) if value and isinstance(value[1], List) else 0


def _read_step(node: Mapping, scope: Scope) -> Step | None:
    first, value = node.entries[0]
    if not {"required", "optional"} & {key.value for key, _ in node.entries} and _is_of_a_leaf(
        first
    ):
        said = value.value if isinstance(value, Text) else "NAME"
        word = find(Place.CONDITION, first.value)
        asks = (word.use_instead if word else "") or first.value
        what = (
            f"{{{asks}: {said[:40]}, …}}" if not isinstance(value, List) else f"{{{asks}: [ … ]}}"
        )
        scope.findings.add(
            first.span,
            "E106",
            "this step does not say whether it must be done",
            f"write it like: required: {what}, or optional",
        )
        return None
    block = Block(node, Place.PATH_STEP, scope.findings)
    found = one_head(block, "step")
    if found is None:
        return None
    head = found[0]
    value = block.values[head.value][1]
    title = block.read("title", TEXT)
    condition = read_condition(value, scope) if isinstance(value, Mapping) else None
    if condition is None or not block.is_whole:
        return None
    if not isinstance(condition, Leaf | Group) or not _is_doable(condition):
        scope.findings.add(
            head.span,
            "E113",
            "a step is something to do, and this is not",
            "write it like: required: {quiz: sampling-quiz, is: passed}",
        )
        return None
    return Step(head.span, condition, head.value == REQUIRED, title or "")


def _is_of_a_leaf(key: Text) -> bool:
    """Say whether a word is of what a step asks, and not of the step."""
    return find(Place.CONDITION, key.value) is not None


def _is_doable(condition: Condition) -> bool:
    """Say whether it is something that a learner does, and no other pathway."""
    return all(
        part.noun is not Noun.PATHWAY
        if isinstance(part, Leaf)
        else isinstance(part, Group) and part.quantifier is not Quantifier.NONE
        for part in conditions_of(condition)
    )
