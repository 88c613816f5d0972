"""
Skills: evidence becomes a score, a score becomes a level, and skills roll up into others.

The score is the weighted mean of the evidence there is; what is missing is no source,
unless the skill says `missing: zero`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.attempts import Attempt
from engine.events import Word
from engine.ruleset import RollUp, Skill, Source
from engine.terms import Choice, Leaf
from engine.values import show_number, show_percent
from engine.view import View

FULL = Fraction(1)
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One source of evidence: its weight, its mark (None if there is none), and what waits."""

    name: str
    weight: Fraction
    mark: Fraction | None
    unmarked: bool
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Where a learner stands in a skill.

    Attributes:
        score: The fraction, None where there is no evidence.
        sources: How many sources gave evidence.
        level: The highest level reached, "" for none.
        unmarked: Whether something is handed in and not marked yet.
        sum: The arithmetic, as `explain` prints it.
        evidence: Ids of the events it rests on.
        weighed: The single sources.
    """

    score: Fraction | None
    sources: int
    level: str
    unmarked: bool
    sum: str
    evidence: tuple[str, ...]
    weighed: tuple[Weighed, ...] = ()


def choose(attempts: Sequence[Attempt], choice: Choice, criterion: str = "") -> Attempt | None:
    """Give the best, latest or first attempt among those marked; None if none is."""
    marked = [a for a in attempts if a.mark(criterion) is not None]
    if not marked:
        return None
    match choice:
        case Choice.FIRST:
            return marked[0]
        case Choice.LATEST:
            return marked[-1]
        case Choice.BEST | Choice.AVERAGE:
            return max(marked, key=lambda a: a.mark(criterion) or Fraction(0))


def weigh(source: Source, choice: Choice, view: View) -> Weighed:
    """Weigh one source of evidence."""
    leaf = source.leaf
    name = view.short(leaf.name)
    attempts = view.attempts(leaf)
    chosen = choose(attempts, leaf.attempt or choice, leaf.criterion)
    if chosen is not None:
        unmarked = any(a.mark(leaf.criterion) is None for a in attempts)
        mark = chosen.mark(leaf.criterion)
        return Weighed(name, source.weight, mark, unmarked, chosen.evidence)
    completed = _completed(leaf, view)
    if completed and not leaf.criterion and not any(_waits_for_mark(a) for a in attempts):
        return Weighed(name, source.weight, FULL, unmarked=False, evidence=completed)
    return Weighed(name, source.weight, None, unmarked=bool(attempts))


def _waits_for_mark(attempt: Attempt) -> bool:
    return Word.COMPLETED not in attempt.words


def _completed(leaf: Leaf, view: View) -> tuple[str, ...]:
    for _, trace in view.traces(leaf):
        number, _, _, ids = view.occurrences(trace, Word.COMPLETED)
        if number:
            return ids
    return ()


def standing(skill: Skill, view: View) -> Standing:
    """Say where the learner stands in a skill, as known at the view's instant."""
    pack = skill.id.partition("/")[0]
    own = view if view.pack == pack and not view.course else replace(view, pack=pack, course="")
    return _of_parts(skill, own) if skill.parts else _of_sources(skill, own)


def _of_sources(skill: Skill, view: View) -> Standing:
    weighed = tuple(weigh(source, skill.attempt, view) for source in skill.sources)
    counted = [
        (w, w.mark if w.mark is not None else Fraction(0))
        for w in weighed
        if w.mark is not None or skill.missing_zero
    ]
    total = sum((w.weight for w, _ in counted), Fraction(0))
    sources = sum(w.mark is not None for w in weighed)
    evidence = tuple(dict.fromkeys(i for w in weighed for i in w.evidence))
    unmarked = any(w.unmarked for w in weighed) and not skill.missing_zero
    if not counted:
        return Standing(None, sources, "", unmarked, "no evidence yet", evidence, weighed)
    if total == 0:
        # A mean of nothing is not known, however many sources there are.
        told = "all weights are 0, so there is no mean"
        return Standing(
            None, sources, "", unmarked=True, sum=told, evidence=evidence, weighed=weighed
        )
    score = sum((w.weight * mark for w, mark in counted), Fraction(0)) / total
    if not view.telling:
        return _levelled(skill, score, sources, unmarked=unmarked, evidence=evidence)
    terms = " + ".join(
        f"{show_number(w.weight)} {TIMES} {show_percent(mark)}" for w, mark in counted
    )
    shown = f"({terms}) / {show_number(total)} = {show_percent(score)}"
    return _levelled(
        skill, score, sources, unmarked=unmarked, shown=shown, evidence=evidence, weighed=weighed
    )


def _of_parts(skill: Skill, view: View) -> Standing:
    parts = [(name, standing(view.plan.ruleset.skills[name], view)) for name in skill.parts]
    scores = [part.score for _, part in parts if part.score is not None]
    evidence = tuple(dict.fromkeys(i for _, part in parts for i in part.evidence))
    unmarked = any(part.unmarked for _, part in parts)
    weighed = tuple(
        Weighed(view.short(name), FULL, part.score, part.unmarked, part.evidence)
        for name, part in parts
    )
    complete = len(scores) == len(parts)
    if not scores or (skill.by is RollUp.WEAKEST and not complete):
        missing = ", ".join(w.name for w in weighed if w.mark is None)
        return Standing(
            None, len(scores), "", unmarked, f"no evidence yet of {missing}", evidence, weighed
        )
    score = _rolled_up(skill.by, scores)
    if not view.telling:
        return _levelled(skill, score, len(scores), unmarked=unmarked, evidence=evidence)
    listed = ", ".join(show_percent(s) for s in scores)
    shown = f"{skill.by.value} of {listed} = {show_percent(score)}"
    return _levelled(
        skill,
        score,
        len(scores),
        unmarked=unmarked,
        shown=shown,
        evidence=evidence,
        weighed=weighed,
    )


def _rolled_up(by: RollUp, scores: Sequence[Fraction]) -> Fraction:
    match by:
        case RollUp.WEAKEST:
            return min(scores)
        case RollUp.STRONGEST:
            return max(scores)
        case RollUp.MEAN:
            return sum(scores, Fraction(0)) / len(scores)


def _levelled(
    skill: Skill,
    score: Fraction,
    sources: int,
    *,
    unmarked: bool,
    evidence: tuple[str, ...],
    shown: str = "",
    weighed: tuple[Weighed, ...] = (),
) -> Standing:
    level = ""
    for candidate in skill.levels:
        if candidate.score.holds(score) and sources >= candidate.sources:
            level = candidate.name
    if not shown:
        return Standing(score, sources, level, unmarked, "", evidence)
    plural = "" if sources == 1 else "s"
    text = f"{shown}, from {sources} source{plural} → {level or 'no level'}"
    return Standing(score, sources, level, unmarked, text, evidence, weighed)


def rank(skill: Skill, level: str) -> int:
    """Give a level's place from the lowest, which is 0; -1 for none."""
    for number, candidate in enumerate(skill.levels):
        if candidate.name == level:
            return number
    return -1
