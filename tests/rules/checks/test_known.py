"""What is taken to be so when a rule is triggered: the engine agrees."""

from pathlib import Path

import pytest

from rules.checks import run_checks
from rules.packs import read_packs
from rules.scenarios import run_tests
from tests.rules.authors import PACK

RULE = "rules:\n  r: {{title: R, when: {{{when}}}, if: [{asked}], then: [{{release: lab}}]}}\n"
AWARD = (
    "credentials:\n  c: {title: C, describes: C., requires: [{activity: intro, is: completed}]}\n"
)
TESTS = """\
tests: a.yaml
starts: 2025-03-03 Monday
learner: {{name: Ada, zone: Europe/Madrid, enrolled: c1}}
scenarios:
  it happens:
    - at: day 1 10:00
      seen: {{{seen}}}
{expect}
"""


@pytest.mark.parametrize(
    ("when", "asked", "seen", "awarded"),
    [
        ("quiz: q1, is: failed", "{none: [{quiz: q1, is: failed}]}", "quiz: q1, score: 10%", ""),
        ("quiz: q1, score: at least 70%", "{quiz: q1, score: below 60%}",
         "quiz: q1, score: 80%", ""),
        ("activity: lab, is: completed", "{activity: lab, is: not completed}",
         "activity: lab, is: completed", ""),
        ("credential: c, is: awarded", "{credential: c, is: not held}",
         "activity: intro, is: completed", "c"),
    ],
)  # fmt: skip
def test_the_engine_agrees(
    when: str, asked: str, seen: str, awarded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that `check` refuses because it can never fire does not fire when it is tried."""
    monkeypatch.chdir(tmp_path)
    folder = Path("p")
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK)
    (folder / "a.yaml").write_text(AWARD + RULE.format(when=when, asked=asked))
    expect = f"      expect: {{awarded: {awarded}}}" if awarded else "      expect: nothing"
    (folder / "a.test.yaml").write_text(TESTS.format(seen=seen, expect=expect))
    reading = read_packs([folder])
    report = run_tests(reading, lambda *_: "")

    assert ["E302"] == [problem.code for problem in run_checks(reading) if problem.code == "E302"]
    assert [] == [str(p) for p in report.problems]
    assert [()] == [result.failures for result in report.results]


def test_without_the_second_condition_it_does_fire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same scenario fails where the rule is free to fire: what is tried above can fail."""
    monkeypatch.chdir(tmp_path)
    folder = Path("p")
    folder.mkdir()
    (folder / "pack.yaml").write_text(PACK)
    asked = "{none: [{quiz: q1, is: passed}]}"
    (folder / "a.yaml").write_text(RULE.format(when="quiz: q1, is: failed", asked=asked))
    expect = "      expect: nothing"
    seen = "quiz: q1, score: 10%"
    (folder / "a.test.yaml").write_text(TESTS.format(seen=seen, expect=expect))
    (result,) = run_tests(read_packs([folder]), lambda *_: "").results

    assert 1 == len(result.failures)
