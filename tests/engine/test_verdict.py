"""Answers: yes, no and unknown under all, any, none and at least."""

from itertools import product

import pytest

from engine.source import Span
from engine.verdict import Answer, Verdict, all_of, any_of, at_least_of, none_of

HERE = Span("rules.yaml", 3, 5)
YES, NO, UNKNOWN = (
    Verdict(answer, answer.value, "", HERE, (), (f"event-{answer.value}",)) for answer in Answer
)


@pytest.mark.parametrize(
    ("parts", "of_all", "of_any", "of_none"),
    [
        ((YES, YES), Answer.YES, Answer.YES, Answer.NO),
        ((YES, UNKNOWN), Answer.UNKNOWN, Answer.YES, Answer.NO),
        ((NO, UNKNOWN), Answer.NO, Answer.UNKNOWN, Answer.UNKNOWN),
        ((NO, NO), Answer.NO, Answer.NO, Answer.YES),
        ((YES, NO), Answer.NO, Answer.YES, Answer.NO),
        ((UNKNOWN, UNKNOWN), Answer.UNKNOWN, Answer.UNKNOWN, Answer.UNKNOWN),
    ],
)
def test_lists_are_answered_by_three_values(
    parts: tuple[Verdict, ...], of_all: Answer, of_any: Answer, of_none: Answer
) -> None:
    """One no decides *all*, one yes decides *any* and *none*; else unknown keeps it open."""
    answers = [
        all_of("all", HERE, parts).answer,
        any_of("any", HERE, parts).answer,
        none_of("none", HERE, parts).answer,
    ]

    assert [of_all, of_any, of_none] == answers


@pytest.mark.parametrize("number", [1, 2, 3])
def test_at_least_is_decided_when_unknowns_cannot_change_it(number: int) -> None:
    """*At least N* is yes if N are, no if yes and unknown together are too few."""
    for parts in product((YES, NO, UNKNOWN), repeat=3):
        yes = sum(part is YES for part in parts)
        maybe = yes + sum(part is UNKNOWN for part in parts)
        expected = Answer.YES if yes >= number else Answer.NO if maybe < number else Answer.UNKNOWN

        assert expected is at_least_of(number, "at least", HERE, parts).answer


def test_blockers_are_the_innermost_reasons() -> None:
    """What keeps a tree from a yes is named where it was written, not at the top."""
    tree = all_of("all", HERE, (YES, any_of("any", HERE, (NO, UNKNOWN))))

    assert [NO, UNKNOWN] == list(tree.blockers())


def test_evidence_is_what_spoke_for_it() -> None:
    """Only conditions that hold give evidence, each event once."""
    tree = all_of("all", HERE, (YES, YES, any_of("any", HERE, (NO, YES))))

    assert ("event-yes",) == tree.all_evidence()
