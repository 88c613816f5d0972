"""Circles are found if and only if there is one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.source import NOWHERE
from rules.checks.circles import Node, circles

NUMBER = 7
nodes = st.integers(0, NUMBER - 1)


def has_circle(edges: set[tuple[int, int]]) -> bool:
    """Say whether somebody can come back to where they began, by trying every way."""
    reached = set(edges)
    for _ in range(NUMBER):
        reached |= {(a, d) for a, b in reached for c, d in edges if b == c}
    return any(a == b for a, b in reached)


@given(st.sets(st.tuples(nodes, nodes), max_size=12))
def test_a_circle_is_found_if_there_is_one(edges: set[tuple[int, int]]) -> None:
    """Whatever the steps are, a circle is told of exactly where there is one."""
    things = [Node("credential", f"p/{n}") for n in range(NUMBER)]
    steps = {
        things[n]: {things[b]: NOWHERE for a, b in sorted(edges) if a == n} for n in range(NUMBER)
    }
    found = list(circles(steps))

    assert has_circle(edges) == bool(found)
    for circle in found:
        for one, after in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert after in steps[one]


def test_a_long_chain_is_no_matter() -> None:
    """Ten thousand steps in a row need no deep recursion."""
    things = [Node("credential", f"p/{n:05}") for n in range(10_000)]
    steps = {one: {after: NOWHERE} for one, after in pairwise(things)}
    steps[things[-1]] = {}

    assert [] == list(circles(steps))
