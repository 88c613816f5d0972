"""E303: levels of a skill that nobody can reach, and levels out of order."""

from collections.abc import Iterator
from fractions import Fraction

from engine.ruleset import Level, Mastery, Skill
from engine.source import Problem
from rules.packs import Reading

CODE = "E303"


def check_levels(reading: Reading) -> Iterator[Problem]:
    """Find levels that want more sources than there are, or less than the level before."""
    for skill in reading.ruleset.skills.values():
        before: Level | None = None
        for level in skill.levels:
            found = _unreachable(skill, level) or _out_of_order(level, before)
            if found is not None:
                yield found
            before = level


def _unreachable(skill: Skill, level: Level) -> Problem | None:
    there = len(skill.parts) if skill.parts else len(skill.sources)
    for asks in level.each:
        if asks.sources > there:
            what = "part" if skill.parts else "source"
            has = f"this skill has {there}" if there != 1 else f"this skill has one {what}"
            return Problem(
                level.span,
                CODE,
                f"nobody can reach `{level.name}`: it wants {asks.sources} sources, and {has}",
                f"write at most {there} source{'s' if there != 1 else ''}, or add evidence",
            )
        low = asks.score.low
        if low is not None and (low > 1 or (low == 1 and not asks.score.low_included)):
            return Problem(
                level.span,
                CODE,
                f"nobody can reach `{level.name}`: no score is {asks.score}",
                "write 100% at most",
            )
    return None


def _out_of_order(level: Level, before: Level | None) -> Problem | None:
    if before is None or len(level.each) > 1 or len(before.each) > 1:
        return None
    (asks,), (asked,) = level.each, before.each
    if _key(asks) > _key(asked):
        return None
    if _key(asks) == _key(asked):
        said, hint = "asks for the same as", "take one of them out"
    elif _key(asks)[0] < _key(asked)[0]:
        said, hint = "stands after and asks for less than", "write the levels from low to high"
    else:
        said, hint = "asks for fewer sources than", "write the levels from low to high"
    return Problem(
        level.span, CODE, f"`{level.name}` {said} `{before.name}` (line {before.span.line})", hint
    )


def _key(asks: Mastery) -> tuple[Fraction, bool, int]:
    """Give what a level asks as a key that sorts: the score, without its end or with, sources."""
    return (asks.score.low or Fraction(0), not asks.score.low_included, asks.sources)
