"""
Skills: evidence becomes a score, a score becomes a level, and skills roll up into others.

The score is the weighted mean of the evidence there is; what is missing is no source,
unless the skill says `missing: zero`. Where it decays, old evidence counts less.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from engine.attempts import Attempt
from engine.calendar import Micros
from engine.dated import ByDate
from engine.decay import WHOLE, freshest, left_of, left_shown
from engine.due import is_excused
from engine.events import Word
from engine.ruleset import RollUp, Skill, Source
from engine.several import TIMES, combine
from engine.terms import Leaf
from engine.values import show_number, show_percent
from engine.view import View

FULL = Fraction(1)


@dataclass(frozen=True, slots=True)
class Weighed:
    """
    One source of evidence.

    Attributes:
        name: What the pack calls it.
        weight: Its weight beside the others, before age takes any of it.
        mark: A fraction, None if there is none.
        unmarked: Whether something is handed in and not marked yet.
        evidence: Ids of the events that it rests on.
        at: Of when its latest evidence is, None where that is not asked.
        left: What it still counts: 1, and half of it after each period of `decays`.
        sum: How several attempts came to its mark, "" for one.
        days: The instants of its evidence.
    """

    name: str
    weight: Fraction
    mark: Fraction | None
    unmarked: bool
    evidence: tuple[str, ...] = ()
    at: Micros | None = None
    left: Fraction = WHOLE
    sum: str = ""
    days: tuple[Micros, ...] = ()
    excused: bool = False


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


def weigh(source: Source, skill: Skill, view: View) -> Weighed:
    """Weigh one source of a skill's evidence."""
    leaf = source.leaf
    name = view.short(leaf.name)
    attempts = view.attempts(leaf)
    marked = [
        (attempt, mark)
        for attempt in attempts
        if (mark := attempt.mark(leaf.criterion)) is not None
    ]
    if skill.decays is not None:
        # Age is counted from the hand-in, so that is what makes an attempt the latest.
        marked.sort(key=lambda pair: pair[0].handed_in)
    completed, last = _completed(leaf, view)
    combined = combine(marked, leaf.attempt or skill.attempt)
    if combined is not None:
        at = combined.attempts[-1].handed_in
        if completed and combined.value == FULL and not leaf.criterion:
            # Completing it shows as much as its mark does.
            at = max(at, last)
        return _aged(
            Weighed(
                name,
                source.weight,
                combined.value,
                len(marked) < len(attempts),
                tuple(i for a in combined.attempts for i in a.evidence),
                sum=combined.sum if view.telling else "",
                days=tuple(a.handed_in for a in combined.attempts),
            ),
            at,
            skill,
            view,
        )
    if completed and not leaf.criterion and not any(_waits_for_mark(a) for a in attempts):
        found = Weighed(name, source.weight, FULL, unmarked=False, evidence=completed, days=(last,))
        return _aged(found, last, skill, view)
    excused = any(is_excused(key, view) for key, _ in view.traces(leaf))
    return Weighed(name, source.weight, None, unmarked=bool(attempts), excused=excused)


def _aged(weighed: Weighed, at: Micros, skill: Skill, view: View) -> Weighed:
    """Give a source with what its age leaves of it, where the skill decays."""
    if skill.decays is None:
        return weighed
    return replace(weighed, at=at, left=left_of(skill.decays, at, view))


def _waits_for_mark(attempt: Attempt) -> bool:
    return Word.COMPLETED not in attempt.words


def _completed(leaf: Leaf, view: View) -> tuple[tuple[str, ...], Micros]:
    """Give the ids of the events that completed it, and the time of the last."""
    for _, trace in view.traces(leaf):
        number, _, last, ids = view.occurrences(trace, Word.COMPLETED)
        if number:
            return ids, last
    return (), 0


def standing(skill: Skill, view: View) -> Standing:
    """Say where the learner stands in a skill, as known at the view's instant."""
    pack = skill.id.partition("/")[0]
    own = view.of_pack(pack)
    return _of_parts(skill, own) if skill.parts else _of_sources(skill, own)


def _of_sources(skill: Skill, view: View) -> Standing:
    weighed = tuple(weigh(source, skill, view) for source in skill.sources)
    counted = [
        (w, w.mark if w.mark is not None else Fraction(0))
        for w in weighed
        if w.mark is not None or (skill.missing_zero and not w.excused)
    ]
    total = sum((w.weight * w.left for w, _ in counted), Fraction(0))
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
    mean = sum((w.weight * w.left * mark for w, mark in counted), Fraction(0)) / total
    lefts = tuple(w.left for w in weighed if w.mark is not None)
    shown = _sum_shown(counted, total, mean, lefts) if view.telling else ""
    return _levelled(skill, mean, lefts, view, weighed, unmarked=unmarked, shown=shown)


