"""
E301: circles, in which a thing waits for itself.

Credentials rest on credentials, skills and groups; skills on their parts; rules are triggered
by credentials, skills and groups, and put learners into groups. Whoever follows these steps
must never come back to where the steps began.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from engine.actions import PutInGroup
from engine.plan import leaves_of
from engine.ruleset import Ruleset, State
from engine.source import Problem, Span
from engine.terms import Leaf, Noun
from engine.triggers import OnEvent
from rules.checks.subject import acts, short
from rules.packs import Reading

CODE = "E301"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A credential, skill, rule, or a change of a group (`joined` or `left`)."""

    kind: str
    name: str

    def __str__(self) -> str:
        if self.kind in ("joined", "left"):
            return f"group {self.name}"
        return short(self.name)


Steps = Mapping[Node, Mapping[Node, Span]]
"""What each thing rests on, and where that is written."""


def check_circles(reading: Reading) -> Iterator[Problem]:
    """Find each circle once, at its first rule in order of place, or at its first step."""
    steps = _steps(reading.ruleset)
    for circle in circles(steps):
        places = {node: steps[node][after] for node, after in pairwise((*circle, circle[0]))}
        rules = [node for node in circle if node.kind == "rule"]
        first = min(rules or circle, key=lambda node: places[node])
        at = circle.index(first)
        turned = (*circle[at:], *circle[:at], first)
        verb = "triggers" if rules else "requires"
        shown = " → ".join(str(node) for node in (reversed(turned) if rules else turned))
        yield Problem(
            places[first],
            CODE,
            f"{first} {verb} itself: {shown}",
            "take one of the steps out",
        )


def _steps(ruleset: Ruleset) -> Steps:
    found: dict[Node, dict[Node, Span]] = {}
    for credential in ruleset.credentials.values():
        if credential.state is not State.RETIRED:
            node = Node("credential", credential.id)
            found[node] = {}
            for leaf in leaves_of(credential.requires):
                found[node].update(_rests_on(leaf, ruleset, triggers=False))
    for skill in ruleset.skills.values():
        node = Node("skill", skill.id)
        found[node] = {Node("skill", part): skill.span for part in skill.parts}
    for rule in ruleset.rules.values():
        if not acts(rule):
            continue
        node = Node("rule", rule.id)
        found[node] = {}
        if isinstance(rule.when, OnEvent):
            for leaf in rule.when.leaves:
                found[node].update(_rests_on(leaf, ruleset, triggers=True))
        for action in rule.then:
            if isinstance(action, PutInGroup):
                change = Node("left" if action.remove else "joined", action.group)
                found.setdefault(change, {})[node] = action.span
    return {node: _known(after, found) for node, after in found.items()}


def _known(
    after: Mapping[Node, Span], found: Mapping[Node, Mapping[Node, Span]]
) -> dict[Node, Span]:
    return {node: span for node, span in after.items() if node in found}


def _rests_on(leaf: Leaf, ruleset: Ruleset, *, triggers: bool) -> dict[Node, Span]:
    """Give what a leaf speaks of that rules and awards can change."""
    match leaf.noun:
        case Noun.CREDENTIAL if leaf.name:
            return {Node("credential", leaf.name): leaf.span}
        case Noun.SKILL if leaf.name:
            return {Node("skill", leaf.name): leaf.span}
        case Noun.GROUP if triggers:
            names = (leaf.name,) if leaf.name else _groups(ruleset)
            return {Node(leaf.word, name): leaf.span for name in names}
        case Noun.GROUP if leaf.name:
            return {Node(word, leaf.name): leaf.span for word in ("joined", "left")}
        case _:
            return {}


def _groups(ruleset: Ruleset) -> tuple[str, ...]:
    return tuple(
        action.group
        for rule in ruleset.rules.values()
        for action in rule.then
        if isinstance(action, PutInGroup)
    )


def circles(steps: Steps) -> Iterator[tuple[Node, ...]]:
    """Yield circles so that each thing in a circle is told of once; no recursion."""
    done: set[Node] = set()
    for start in sorted(steps):
        if start in done:
            continue
        path: list[Node] = [start]
        on_path = {start}
        waiting = [iter(sorted(steps[start]))]
        told: set[Node] = set()
        while waiting:
            after = next(waiting[-1], None)
            if after is None:
                waiting.pop()
                node = path.pop()
                on_path.discard(node)
                done.add(node)
            elif after in on_path:
                circle = tuple(path[path.index(after) :])
                if not told.intersection(circle):
                    told.update(circle)
                    yield circle
            elif after not in done:
                path.append(after)
                on_path.add(after)
                waiting.append(iter(sorted(steps[after])))
