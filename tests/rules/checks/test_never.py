"""E302 says only what is certain: where it speaks, no score satisfies the conditions."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.source import Span
from engine.terms import Condition, Group, Leaf, Noun, Quantifier
from engine.values import Comparison
from rules.checks.never import clash_in
from rules.checks.subject import overlap, within

HERE = Span("rules.yaml", 1, 1)
POINTS = 12
SCORES = [Fraction(n, 2 * POINTS) for n in range(2 * POINTS + 1)]
"""Every end of the ranges below, and a score between each two."""

ends = st.integers(0, POINTS).map(lambda n: Fraction(n, POINTS))


@st.composite
def ranges(draw: st.DrawFn) -> Comparison:
    """Draw a range that holds some score."""
    low, high = draw(st.none() | ends), draw(st.none() | ends)
    found = Comparison(low, draw(st.booleans()), high, draw(st.booleans()))
    return (
        found if any(found.holds(score) for score in SCORES) else Comparison(low, True, None, True)
    )


leaves = ranges().map(lambda score: Leaf(HERE, Noun.QUIZ, "p/quiz", score=score))


def groups(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Group]:
    """Draw a list of conditions and how many must hold."""

    def group(drawn: tuple[Quantifier, list[Condition], int]) -> Group:
        quantifier, inner, number = drawn
        return Group(HERE, quantifier, tuple(inner), min(number, len(inner)))

    several = st.lists(parts, min_size=1, max_size=4)
    return st.tuples(st.sampled_from(Quantifier), several, st.integers(1, 4)).map(group)


conditions = st.recursive(leaves, groups, max_leaves=8)


def holds(condition: Condition, score: Fraction) -> bool:
    """Answer a condition for one score, by the meaning of the words."""
    match condition:
        case Leaf(score=Comparison() as wanted):
            return wanted.holds(score)
        case Group(quantifier=quantifier, parts=parts, number=number):
            yes = sum(holds(part, score) for part in parts)
            match quantifier:
                case Quantifier.ALL:
                    return yes == len(parts)
                case Quantifier.ANY:
                    return yes > 0
                case Quantifier.NONE:
                    return yes == 0
                case Quantifier.AT_LEAST:
                    return yes >= number
    raise AssertionError(condition)


@given(ranges(), ranges())
def test_ranges_overlap_where_some_score_is_in_both(one: Comparison, other: Comparison) -> None:
    """Overlap is what it says, ends included or not."""
    assert any(one.holds(s) and other.holds(s) for s in SCORES) == overlap(one, other)


@given(ranges(), ranges())
def test_what_lies_within_a_range_is_in_it(inner: Comparison, outer: Comparison) -> None:
    """A range lies within another one only if all of its scores do."""
    if within(inner, outer):
        assert all(outer.holds(s) for s in SCORES if inner.holds(s))


@given(st.lists(conditions, min_size=1, max_size=4))
def test_whatever_is_called_impossible_is_impossible(parts: list[Condition]) -> None:
    """Where a clash is told of, no score satisfies all conditions."""
    if clash_in(tuple(parts)) is not None:
        assert not any(all(holds(part, score) for part in parts) for score in SCORES)


@given(ranges(), ranges())
def test_two_ranges_apart_are_always_told_of(one: Comparison, other: Comparison) -> None:
    """Two conditions on one quiz that no score meets are found."""
    first = Leaf(HERE, Noun.QUIZ, "p/quiz", score=one)
    second = Leaf(HERE, Noun.ACTIVITY, "p/quiz", score=other)
    possible = any(one.holds(s) and other.holds(s) for s in SCORES)

    assert possible == (clash_in((first, second)) is None)
