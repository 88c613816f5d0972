"""`explain` answers yes, no or unknown as the text means it, with reasons and places."""

import pytest

from tests.language.asked import Explain, Said

ENROLLED: Said = {
    "id": "e0",
    "time": "2025-03-03T09:00:00+01:00",
    "learner": "ada",
    "course": "course:1",
    "object": "course:1",
    "is": "enrolled",
}


def marked(number: int, target: str, word: str, raw: float | None = None) -> Said:
    """Give an event of a day in March."""
    event = ENROLLED | {
        "id": f"e{number}",
        "time": f"2025-03-{3 + number:02}T09:00:00+01:00",
        "object": target,
        "is": word,
        "attempt": "1",
    }
    return event if raw is None else event | {"score": {"raw": raw, "min": 0, "max": 100}}


@pytest.mark.parametrize(
    ("events", "answer"),
    [
        ([], "no"),
        ([marked(1, "quiz:1", "submitted")], "unknown"),
        ([marked(1, "quiz:1", "graded", 69.996)], "no"),
        ([marked(1, "quiz:1", "graded", 70)], "yes"),
        ([marked(1, "quiz:1", "graded", 50), marked(2, "quiz:1", "graded", 75)], "yes"),
    ],
)
def test_a_credential_is_answered(explain: Explain, events: list[Said], answer: str) -> None:
    """Answers: no attempt is no, unmarked is unknown; awards, part-two wants at least 70%."""
    found = explain("awards", [ENROLLED, *events], "part-two", "2025-03-20")
    assert answer == found.answer


def test_a_regrade_down_leaves_it_held(explain: Explain) -> None:
    """Law 9: what is held is kept."""
    events = [ENROLLED, marked(1, "quiz:1", "graded", 80), marked(2, "quiz:1", "graded", 10)]
    assert explain("awards", events, "part-two", "2025-03-20").answer == "yes"


def test_what_is_missing_is_named_with_its_place(explain: Explain) -> None:
    """The whole lacks its first part; every node says where it was written."""
    events = [ENROLLED, marked(1, "quiz:1", "graded", 80)]
    found = explain("awards", events, "whole", "2025-03-20")
    under = found.verdict.under
    assert ("no", ["no", "yes"]) == (found.answer, [leaf.answer for leaf in under])
    assert all(leaf.file.endswith("awards/stack.yaml") and leaf.line for leaf in under)
    assert [True] == ["part-one" in line for line in found.missing]


def test_the_sum_of_a_skill_is_printed(explain: Explain) -> None:
    """Skills: explain prints the sum."""
    essay = marked(2, "assign:1", "graded") | {"criteria": {"choice": {"raw": 90, "max": 100}}}
    events = [ENROLLED, marked(1, "quiz:1", "graded", 64), essay]
    found = explain("skills", events, "sampling", "2025-03-20")
    assert "= 79.6%, from 2 sources → proficient" in found.verdict.because


@pytest.mark.parametrize(
    ("on", "answer"),
    [("2025-03-03T12:00:00+01:00", "no"), ("2025-03-04T09:00:00+01:00", "yes")],
)
def test_it_is_answered_as_known_then(explain: Explain, on: str, answer: str) -> None:
    """`--on`: what is known at that time, the instant itself included."""
    events = [ENROLLED, marked(1, "quiz:1", "graded", 80)]
    assert answer == explain("awards", events, "part-two", on).answer


@pytest.mark.parametrize(
    ("on", "answer"),
    [("2025-03-28T23:59:59+01:00", "yes"), ("2026-03-05T00:00:00+01:00", "no")],
)
def test_an_expired_credential_is_not_held(explain: Explain, on: str, answer: str) -> None:
    """Law 9: awarded on 4 March 2025 for a year, to the end of that day."""
    lab = ENROLLED | {
        "id": "e1",
        "time": "2025-03-04T09:00:00+01:00",
        "object": "page:3",
        "is": "completed",
    }
    assert answer == explain("awards", [ENROLLED, lab], "yearly", on).answer
