"""The nearest way to a yes: no smaller set of conditions would do."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from engine.nearest import nearest
from engine.source import NOWHERE
from engine.terms import Condition, Group, Leaf, Noun, Quantifier
from engine.verdict import Answer, Verdict, all_of, any_of, at_least_of

Known = tuple[Condition, Verdict]


def leaf(name: str, answer: Answer) -> Known:
    """Give a condition and its answer."""
    return Leaf(NOWHERE, Noun.QUIZ, name), Verdict(answer, name, "", NOWHERE)


@st.composite
def trees(draw: st.DrawFn, depth: int = 2) -> tuple[Condition, dict[str, Answer]]:
    """Give a condition of lists within lists, and an answer for each of its leaves."""
    answers: dict[str, Answer] = {}

    def grow(left: int) -> Condition:
        if left == 0 or draw(st.booleans()):
            name = f"c{len(answers)}"
            answers[name] = draw(st.sampled_from(list(Answer)))
            return Leaf(NOWHERE, Noun.QUIZ, name)
        parts = tuple(grow(left - 1) for _ in range(draw(st.integers(1, 3))))
        kinds = [Quantifier.ALL, Quantifier.ANY, Quantifier.AT_LEAST]
        kind = draw(st.sampled_from(kinds))
        number = draw(st.integers(1, len(parts))) if kind is Quantifier.AT_LEAST else 0
        return Group(NOWHERE, kind, parts, number)

    return grow(depth), answers


def answered(condition: Condition, answers: dict[str, Answer]) -> Verdict:
    """Answer a condition as the engine does."""
    if isinstance(condition, Leaf):
        return Verdict(answers[condition.name], condition.name, "", NOWHERE)
    assert isinstance(condition, Group)
    under = [answered(part, answers) for part in condition.parts]
    match condition.quantifier:
        case Quantifier.ALL if len(under) == 1:
            return under[0]
        case Quantifier.ALL:
            return all_of("", NOWHERE, under)
        case Quantifier.ANY:
            return any_of("", NOWHERE, under)
        case _:
            return at_least_of(condition.number, "", NOWHERE, under)


@given(trees())
def test_the_way_leads_to_a_yes_and_no_shorter_one_does(
    tree: tuple[Condition, dict[str, Answer]],
) -> None:
    """Turning what it names gives yes; turning any fewer conditions does not."""
    condition, answers = tree
    way = [verdict.asks for verdict in nearest(condition, answered(condition, answers))]

    def holds(turned: tuple[str, ...]) -> bool:
        return answered(condition, answers | dict.fromkeys(turned, Answer.YES)).holds

    assert holds(tuple(way))
    if way:
        assert not any(holds(fewer) for fewer in combinations(answers, len(way) - 1))


def test_a_list_that_must_not_hold_is_named_as_it_stands() -> None:
    """There is nothing that the learner could do for it."""
    inner, _ = leaf("expelled", Answer.YES)
    group = Group(NOWHERE, Quantifier.NONE, (inner,))
    verdict = Verdict(
        Answer.NO, "none of 1", "", NOWHERE, (Verdict(Answer.YES, "expelled", "", NOWHERE),)
    )

    assert ["none of 1"] == [each.asks for each in nearest(group, verdict)]
