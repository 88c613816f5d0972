"""A rule that is live for a share of learners: stable, growing, and a draft for the others."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
import typer

from adapters.packs import read_for_use
from adapters.service.live import live_name, with_live
from engine.calendar import micros
from engine.events import Event, Word
from engine.outcome import Did, Outcome
from engine.plan import Plan
from engine.replay import live_through
from engine.ruleset import Ruleset
from engine.shares import place_among_learners
from tests.adapters.replaying.conftest import RULES, write_pack

MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
LEARNERS = tuple(f"learner-{number}" for number in range(400))


def ruleset(folder: Path, state: str) -> Ruleset:
    """Read the rules with one of them in a state."""
    changed = RULES.replace(
        "    title: Write to whoever is quiet\n",
        f"    title: Write to whoever is quiet\n    state: {state}\n",
    )
    return read_for_use([write_pack(folder, changed)]).ruleset


def written_to(plan: Plan, learners: tuple[str, ...], begins: datetime) -> set[str]:
    """Live quiet learners through eight days, and give those that the rule wrote to."""
    found: set[str] = set()
    for learner in learners:
        events = [
            Event(id="e1", time=begins, learner=learner, word=Word.ENROLLED, object="course:101")
        ]

        def watch(outcome: Outcome, _: int, learner: str = learner) -> None:
            if any(d.did is Did.FIRED and d.effects for d in outcome.decisions):
                found.add(learner)

        live_through(plan, learner, events, micros(begins + timedelta(days=8)), watch)
    return found


def plan_of(rules: Ruleset, live: dict[str, datetime]) -> Plan:
    """Make rules ready, each live since an instant."""
    return Plan(with_live(rules, live))


def test_about_so_many_are_reached_and_always_the_same(tmp_path: Path) -> None:
    """A tenth of 400 is about 40; whoever is reached by a tenth is reached by a fifth."""
    tenth = ruleset(tmp_path / "a", "live for 10% of learners")
    fifth = ruleset(tmp_path / "b", "live for 20% of learners")
    names = [live_name(rules.rules["p/quiet"]) for rules in (tenth, fifth)]
    few = written_to(plan_of(tenth, {names[0]: MONDAY}), LEARNERS, MONDAY)
    more = written_to(plan_of(fifth, {names[1]: MONDAY}), LEARNERS, MONDAY)

    assert few == {who for who in LEARNERS if place_among_learners("p/x", who) < Fraction(1, 10)}
    assert 20 <= len(few) <= 60
    assert few < more


def test_the_others_are_counted_as_by_a_draft(tmp_path: Path) -> None:
    """Whoever is outside has a decision that does nothing and says so."""
    rules = ruleset(tmp_path / "a", "live for 10% of learners")
    plan = plan_of(rules, {live_name(rules.rules["p/quiet"]): MONDAY})
    outside = next(w for w in LEARNERS if place_among_learners("p/x", w) >= Fraction(1, 10))
    events = [Event(id="e1", time=MONDAY, learner=outside, word=Word.ENROLLED, object="course:101")]
    decisions: list[tuple[Did, bool, int]] = []
    live_through(
        plan,
        outside,
        events,
        micros(MONDAY + timedelta(days=8)),
        lambda outcome, _: decisions.extend(
            (d.did, d.draft, len(d.effects)) for d in outcome.decisions
        ),
    )

    assert [(Did.FIRED, True, 0)] == decisions


def test_a_share_that_grows_looks_forward_for_those_who_are_new(tmp_path: Path) -> None:
    """A silence that began under the smaller share is acted on only for those who were in it."""
    rules = ruleset(tmp_path / "a", "live for 20% of learners")
    quiet = live_name(rules.rules["p/quiet"])
    grew = MONDAY + timedelta(days=7, hours=1)
    live = {"p/quiet for 1/10": MONDAY - timedelta(days=1), quiet: grew}
    # The silence is a spell that begins a week after enrolment, an hour before the share grew.
    found = written_to(plan_of(rules, live), LEARNERS, MONDAY)

    assert found == {who for who in LEARNERS if place_among_learners("p/x", who) < Fraction(1, 10)}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("live for 0% of learners", "a rule that is live for nobody is a draft"),
        ("live for ten percent", "write it like: live for 10% of learners"),
        ("Live", "write it like: live"),
        ("paused", "write one of: draft, live, retired"),
    ],
)
def test_a_state_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], state: str, said: str
) -> None:
    """One problem, with what to write."""
    with pytest.raises(typer.Exit):
        ruleset(tmp_path / "a", state)

    assert said in capsys.readouterr().err
