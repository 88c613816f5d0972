"""Coverage: which rules acted, and which conditions were seen both ways."""

from pathlib import Path

import pytest
import typer

from adapters.packs import read_for_use
from adapters.verbs.test import command, play
from engine.outcome import Decision, Outcome
from rules.coverage import Coverage
from rules.scenario_run import ScenarioRun
from rules.scenarios import run_tests

LANGUAGE = sorted(
    path.parent for path in Path(__file__).resolve().parents[2].glob("language/*/pack.yaml")
)


def lacking(pack: Path) -> list[str]:
    """Give what coverage lacks, a line each."""
    coverage = play([pack]).coverage
    assert coverage is not None
    idle = [f"{thing.span.line} never acted: {thing.id}" for thing in coverage.idle]
    return idle + [f"{gap.span.line} never {gap.never}: {gap.asks}" for gap in coverage.gaps()]


def test_each_condition_must_be_seen_both_ways(small: Path) -> None:
    """Also those behind the first no, in `none:`, and each leaf of a trigger."""
    assert [
        "2 never acted: small/done",
        "39 never acted: small/begun",
        "6 never true: activity lab is completed",
        "18 never true: quiz quiz-1 score below 30%",
        "22 never true: activity lab is completed",
        "24 never false: course c1 is enrolled",
        "42 never true: enrolled 30 days ago in c1",
    ] == lacking(small)


def test_scenarios_that_see_all_leave_nothing(small: Path) -> None:
    """What is listed is what to write: with it, nothing is lacking."""
    with (small / "rules.test.yaml").open("a") as file:
        file.write("""
  a fifth of the points, the lab, a good mark:
    - at: day 1 10:00
      seen: {quiz: quiz-1, score: 20%}
      expect: {release: lab}
    - at: day 2 10:00
      seen: {activity: lab, is: completed}
    - at: day 3 10:00
      seen: {quiz: quiz-1, score: 20%}
    - at: day 4 10:00
      seen: {quiz: quiz-1, score: 90%}
      expect: {awarded: done}
    - at: day 5
      unenrolled: c1
    - at: day 6
      seen: {quiz: quiz-1, score: 1%}

  a month:
    - at: day 6
      seen: {activity: extra, is: viewed}
    - at: day 13
      expect: {email: messages/quiet.md}
    - at: day 31
      expect: {recommend: extra}
""")

    assert [] == lacking(small)


@pytest.mark.parametrize("pack", LANGUAGE, ids=lambda pack: pack.name)
def test_who_is_observed_decides_the_same(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ruleset under coverage makes the same decisions, at the same instants, as one without."""
    reading = read_for_use([pack])
    seen: list[list[tuple[int, Decision]]] = []
    plain = ScenarioRun.watch

    def watch(run: ScenarioRun, who: str, outcome: Outcome, now: int) -> None:
        seen[-1] += [(now, decision) for decision in outcome.decisions]
        plain(run, who, outcome, now)

    monkeypatch.setattr(ScenarioRun, "watch", watch)
    for covering in (False, True):
        seen.append([])
        run_tests(reading, lambda *_: "", covering=covering)

    assert seen[0] == seen[1]


def test_a_choice_of_scenarios_has_no_coverage(small: Path) -> None:
    """With -k most scenarios are left out, and what they cover is not lacking."""
    assert play([small], "59%").coverage is None


def test_too_little_coverage_can_fail(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--min-coverage` is for build servers; at the share there is it passes."""
    with pytest.raises(typer.Exit) as ended:
        command([small], min_coverage=100)
    told = capsys.readouterr()
    command([small], min_coverage=30)

    assert 1 == ended.value.exit_code
    assert "fewer than 100% of the conditions were seen both true and false\n" == told.err
    assert (
        "2 of 3 rules acted, 0 of 1 credential awarded in some scenario; "
        "conditions seen both true and false: 3 of 8"
    ) in told.out


def test_a_pack_without_conditions_is_covered() -> None:
    """Nothing to see is all seen."""
    reading = read_for_use([LANGUAGE[0]])

    assert 1 == Coverage(reading.ruleset, ()).counts.share
