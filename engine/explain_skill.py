"""Where a learner stands in a skill: the sum, its sources, and what the next level asks."""

from engine.decay import left_shown
from engine.explained import Explanation
from engine.mastery import Standing, rank, standing
from engine.ruleset import Skill
from engine.values import show_number, show_percent
from engine.verdict import Answer, Verdict
from engine.view import View
from engine.wording import ask


def explain_skill(skill: Skill, view: View, history: tuple[str, ...]) -> Explanation:
    """Explain a skill, as known at the view's instant; `history` tells what was decided."""
    stands = standing(skill, view)
    under = tuple(_source(skill, stands, number, view) for number in range(len(stands.weighed)))
    best = skill.levels[-1] if skill.levels else None
    short_of_it = Answer.UNKNOWN if stands.unmarked else Answer.NO
    answer = Answer.YES if stands.level else short_of_it
    asks = f"skill {view.short(skill.id)} level at least " + (
        skill.levels[0].name if skill.levels else "any"
    )
    verdict = Verdict(answer, asks, stands.sum, skill.span, under, stands.evidence)
    next_up = rank(skill, stands.level) + 1
    lacking: list[str] = []
    if next_up < len(skill.levels):
        wanted = skill.levels[next_up]
        lacking.append(f"{wanted.name} asks {wanted.asks}")
        lacking += [f"{w.name}: no evidence yet" for w in stands.weighed if w.mark is None]
    level = f"{stands.level}" if stands.level else "no level yet"
    headline = f"{level.upper()}: {stands.sum}"
    if best is not None and stands.level == best.name:
        lacking = []
    return Explanation(
        view.record.learner,
        skill.id,
        "skill",
        skill.title,
        answer,
        headline,
        verdict,
        tuple(lacking),
        history,
    )


def _source(skill: Skill, stands: Standing, number: int, view: View) -> Verdict:
    weighed = stands.weighed[number]
    if skill.sources:
        leaf = skill.sources[number].leaf
        asks, span = ask(leaf, view.short), leaf.span
        asks += f", weight {show_number(weighed.weight)}"
    else:
        asks, span = f"skill {weighed.name}", skill.span
    if weighed.mark is not None:
        because = show_percent(weighed.mark)
        if weighed.sum:
            because = f"{weighed.sum} = {because}"
        if weighed.at is not None:
            because += f", on {view.when(weighed.at)}"
            if weighed.left != 1:
                because += f", which counts {left_shown(weighed.left)} now"
        return Verdict(Answer.YES, asks, because, span, (), weighed.evidence, weighed.mark)
    because = "handed in, not marked yet" if weighed.unmarked else "no evidence yet"
    answer = Answer.UNKNOWN if weighed.unmarked else Answer.NO
    return Verdict(answer, asks, because, span)
