"""Scenarios with rows and with histories: the mistakes in them, and what authors are told."""

from pathlib import Path

import pytest

from adapters.feeding.saved_history import read_history
from rules.packs import read_packs
from rules.scenario_reader import read_test_file

TOLD = Path(__file__).resolve().parents[1] / "language" / "told"

HEAD = """\
tests: rules.yaml
starts: 2025-03-03 Monday
learner: {name: Ada, enrolled: c1}
scenarios:
"""


def told(tmp_path: Path, scenarios: str) -> list[str]:
    """Give what is said of scenarios in a copy of the pack: place, code and message."""
    pack = tmp_path / "told"
    pack.mkdir()
    for name in ("pack.yaml", "rules.yaml"):
        (pack / name).write_text((TOLD / name).read_text())
    for name in ("messages/quiet.md", "histories/ada.jsonl"):
        (pack / name).parent.mkdir()
        (pack / name).write_text((TOLD / name).read_text())
    (pack / "histories" / "two.jsonl").write_text(
        '{"id": 1, "time": "2025-03-04T10:00:00Z", "learner": "a", "is": "viewed", "object": "p"}\n'
        '{"id": 2, "time": "2025-03-04T10:00:00Z", "learner": "b", "is": "viewed", "object": "p"}\n'
    )
    (pack / "histories" / "broken.jsonl").write_text('{"id": 7, "learner": "a"}\n')
    file = pack / "x.test.yaml"
    file.write_text(HEAD + scenarios)
    reading = read_packs([pack])
    _, problems, _ = read_test_file(file, str(file), "told", reading, read_history)
    return [
        f"{p.span.line}:{p.span.column} {p.code} {p.message}".replace(f"{pack}/", "")
        for p in problems
    ]


def steps(score: str = "59%", *, indent: int = 4) -> str:
    """Give a block `steps` with one step."""
    return (
        f"{' ' * indent}steps:\n{' ' * indent}  - at: day 1 10:00\n"
        f"{' ' * indent}    seen: {{quiz: quiz-1, score: {score}}}\n"
    )


MISTAKES = {
    "a blank that no row fills": (
        "  s:\n    each: [{mark: 59%}]\n" + steps("<marks>"),
        ["9:37 E201 no row says `marks`"],
    ),
    "a row that says what no step asks": (
        "  s:\n    each: [{mark: 59%, hour: 10}]\n" + steps("<mark>"),
        ["6:24 E201 no step says `<hour>`"],
    ),
    "a row that lacks what others say": (
        "  s <n>:\n    each: [{mark: 59%, n: 1}, {mark: 60%}]\n" + steps("<mark>"),
        ["6:32 E106 this row says no `n`, and others do"],
    ),
    "a value that is no score stands in its row": (
        "  s:\n    each:\n      - {mark: 59%}\n      - {mark: many}\n" + steps("<mark>"),
        ["8:16 E110 `many` is not a score"],
    ),
    "a step that is wrong in every row is told once": (
        "  s:\n    each:\n      - {mark: 59%}\n      - {mark: 60%}\n"
        + steps("<mark>").replace("quiz-1", "quiz-2"),
        ["11:22 E201 there is no activity `quiz-2`"],
    ),
    "rows without steps": (
        "  s:\n    each: [{mark: 59%}]\n",
        ["5:3 E106 this scenario says no `steps`"],
    ),
    "rows that are texts": (
        "  s:\n    each: [59%, 60%]\n" + steps("<mark>"),
        [
            "6:12 E105 a row wants names, each with a colon and what it says",
            "6:17 E105 a row wants names, each with a colon and what it says",
        ],
    ),
    "a history that is not there": (
        "  s:\n    given: histories/adda.jsonl\n" + steps(),
        ["6:12 E201 there is no history `histories/adda.jsonl`"],
    ),
    "a history of several learners": (
        "  s:\n    given: histories/two.jsonl\n" + steps(),
        ["6:12 E201 this history is of several learners, and the test does not name them all"],
    ),
    "a history that can't be read": (
        "  s:\n    given: histories/broken.jsonl\n" + steps(),
        ["6:12 E101 this history can't be used: 7: is: missing; what happened?"],
    ),
    "a history of an unknown kind": (
        "  s:\n    given: rules.yaml\n" + steps(),
        [
            (
                "6:12 E101 this history can't be used: rules.yaml: not a file of events "
                "(.jsonl, .ndjson, .json, .csv, also with .gz)"
            )
        ],
    ),
    "a history outside the pack": (
        "  s:\n    given: ../ada.jsonl\n" + steps(),
        ["6:12 E201 `../ada.jsonl` lies outside the pack"],
    ),
    "a step that comes neither once nor twice": (
        "  s:\n    - at: day 1 10:00\n      seen: {quiz: quiz-1, score: 59%, twice: often}\n",
        ["7:47 E110 `often` is not yes or no"],
    ),
    "a word that a scenario does not have": (
        "  s:\n    every: [1]\n" + steps(),
        ["6:5 E102 a scenario has no `every`"],
    ),
}


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_a_mistake_is_told_once_in_its_place(tmp_path: Path, name: str) -> None:
    """One problem for a cause, under what the author wrote, with what would have been right."""
    scenarios, expected = MISTAKES[name]

    assert expected == told(tmp_path, scenarios)
