"""
When two conditions speak of the same thing, and whether both can be so.

Only what is certain is said: where units differ, a name is *any* or a time is asked for, two
conditions are taken to be able to hold together.
"""

from engine.dated import ByDate, Wanted, each_of
from engine.ruleset import Rule, State
from engine.source import Span
from engine.terms import ACTIVITY_NOUNS, Leaf, Noun
from engine.triggers import OnEvent
from engine.values import Comparison, Count

FROM_MARK = frozenset({"", "graded", "submitted", "passed", "failed"})
"""Words that one event of a marked attempt may say together; "" is a score without a word."""

NEVER_TOGETHER = frozenset({"passed", "failed"})


def short(name: str) -> str:
    """Give a thing's name without its pack."""
    return name.partition("/")[2] or name


def place(span: Span, beside: Span) -> str:
    """Name a place, with its file where that is another one."""
    if span.file == beside.file:
        return f"line {span.line}"
    return f"{span.file.rpartition('/')[2]}:{span.line}"


def acts(rule: Rule) -> bool:
    """Say whether a rule acts, or will once it is no draft any more."""
    return rule.state is not State.RETIRED


def family(noun: Noun) -> Noun:
    """Give one noun for all that may name the same activity."""
    return Noun.ACTIVITY if noun in ACTIVITY_NOUNS else noun


def same_thing(one: Leaf, other: Leaf) -> bool:
    """Say whether two leaves certainly speak of the same thing."""
    named = one.name == other.name and (one.name != "" or one.noun is Noun.LEARNER)
    return named and family(one.noun) is family(other.noun) and one.course == other.course


def overlap(one: Wanted, other: Wanted) -> bool:
    """Say whether some score may lie in both ranges, whatever the day and the unit."""
    return any(_meet(first, second) for first in each_of(one) for second in each_of(other))


def _meet(one: Comparison, other: Comparison) -> bool:
    if one.unit is not other.unit:
        return True
    return not (ends_before(one, other) or ends_before(other, one))


def ends_before(first: Comparison, second: Comparison) -> bool:
    """Say whether a range ends before another begins, so that no score lies in both."""
    if first.high is None or second.low is None:
        return False
    touching = first.high_included and second.low_included
    return first.high < second.low or (first.high == second.low and not touching)


def within(inner: Wanted, outer: Wanted) -> bool:
    """Say whether every score of one range certainly lies in the other."""
    if isinstance(inner, ByDate) or isinstance(outer, ByDate):
        return inner == outer
    if inner.unit is not outer.unit:
        return False
    return _begins_within(inner, outer) and _ends_within(inner, outer)


def _begins_within(inner: Comparison, outer: Comparison) -> bool:
    if outer.low is None or inner.low is None:
        return outer.low is None
    touching = outer.low_included or not inner.low_included
    return inner.low > outer.low or (inner.low == outer.low and touching)


def _ends_within(inner: Comparison, outer: Comparison) -> bool:
    if outer.high is None or inner.high is None:
        return outer.high is None
    touching = outer.high_included or not inner.high_included
    return inner.high < outer.high or (inner.high == outer.high and touching)


def counts_meet(one: Count, other: Count) -> bool:
    """Say whether some number is in both counts; of a window or a row it may be."""
    if not (one.is_plain and other.is_plain):
        return True
    ends = [count.high for count in (one, other) if count.high is not None]
    return not ends or max(one.low, other.low) <= min(ends)


def one_event(one: Rule, other: Rule) -> bool:
    """Say whether one event may trigger both of two rules, at the same instant."""
    match one.when, other.when:
        case OnEvent(leaves=first, after=after), OnEvent(leaves=second, after=later):
            return after == later and any(_may_match(a, b) for a in first for b in second)
    return False


def _may_match(one: Leaf, other: Leaf) -> bool:
    """Say whether one event may match two leaves of triggers."""
    if family(one.noun) is not family(other.noun):
        return False
    kinds = {one.noun, other.noun} - {Noun.ACTIVITY}
    if one.name and other.name:
        if one.name != other.name:
            return False
    elif len(kinds) > 1:
        return False
    if one.course and other.course and one.course != other.course:
        return False
    asked = dict(one.where)
    if any(asked.get(field, text) != text for field, text in other.where):
        return False
    words = {one.word, other.word}
    marked = words <= FROM_MARK and words != NEVER_TOGETHER and one.noun is not Noun.EVENT
    if one.word != other.word and not marked:
        return False
    if one.criterion == other.criterion and one.score and other.score:
        return overlap(one.score, other.score) and counts_meet(one.times, other.times)
    return counts_meet(one.times, other.times)