def _sum_shown(
    counted: Sequence[tuple[Weighed, Fraction]],
    total: Fraction,
    mean: Fraction,
    lefts: Sequence[Fraction],
) -> str:
    """Write the arithmetic: (2 x 64% + 3 x 90%) / 5 = 79.6%, and what age takes off."""
    terms = " + ".join(
        f"{show_number(w.weight)} {TIMES} {_left_of_weight(w)}{show_percent(mark)}"
        for w, mark in counted
    )
    shown = f"({terms}) / {show_number(total)} = {show_percent(mean)}"
    fresh = freshest(lefts, 1)
    if lefts and fresh != 1:
        left = mean * fresh
        shown += f"; {left_shown(fresh)} of it is left by age: {show_percent(left)}"
    return shown


def _left_of_weight(weighed: Weighed) -> str:
    return "" if weighed.left == 1 else f"{left_shown(weighed.left)} {TIMES} "


def _of_parts(skill: Skill, view: View) -> Standing:
    parts = [(name, standing(view.plan.ruleset.skills[name], view)) for name in skill.parts]
    scores = [part.score for _, part in parts if part.score is not None]
    evidence = tuple(dict.fromkeys(i for _, part in parts for i in part.evidence))
    unmarked = any(part.unmarked for _, part in parts)
    weighed = tuple(
        Weighed(
            view.short(name),
            FULL,
            part.score,
            part.unmarked,
            part.evidence,
            days=tuple(day for w in part.weighed for day in w.days),
        )
        for name, part in parts
    )
    complete = len(scores) == len(parts)
    if not scores or (skill.by is RollUp.WEAKEST and not complete):
        missing = ", ".join(w.name for w in weighed if w.mark is None)
        return Standing(
            None, len(scores), "", unmarked, f"no evidence yet of {missing}", evidence, weighed
        )
    score = _rolled_up(skill.by, scores)
    shown = ""
    if view.telling:
        listed = ", ".join(show_percent(s) for s in scores)
        shown = f"{skill.by.value} of {listed} = {show_percent(score)}"
    lefts = (WHOLE,) * len(scores)
    return _levelled(skill, score, lefts, view, weighed, unmarked=unmarked, shown=shown)


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
    mean: Fraction,
    lefts: tuple[Fraction, ...],
    view: View,
    weighed: tuple[Weighed, ...],
    *,
    unmarked: bool,
    shown: str,
) -> Standing:
    """
    Give the highest level reached.

    A level from so many sources is asked of the freshest so many: what the oldest of them
    still counts is what is left of the mean for it.
    """
    days = {view.evidence_day(at) for w in weighed for at in w.days} if _has_dates(skill) else set()
    level = ""
    for candidate in skill.levels:
        if any(
            asks.score.holds(mean * freshest(lefts, asks.sources))
            for asks in candidate.on(days)
            if len(lefts) >= asks.sources
        ):
            level = candidate.name
    score = mean * freshest(lefts, 1) if lefts else mean
    evidence = tuple(dict.fromkeys(i for w in weighed for i in w.evidence))
    sources = len(lefts)
    if not shown:
        return Standing(score, sources, level, unmarked, "", evidence, weighed)
    plural = "" if sources == 1 else "s"
    shown += _less_for_breadth(skill, mean, lefts)
    text = f"{shown}, from {sources} source{plural} → {level or 'no level'}"
    return Standing(score, sources, level, unmarked, text, evidence, weighed)


def _less_for_breadth(skill: Skill, mean: Fraction, lefts: tuple[Fraction, ...]) -> str:
    """Say what is left of the mean for levels that ask for more sources than are fresh."""
    asked = sorted({asks.sources for level in skill.levels for asks in level.each})
    told = ""
    for number in asked:
        left = freshest(lefts, number)
        if number <= len(lefts) and left != freshest(lefts, 1):
            told += f"; for a level from {number} sources {left_shown(left)} of it is left: "
            told += show_percent(mean * left)
    return told


def _has_dates(skill: Skill) -> bool:
    return any(isinstance(level.asks, ByDate) for level in skill.levels)


def rank(skill: Skill, level: str) -> int:
    """Give a level's place from the lowest, which is 0; -1 for none."""
    for number, candidate in enumerate(skill.levels):
        if candidate.name == level:
            return number
    return -1
