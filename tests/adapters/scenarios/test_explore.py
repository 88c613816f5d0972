"""`milepost test --explore`: what it must find, that the stories are short, the same by seed."""

from pathlib import Path

import msgspec
import pytest

import engine.writing
from adapters.packs import read_for_use
from adapters.telling.explored import Document, tell_explored
from adapters.verbs.test import play
from engine.limits import Go
from rules.exploring.explore import Explored, Explorer, Found, explore
from rules.exploring.histories import draw
from rules.exploring.oracle import Fault
from rules.packs import read_packs

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = ROOT / "tests" / "language" / "rounds"
LIMITS = ROOT / "tests" / "language" / "limits"

WEEKLY = """
  weekly:
    title: Write on Mondays
    when:
      every: monday at 09:00
    then:
      - email: messages/quiet.md
    limits:
      gap: 7 days
"""

CIRCLE = """
  round:
    title: Round
    when: {group: b, is: joined}
    then: [{group: a}, {group: b, remove: yes}]

  and-round:
    title: And round
    when: {group: a, is: joined}
    then: [{group: b}, {group: a, remove: yes}]
"""


def found(pack: Path, number: int, seed: int = 1) -> list[Found]:
    """Give what some histories of one pack find."""
    reading = read_packs([pack])
    return [f for one in explore(reading.ruleset, reading.given, number, seed) for f in one.found]


def test_rules_that_undo_one_another_are_found() -> None:
    """Each pair once, in the one event that shows it."""
    assert {
        (Fault.CONTRADICTION, ("rounds/put-in", "rounds/take-out"), 1),
        (Fault.CONTRADICTION, ("rounds/close-it", "rounds/open-it"), 1),
        (Fault.CONTRADICTION, ("rounds/close-gate", "rounds/open-gate"), 1),
    } == {(f.finding.fault, f.finding.things, len(f.came)) for f in found(ROUNDS, 60)}


def test_a_rule_that_writes_for_ever_is_found(small: Path) -> None:
    """A message every Monday, with nothing that ends it; one event is enough to begin."""
    with (small / "rules.yaml").open("a") as file:
        file.write(WEEKLY)

    assert [(Fault.ENDLESS, ("small/weekly",), 1)] == [
        (f.finding.fault, f.finding.things, len(f.came)) for f in found(small, 20)
    ]


def test_rules_in_a_circle_are_found(small: Path) -> None:
    """`check` refuses them; should it miss one, this finds it, with the chain."""
    with (small / "rules.yaml").open("a") as file:
        file.write(CIRCLE)
    (circle,) = (f for f in found(small, 60) if f.finding.fault is Fault.CIRCLE)

    assert ("small/and-round", "small/round") == circle.finding.things
    assert " → " in circle.finding.said


def test_limits_that_do_not_hold_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is the explorer's own: an engine that lets every message go is caught at once."""
    assert [] == found(LIMITS, 40)

    monkeypatch.setattr(engine.writing, "judge", lambda *_, **__: Go())
    faults = {f.finding.fault for f in found(LIMITS, 40)}

    assert {Fault.GAP, Fault.CAP} <= faults


def test_an_engine_that_breaks_is_told_with_its_story(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback: what went wrong, that it is our fault, and the events that led there."""

    def broken(*_: object, **__: object) -> Go:
        message = "no such thing"
        raise LookupError(message)

    monkeypatch.setattr(engine.writing, "judge", broken)
    nothing = tell_explored(read_for_use([small]), 20, 1, None, as_json=False)
    told = capsys.readouterr().out

    assert not nothing
    assert "the engine  can't be decided" in told
    assert "LookupError: no such thing" in told
    assert "please report it" in told
    assert "enrolled: c1" in told


def test_the_same_seed_finds_the_same() -> None:
    """Another seed draws other histories; a history depends on its number alone."""
    reading = read_packs([ROUNDS])
    explorer = Explorer(reading.ruleset, "rounds", 1)

    assert draw(explorer.ground, "a") == draw(explorer.ground, "a")
    assert draw(explorer.ground, "a") != draw(explorer.ground, "b")
    assert _plain(found(ROUNDS, 30)) == _plain(found(ROUNDS, 30))


def _plain(some: list[Found]) -> list[tuple[object, ...]]:
    return [(f.finding, f.came, f.number) for f in some]


@pytest.mark.parametrize("name", ["data-literacy", "fun", "oulad"])
def test_the_example_packs_hold(name: str) -> None:
    """What authors begin from contradicts nothing, ends, and keeps its limits."""
    reading = read_packs([ROOT / "rules" / "packs" / name])
    explored = Explorer(reading.ruleset, name, 7).explore(60)

    assert Explored(name, 60, explored.events) == explored
    assert explored.events > 500


def test_what_is_found_is_a_scenario_that_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files of --out can be put into the pack as they are, and then be worked on."""
    pack = tmp_path / "rounds"
    pack.mkdir()
    for path in ROUNDS.glob("*.yaml"):
        if not path.name.endswith(".test.yaml"):
            (pack / path.name).write_text(path.read_text())
    nothing = tell_explored(read_for_use([pack]), 60, 1, pack / "found", as_json=True)
    document = msgspec.json.decode(capsys.readouterr().out, type=Document)
    written = sorted((pack / "found").glob("*.test.yaml"))
    for path in written:
        path.rename(pack / path.name)
    report = play([pack])

    assert not nothing
    assert 3 == len(document.packs[0].findings) == len(written)
    assert ["contradicts another rule"] * 3 == [f.fault for f in document.packs[0].findings]
    assert report.good
    assert 3 == len(report.results)
