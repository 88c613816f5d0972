"""
E301: circles, in which a thing waits for itself.

Credentials rest on credentials, skills, groups and enrolments; skills on their parts; rules are
triggered by these, and put learners into groups, cohorts and courses. A rule with `while` rests
on its `if` besides. Whoever follows these steps must never come back to where they began.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from engine.actions import Action
from engine.doing import kind_and_target
from engine.leaves import leaves_of
from engine.outcome import UNDONE_BY, Kind
from engine.ruleset import Rule, Ruleset, State
from engine.source import Problem, Span
from engine.terms import ACTIVITY_NOUNS, Leaf, Noun
from engine.triggers import OnEvent
from rules.checks.subject import acts, short
from rules.packs import Reading

CODE = "E301"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A credential, skill or rule, or a change that rules make (`joined`, of `group NAME`)."""

    kind: str
    name: str

    def __str__(self) -> str:
        noun, space, name = self.name.partition(" ")
        return f"{noun} {short(name)}" if space and self.kind in CHANGES else short(self.name)


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
    for pathway in ruleset.pathways.values():
        node = Node("pathway", pathway.id)
        found[node] = {}
        for step in pathway.steps:
            for leaf in leaves_of(step.condition):
                found[node].update(_rests_on(leaf, ruleset, triggers=False))
    for rule in ruleset.rules.values():
        if not acts(rule):
            continue
        node = Node("rule", rule.id)
        found[node] = {}
        if isinstance(rule.when, OnEvent):
            for leaf in rule.when.leaves:
                found[node].update(_rests_on(leaf, ruleset, triggers=True))
        if rule.holds:
            found[node].update(_holds_by(rule, ruleset))
        for action in rule.then:
            for change in _changes(action, holds=rule.holds):
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
        case Noun.PATHWAY if leaf.name:
            return {Node("pathway", leaf.name): leaf.span}
        case Noun.GROUP | Noun.COHORT | Noun.COURSE | Noun.EVENT:
            return {
                change: leaf.span
                for change in _all_changes(ruleset)
                if _speaks_of(leaf, change, triggers=triggers)
            }
        case _:
            return {}


def _speaks_of(leaf: Leaf, change: Node, *, triggers: bool) -> bool:
    """Say whether a leaf about groups, cohorts or courses may be answered otherwise by a change."""
    noun, _, name = change.name.partition(" ")
    if noun != leaf.noun.value or leaf.name not in ("", name):
        return False
    if leaf.noun is Noun.EVENT:
        return leaf.name == name
    if triggers:
        return leaf.word == change.kind
    return leaf.name != "" and (leaf.noun is not Noun.COURSE or leaf.word in ENROLMENT)


ENROLMENT = frozenset({"enrolled", "unenrolled", "not enrolled"})
"""What `is` says of a course that enrolling changes."""

_CHANGE = {
    Kind.GROUP: ("group", "joined"),
    Kind.UNGROUP: ("group", "left"),
    Kind.COHORT: ("cohort", "joined"),
    Kind.UNCOHORT: ("cohort", "left"),
    Kind.ENROL: ("course", "enrolled"),
    Kind.UNENROL: ("course", "unenrolled"),
    Kind.ANNOUNCE: ("event", "announced"),
    Kind.RELEASE: ("activity", "opened"),
    Kind.LOCK: ("activity", "closed"),
}
CHANGES = frozenset(change for _, change in _CHANGE.values())


def _changes(action: Action, *, holds: bool) -> Iterator[Node]:
    """Yield what an action changes, and for `while` also what takes it back."""
    kind, name = kind_and_target(action)
    for each in (kind, UNDONE_BY.get(kind)) if holds else (kind,):
        if each in _CHANGE:
            noun, change = _CHANGE[each]
            yield Node(change, f"{noun} {name}")


def _all_changes(ruleset: Ruleset) -> set[Node]:
    return {
        change
        for rule in ruleset.rules.values()
        for action in rule.then
        for change in _changes(action, holds=rule.holds)
    }


def _holds_by(rule: Rule, ruleset: Ruleset) -> dict[Node, Span]:
    """Give what the `if` of a rule with `while` rests on; what it gives itself is left out."""
    own = {change for action in rule.then for change in _changes(action, holds=True)}
    found: dict[Node, Span] = {}
    for leaf in leaves_of(rule.condition):
        found.update(_rests_on(leaf, ruleset, triggers=False))
        if leaf.word in ("open", "locked") and leaf.noun in ACTIVITY_NOUNS:
            name = f"activity {leaf.name}"
            found.update({Node(change, name): leaf.span for change in ("opened", "closed")})
    return {node: span for node, span in found.items() if node not in own}


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
