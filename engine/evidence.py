"""
What a credential's award rests on: the moments of its evidence, and what can be asked of them.

An award is looked at again when evidence comes late or is taken away. Then its requirements are
asked as of moments long past, and only what was known with its time can be asked of those.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile

from engine.calendar import Micros
from engine.conditions import group_answer
from engine.decay import edges
from engine.events import Word
from engine.leaves import leaves_of, steps_of
from engine.ledger import EXPIRED, FELL, HELD, PART, REVOKED, Award
from engine.plan import Plan
from engine.ruleset import Credential
from engine.terms import (
    ACTIVITY_NOUNS,
    Condition,
    Group,
    HasFact,
    HasProfile,
    HasRole,
    Leaf,
    Noun,
    Quantifier,
)
from engine.view import LAST, View

ONCE_HELD = frozenset({EXPIRED, REVOKED, FELL, PART})
"""How an award may have ended that was held: in any way but by having been withdrawn."""


def moments(plan: Plan, credential: Credential, view: View) -> list[tuple[Micros, str]]:
    """Give the times and ids of all evidence there is up to the view's instant, in order."""
    return moments_in(plan, (credential.requires,), view)


def moments_in(plan: Plan, conditions: Iterable[Condition], view: View) -> list[tuple[Micros, str]]:
    """Give the times and ids of the evidence of conditions up to the view's instant, in order."""
    leaves = [leaf for condition in conditions for leaf in leaves_of(condition)]
    for leaf in [leaf for leaf in leaves if leaf.noun is Noun.PATHWAY]:
        leaves += steps_of(plan.ruleset, leaf)
    found = {
        (entry.at, entry.id)
        for leaf in _evidence_leaves(plan, leaves)
        for _, trace in view.traces(leaf)
        for entry in trace.entries
        if entry.at <= view.now
    }
    ages = _ages(plan, leaves, view, {at for at, _ in found})
    found |= {(at, LAST) for at in ages if at <= view.now}
    return sorted(found)


def moments_of(
    plan: Plan, credential: Credential, award: Award, view: View
) -> list[tuple[Micros, str]]:
    """Give the moments at which an award may have been earned."""
    own = [(at, LAST) for at in (award.at, *award.renewed)]
    return [*moments(plan, credential, view), *own]


def was_met(plan: Plan, credential: Credential, award: Award, view: View) -> bool:
    """Say whether an award's requirements held at any moment, as it was known then."""
    looking = replace(view, still=ONCE_HELD, later=[])
    if group_answer(credential.requires, looking).holds:
        return True
    found = moments_of(plan, credential, award, view)
    return any(group_answer(credential.requires, looking.at(*m)).holds for m in found)


def is_met(plan: Plan, credential: Credential, award: Award | None, view: View) -> bool:
    """
    Say whether requirements held at any moment, had all that was corrected since been so at once.

    A mark that was given anew counts as the first one, and what was taken back never happened.
    What can't be known of a moment past (a profile, a group) is taken to have been as required;
    a part that expired takes nothing away.
    """
    known = knowable(spelled_out(plan, credential.requires))
    if known is None:
        return True
    looking = replace(view, amended=True, still=frozenset({EXPIRED, PART}), later=[])
    if group_answer(known, looking).holds:
        return True
    found = (
        moments(plan, credential, view)
        if award is None
        else moments_of(plan, credential, award, view)
    )
    return any(group_answer(known, looking.at(*m)).holds for m in found)


def parts_are_there(credential: Credential, view: View) -> bool:
    """Say whether a stack has the parts it needs, of which none that it rests on has expired."""
    parts = only_parts(spelled_out(view.plan, credential.requires))
    if parts is None:
        return True
    looking = replace(view, still=frozenset({REVOKED, FELL}), since=None, later=[])
    return group_answer(parts, looking).holds


# --- conditions, as far as they can be asked ---------------------------------------------


def spelled_out(plan: Plan, requires: Group) -> Group:
    """Write a list with the steps of each pathway that it asks to be completed, in its place."""
    return replace(requires, parts=tuple(_spelled(plan, part, ()) for part in requires.parts))


