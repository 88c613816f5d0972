"""
E304: gaps and overlaps between the score bands of rules on one quiz.

Two rules on one quiz need not cover all scores, so only what is clearly a slip is told: an
end that lies in both bands or in neither, and, where three or more rules cut the whole range
into bands, any gap or partial overlap between them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from engine.ruleset import Rule
from engine.source import Problem
from engine.terms import Leaf
from engine.triggers import OnEvent
from engine.values import ONCE, Comparison, Unit, show_number, show_percent
from rules.checks.subject import acts, family, place, short, within
from rules.packs import Reading

CODE = "E304"
A_SLIP = {Unit.PERCENT: Fraction(1, 100), Unit.POINTS: Fraction(1)}
"""Gaps and overlaps up to so wide are slips, such as *below 60%* beside *at least 61%*."""
CUTS = 3
"""Bands from which on rules are taken to cut the whole range."""


@dataclass(frozen=True, slots=True)
class _Band:
    rule: Rule
    leaf: Leaf
    score: Comparison


def check_bands(reading: Reading) -> Iterator[Problem]:
    """Find ends of bands that don't meet."""
    families: dict[tuple[object, ...], list[_Band]] = {}
    for rule in reading.ruleset.rules.values():
        band = _band(rule)
        if band is not None:
            families.setdefault(_key(band), []).append(band)
    for rules in families.values():
        bands = list({band.score: band for band in reversed(rules)}.values())
        alone = [b for b in bands if not _nested(b, bands)]
        alone.sort(key=_start)
        whole = _cuts_the_range(alone)
        for lower, upper in pairwise(alone):
            yield from _between(lower, upper, whole=whole)


def _band(rule: Rule) -> _Band | None:
    if not isinstance(rule.when, OnEvent) or rule.condition is not None or not acts(rule):
        return None
    if len(rule.when.leaves) != 1:
        return None
    leaf = rule.when.leaves[0]
    plain = leaf.times == ONCE and leaf.attempts is None and leaf.happened is None and leaf.name
    if not plain or leaf.crosses or not isinstance(leaf.score, Comparison):
        return None
    return _Band(rule, leaf, leaf.score)


def _key(band: _Band) -> tuple[object, ...]:
    leaf, when = band.leaf, band.rule.when
    after = when.after if isinstance(when, OnEvent) else None
    thing = (family(leaf.noun), leaf.name, leaf.course, leaf.word, leaf.criterion, leaf.attempt)
    return (*thing, after, band.score.unit)


def _nested(band: _Band, bands: list[_Band]) -> bool:
    """Say whether a band lies within another one: an exception, no neighbour."""
    return any(
        other is not band
        and within(band.score, other.score)
        and not within(other.score, band.score)
        for other in bands
    )


def _start(band: _Band) -> tuple[bool, Fraction, bool]:
    low = band.score.low
    return (low is not None, low or Fraction(0), not band.score.low_included)


def _cuts_the_range(bands: list[_Band]) -> bool:
    return len(bands) >= CUTS and bands[0].score.low is None and bands[-1].score.high is None


def _between(lower: _Band, upper: _Band, *, whole: bool) -> Iterator[Problem]:
    end, start = lower.score.high, upper.score.low
    if end is None or start is None:
        return
    slip = A_SLIP[lower.score.unit]
    if end == start:
        if lower.score.high_included and upper.score.low_included:
            yield _overlap(lower, upper, f"a score of {_show(end, lower)}")
        elif not lower.score.high_included and not upper.score.low_included:
            yield _gap(lower, upper, f"a score of exactly {_show(end, lower)}")
    elif end < start and (whole or start - end <= slip):
        yield _gap(lower, upper, f"scores between {_show(end, lower)} and {_show(start, lower)}")
    elif end > start and (whole or end - start <= slip):
        between = f"scores from {_show(start, lower)} to {_show(end, lower)}"
        yield _overlap(lower, upper, between)


def _gap(lower: _Band, upper: _Band, scores: str) -> Problem:
    return _told(lower, upper, f"no rule is for {scores}")


def _overlap(lower: _Band, upper: _Band, scores: str) -> Problem:
    return _told(lower, upper, f"two rules are for {scores}")


def _told(lower: _Band, upper: _Band, what: str) -> Problem:
    where = place(lower.leaf.span, upper.leaf.span)
    return Problem(
        upper.leaf.span,
        CODE,
        f"{what}: `{short(lower.rule.id)}` ({where}) is for {lower.score}, "
        f"this one for {upper.score}",
        _meeting(lower, upper),
    )


def _meeting(lower: _Band, upper: _Band) -> str:
    """Say how the two would meet where the upper one begins."""
    start = upper.score.low
    if start is None or (lower.score.low is not None and lower.score.low >= start):
        return "let one band begin where the other ends: below 60%, at least 60%"
    said = _show(start, upper)
    if not upper.score.low_included:
        return f"let one band begin where the other ends: at most {said}, more than {said}"
    return f"let one band begin where the other ends: below {said}, at least {said}"


def _show(value: Fraction, band: _Band) -> str:
    if band.score.unit is Unit.PERCENT:
        return show_percent(value)
    return f"{show_number(value)} points"
