"""
What `check` proves of one day: the most messages that one learner can get in it.

A day is one on the learner's clock, and all courses of a pack count together. A bound comes
from a cap, a gap, or from how often what triggers a rule can come in a day; a message that
quiet hours held back overnight may come beside the day's own.
"""

from engine.calendar import HOUR
from engine.ruleset import Rule, Ruleset, State
from engine.source import Span
from engine.triggers import ANY_COURSE, OnEvery, OnExpiring, OnInactive, OnState
from engine.values import Period
from rules.checks.proof import (
    Proof,
    Share,
    awards_in,
    counted,
    letters_of,
    may_act_in,
    most_firings,
    name_in,
)

LONGEST_DAY = 25 * HOUR
"""A day on which the clocks go back has so many hours."""


def prove_day(ruleset: Ruleset, pack: str = "", daily_cap: int = 0) -> Proof:
    """
    Find the most messages that one learner can get in one day.

    Args:
        ruleset: Everything in force; rules of all packs count.
        pack: Only the rules that may act in this pack's courses; "" for all.
        daily_cap: What the institution allows a learner in a day over all rules; 0 for no cap.
    """
    courses = [c for c in ruleset.courses if not pack or c.startswith(f"{pack}/")] or [""]
    shares = [
        Share(name_in(rule.id, pack), most_in_a_day(rule, ruleset), rule.span)
        for rule in ruleset.rules.values()
        if rule.state is State.LIVE and any(may_act_in(rule, c, ruleset) for c in courses)
    ]
    awards = list(awards_in(courses, ruleset, pack))
    proof = counted([*shares, *awards], in_a_day=True)
    if daily_cap and (proof.most is None or proof.most > daily_cap + len(awards)):
        # Messages of awards obey no cap.
        allowed = (Share("all rules together, by config.toml", daily_cap, Span("")),)
        return counted([*allowed, *awards], in_a_day=True)
    return proof


def most_in_a_day(rule: Rule, ruleset: Ruleset) -> int | None:
    """Give the most messages of a rule to one learner in one day, None without end."""
    each = letters_of(rule)
    if each == 0:
        return 0
    places = _places(rule, ruleset)
    found = (
        _by_cap(rule, places),
        _by_gap(rule, places),
        _by_trigger(rule, ruleset, places),
        places if rule.limits.digest else None,
    )
    bounds = [bound for bound in found if bound is not None]
    return min(bounds) * each if bounds else None


def _places(rule: Rule, ruleset: Ruleset) -> int:
    """Give in how many courses a rule counts apart."""
    if ANY_COURSE in rule.courses:
        return max(len(ruleset.courses), 1)
    return max(len(rule.courses), 1)


def _by_cap(rule: Rule, places: int) -> int | None:
    cap = rule.limits.cap
    return None if cap is None else cap.number * places


def _by_gap(rule: Rule, places: int) -> int | None:
    gap = rule.limits.gap
    return None if gap is None else _fit(gap) * places


def _by_trigger(rule: Rule, ruleset: Ruleset, places: int) -> int | None:
    """Say how often what triggers a rule can come in a day, with one that was held overnight."""
    held = 1 if rule.limits.quiet else 0
    match rule.when:
        case OnEvery():
            return (1 + held) * places
        case OnExpiring(credential=credential) if credential:
            return 1 + held
        case OnInactive(period=period):
            return (_fit(period) + held) * places
        case OnState(leaf=leaf) if leaf.lasting is not None and leaf.name:
            return (_fit(leaf.lasting) + held) * places
        case _:
            once = most_firings(rule, ruleset)
            return None if once is None else once * places


def _fit(period: Period) -> int:
    """Give how many instants that lie so far apart fit into one day."""
    if period.days is not None:
        return 1
    return int((LONGEST_DAY - 1) // period.elapsed) + 1