def _spelled(plan: Plan, condition: Condition, within: tuple[str, ...]) -> Condition:
    if isinstance(condition, Group):
        parts = tuple(_spelled(plan, part, within) for part in condition.parts)
        return replace(condition, parts=parts)
    if not isinstance(condition, Leaf) or condition.noun is not Noun.PATHWAY:
        return condition
    if not condition.name or condition.name in within or condition.word != Word.COMPLETED:
        return condition
    inner = (*within, condition.name)
    steps = tuple(
        _spelled(plan, step.condition, inner)
        for step in plan.ruleset.pathways[condition.name].steps
        if step.required
    )
    return Group(condition.span, Quantifier.ALL, steps)


def can_be_recalled(condition: Condition, *, negated: bool = False) -> bool:
    """
    Say whether a requirement can be answered as of a moment long past.

    What the learner did is known with its time; what her profile said then is not, nor, where
    it must *not* be so, which credentials she held.
    """
    match condition:
        case Group(quantifier=quantifier, parts=parts):
            turned = negated or quantifier is Quantifier.NONE
            return all(can_be_recalled(part, negated=turned) for part in parts)
        case Leaf(noun=Noun.CREDENTIAL, word=word):
            return not negated and word in (HELD, Word.AWARDED)
        case Leaf(noun=noun):
            return noun not in (Noun.GROUP, Noun.COHORT, Noun.PATHWAY)
        case HasProfile() | HasRole() | HasFact():
            return False
        case _:
            return True


def _is_part(condition: Condition, *, negated: bool = False) -> bool:
    """Say whether a requirement asks that a credential is held."""
    return (
        isinstance(condition, Leaf)
        and condition.noun is Noun.CREDENTIAL
        and not negated
        and condition.word == HELD
    )


def knowable(requires: Group) -> Group | None:
    """Leave out of a list what can't be recalled, as if it held; None where nothing is left."""
    return _kept(requires, negated=False, parts=False)


def only_parts(requires: Group) -> Group | None:
    """Leave out of a list all but its parts, as if it held; None where nothing is left."""
    return _kept(requires, negated=False, parts=True)


def _kept(group: Group, *, negated: bool, parts: bool) -> Group | None:
    """Give a list without what is taken to be as its author wants it, None where that decides."""
    wanted = negated is (group.quantifier is Quantifier.NONE)
    left: list[Condition] = []
    for part in group.parts:
        if isinstance(part, Group):
            inner = _kept(part, negated=not wanted, parts=parts)
            left += [] if inner is None else [inner]
        elif (_is_part if parts else can_be_recalled)(part, negated=not wanted):
            left.append(part)
    gone = len(group.parts) - len(left)
    if not left:
        return None
    if not gone:
        return group if group.parts == tuple(left) else replace(group, parts=tuple(left))
    number = group.number
    if group.quantifier is Quantifier.AT_LEAST:
        number -= gone if wanted else 0
        decided = number <= 0
    else:
        decided = wanted is not (group.quantifier is Quantifier.ALL)
    return None if decided else replace(group, parts=tuple(left), number=number)


# --- what evidence there is --------------------------------------------------------------


def _ages(plan: Plan, leaves: list[Leaf], view: View, evidence: set[Micros]) -> set[Micros]:
    """Give the instants at which evidence comes to count less, where a skill decays."""
    found: set[Micros] = set()
    for name in _skills_of(plan, leaves):
        skill = plan.ruleset.skills[name]
        if skill.decays is not None:
            own = view.of_pack(name.partition("/")[0])
            for at in evidence:
                found.update(takewhile(lambda edge: edge <= view.now, edges(skill.decays, at, own)))
    return found


def _evidence_leaves(plan: Plan, leaves: list[Leaf]) -> list[Leaf]:
    found: list[Leaf] = []
    for leaf in leaves:
        members = plan.members(leaf)
        if members is not None:
            found += [Leaf(leaf.span, Noun.ACTIVITY, name) for name in members]
        elif leaf.noun in ACTIVITY_NOUNS or leaf.noun in (Noun.COURSE, Noun.EVENT):
            found.append(leaf)
    for name in _skills_of(plan, leaves):
        found += [source.leaf for source in plan.ruleset.skills[name].sources]
    return found


def _skills_of(plan: Plan, leaves: list[Leaf]) -> list[str]:
    """Give the skills that leaves speak of, with their parts."""
    found: list[str] = []
    waiting = [leaf.name for leaf in leaves if leaf.noun is Noun.SKILL and leaf.name]
    while waiting:
        name = waiting.pop()
        found.append(name)
        waiting += plan.ruleset.skills[name].parts
    return found
