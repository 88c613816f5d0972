"""
Pathways: steps that lead to a credential, and where a learner stands on one.

A step is done while what it asks is so. A pathway awards nothing: the credential that it leads
to has requirements of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.calendar import Micros
from engine.conditions import answer
from engine.evidence import moments_in
from engine.leaves import leaves_of
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Pathway, Step
from engine.states import opening_of, since_when
from engine.terms import ACTIVITY_NOUNS, Condition, Leaf, Noun
from engine.verdict import Answer, Verdict
from engine.view import LAST, View


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a learner's: what is asked, and whether it is so now and why."""

    step: Step
    verdict: Verdict

    @property
    def done(self) -> bool:
        """Say whether it is done."""
        return self.verdict.holds


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a learner stands on a pathway: its steps, in order."""

    pathway: Pathway
    stages: tuple[Stage, ...]

    @property
    def share(self) -> Fraction:
        """Give the share of the required steps that are done."""
        return Fraction(self.number, self.total)

    @property
    def number(self) -> int:
        """Give how many required steps are done."""
        return sum(stage.done for stage in self.stages if stage.step.required)

    @property
    def total(self) -> int:
        """Give how many steps are required."""
        return sum(stage.step.required for stage in self.stages)

    @property
    def begun(self) -> bool:
        """Say whether any step is done, or waits for a mark."""
        return any(stage.verdict.answer is not Answer.NO for stage in self.stages)

    @property
    def completed(self) -> bool:
        """Say whether the last required step is done."""
        return self.number == self.total


def view_of(plan: Plan, record: Record, pathway: Pathway, now: Micros) -> View:
    """Give a learner as a pathway's author sees her: all there is of her, enrolled or not."""
    pack = pathway.id.partition("/")[0]
    zone = plan.clocks.zone(record.said("zone"), "", pack)
    return View(plan, record, now, zone, pack, telling=False)


def walk(pathway: Pathway, view: View) -> Walk:
    """Say which steps of a pathway are done."""
    own = replace(view, current=False, course="")
    return Walk(pathway, tuple(Stage(step, answer(step.condition, own)) for step in pathway.steps))


def first_done(
    plan: Plan, record: Record, pathway: Pathway, now: Micros
) -> tuple[Micros | None, ...]:
    """
    Give for each step of a pathway when it was first done, None where it never was.

    Args:
        plan: The rules.
        record: The learner, folded up to the instant.
        pathway: Which.
        now: The instant.
    """
    view = view_of(plan, record, pathway, now)
    return tuple(_first(step, view) for step in pathway.steps)


def _first(step: Step, view: View) -> Micros | None:
    looking = replace(view, dated=True)
    for moment in sorted([*moments_in(view.plan, (step.condition,), view), *_awards(step, view)]):
        if answer(step.condition, looking.at(*moment)).holds:
            return moment[0]
    if not answer(step.condition, view).holds:
        return None
    since = since_when(step.condition, view) if isinstance(step.condition, Leaf) else None
    return view.now if since is None else since


def _awards(step: Step, view: View) -> Iterator[tuple[Micros, str]]:
    awards = view.record.ledger.awards
    for leaf in leaves_of(step.condition):
        if leaf.noun is Noun.CREDENTIAL:
            yield from ((award.at, LAST) for award in awards.get(leaf.name, ()))


# --- what comes next ---------------------------------------------------------------------


def next_step(found: Walk, view: View) -> tuple[Step, Leaf] | None:
    """
    Give the first required step that is not done and is open, and what of it to do.

    One that waits for a mark asks nothing of the learner.
    """
    for stage in found.stages:
        if stage.step.required and stage.verdict.answer is Answer.NO:
            leaf = _next_leaf(stage.step.condition, view)
            if leaf is not None:
                return stage.step, leaf
    return None


def _next_leaf(condition: Condition, view: View, path: tuple[str, ...] = ()) -> Leaf | None:
    """Give the first leaf that is not so and open; of a credential what it takes comes first."""
    for leaf in leaves_of(condition):
        if not leaf.name or answer(leaf, view).answer is not Answer.NO:
            continue
        known = view.plan.ruleset.credentials.get(leaf.name)
        if leaf.noun is Noun.CREDENTIAL and known is not None and leaf.name not in path:
            inner = _next_leaf(known.requires, view, (*path, leaf.name))
            if inner is not None:
                return inner
        if _is_open(leaf, view):
            return leaf
    return None


def _is_open(leaf: Leaf, view: View) -> bool:
    if leaf.noun not in ACTIVITY_NOUNS:
        return True
    return any(opening_of(key, view)[0] for key in view.plan.keys_of(leaf))


def pathway_of(view: View, pack: str, course: str) -> Walk | None:
    """
    Give the pathway that a learner is on in a course, None where there is none.

    Of several that are not completed, it is the one she is furthest on; before the first step
    any that lies in the course. The pack's own come before those of others.

    Args:
        view: The learner.
        pack: Whose message it is.
        course: The canonical course, "" for any.
    """
    plan = view.plan
    walks = [
        walk(pathway, view_of(plan, view.record, pathway, view.now))
        for name, pathway in sorted(plan.ruleset.pathways.items())
        if not course or course in courses_of(plan, pathway)
    ]
    meant = [w for w in walks if not w.completed and (w.begun or course)]
    own = [w for w in meant if w.pathway.id.startswith(f"{pack}/")] or meant
    return max(own, key=lambda w: (w.begun, w.share), default=None)


def courses_of(plan: Plan, pathway: Pathway) -> frozenset[str]:
    """Give the canonical courses that a pathway's steps lie in."""
    found: set[str] = set()
    for step in pathway.steps:
        for leaf in leaves_of(step.condition):
            if leaf.noun is Noun.COURSE and leaf.name:
                found.update(plan.course_keys[leaf.name])
            elif leaf.noun in ACTIVITY_NOUNS and leaf.name:
                found.update(plan.course_of(key) for key in plan.keys_of(leaf))
    return frozenset(found - {""})
