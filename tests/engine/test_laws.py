"""Laws of the engine: any order, once, pure, and more evidence never hurts."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import micros
from engine.decide import RulesChanged, RunawayRulesError, TimerDue, advance, decide
from engine.events import Event, Score, Word
from engine.ledger import Sent
from engine.outcome import Decision, Did, Outcome
from engine.plan import Plan
from engine.record import Record, encode_record
from engine.replay import Life, live_through
from rules.packs import read_packs

ROOT = Path(__file__).parents[2]
START = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
ENROLLED = Event(
    id="enrolled",
    time=datetime(2025, 3, 2, tzinfo=UTC),
    learner="ada",
    word=Word.ENROLLED,
    object="course:101",
    course="course:101",
)


@cache
def plan() -> Plan:
    """Give the example pack, ready to run."""
    return Plan(read_packs([ROOT / "rules" / "packs" / "data-literacy"]).ruleset)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Draw a learner's events: marks with and without attempts, completions, undoings, views."""
    number = draw(st.integers(1, 14))
    events = [ENROLLED]
    for index in range(number):
        target = draw(
            st.sampled_from(
                ["quiz:4411", "quiz:4415", "assign:310", "lesson:77", "lesson:81", "page:201"]
            )
        )
        word = draw(
            st.sampled_from(
                [Word.SUBMITTED, Word.GRADED, Word.COMPLETED, Word.VIEWED, Word.PASSED, Word.FAILED]
            )
        )
        mark = draw(st.none() | st.sampled_from(["0", "59", "60", "69.996", "70", "85", "100"]))
        score = Score(raw=Decimal(mark), high=Decimal(100)) if mark is not None else None
        criteria = (("choice-of-sample", score),) if score and target == "assign:310" else ()
        events.append(
            Event(
                id=f"e{index}",
                time=START + timedelta(hours=draw(st.integers(0, 24 * 40))),
                learner="ada",
                word=word,
                object=target,
                course="course:101",
                score=None if word in (Word.VIEWED, Word.COMPLETED) else score,
                attempt=draw(st.sampled_from(["", "", "1", "2"])) if word != Word.VIEWED else "",
                criteria=criteria if word != Word.VIEWED else (),
                undone=word == Word.COMPLETED and draw(st.integers(0, 5)) == 0,
            )
        )
    return events


def fold(events: Sequence[Event]) -> Record:
    """Fold events in the order given."""
    record = Record("ada")
    for event in events:
        record.fold(event, plan().place(event))
    return record


def shuffled(events: list[Event], seed: int) -> list[Event]:
    """Give the events in another order."""
    return random.Random(seed).sample(events, len(events))


@given(histories(), st.integers(0, 1000))
def test_any_order_gives_the_same_record(events: list[Event], seed: int) -> None:
    """The record is a fold that any order of the same events leaves equal."""
    assert encode_record(fold(events)) != b""
    assert _sorted(fold(events)) == _sorted(fold(shuffled(events, seed)))


def _sorted(record: Record) -> object:
    """Give a record's facts without the order of its dictionaries."""
    return {
        "changes": record.changes,
        "traces": {
            key: (trace.course, trace.kind, trace.entries, sorted(trace.tallies))
            for key, trace in record.traces.items()
        },
        "tallies": {
            (key, word): (tally.number, tally.first, tally.last, tally.undone)
            for key, trace in record.traces.items()
            for word, tally in trace.tallies.items()
            if tally.number
        },
        "seen": record.seen,
    }


def held(record: Record) -> set[str]:
    """Give the credentials that a learner holds."""
    return {name for name in record.ledger.awards if record.ledger.held(name)}


@settings(max_examples=150)
@given(histories(), st.integers(0, 1000))
def test_any_order_gives_the_same_credentials(events: list[Event], seed: int) -> None:
    """Late and shuffled events lead to the same skills and credentials as events in order."""
    end = START + timedelta(days=60)
    in_order = live_through(plan(), "ada", events, micros(end), lambda *_: None)
    life = Life(plan(), "ada", lambda *_: None)
    for number, event in enumerate(shuffled(events, seed)):
        life.take(event, micros(START + timedelta(days=41, minutes=number)))
    life.until(micros(end))

    assert held(in_order) == held(life.record)
    assert in_order.ledger.levels == life.record.ledger.levels


def decisions(events: list[Event], until: datetime | None = None) -> list[tuple[object, ...]]:
    """Live events through and give what was decided, without the reasons."""
    found: list[Decision] = []
    live_through(
        plan(),
        "ada",
        events,
        micros(until) if until else None,
        lambda outcome, _: found.extend(outcome.decisions),
    )
    return [(d.did, d.thing, d.at, d.because, d.until, d.effects, d.evidence) for d in found]


@settings(max_examples=60)
@given(histories(), st.integers(0, 1000))
def test_replaying_twice_gives_the_same(events: list[Event], seed: int) -> None:
    """A replay depends on the events alone: not on their order, nor on how often they come."""
    end = START + timedelta(days=70)

    assert decisions(events, end) == decisions(shuffled(events * 2, seed), end)


@settings(max_examples=60)
@given(histories())
def test_deciding_is_pure(events: list[Event]) -> None:
    """`decide` changes none of its arguments and answers the same every time."""
    record = Record("ada")
    for event in sorted(events, key=lambda e: e.order):
        before = encode_record(record)
        first = decide(plan(), record, event, event.time)
        second = decide(plan(), record, event, event.time)

        assert before == encode_record(record)
        assert encode_record(first.record) == encode_record(second.record)
        assert first.decisions == second.decisions
        record = first.record


@settings(max_examples=60)
@given(histories(), st.sampled_from(["quiz:4411", "assign:310"]))
def test_full_marks_never_lower_a_level(events: list[Event], target: str) -> None:
    """One more attempt of 100% leaves every level and credential at least as high."""
    end = START + timedelta(days=60)
    full = Score(raw=Decimal(100), high=Decimal(100))
    more = Event(
        id="more",
        time=START + timedelta(days=50),
        learner="ada",
        word=Word.SUBMITTED,
        object=target,
        course="course:101",
        score=full,
        attempt="more",
        criteria=(("choice-of-sample", full),),
    )
    without = live_through(plan(), "ada", events, micros(end), lambda *_: None)
    with_more = live_through(plan(), "ada", [*events, more], micros(end), lambda *_: None)
    levels = ["", "emerging", "proficient", "expert"]

    assert held(without) <= held(with_more)
    for skill, level in without.ledger.levels.items():
        assert levels.index(level) <= levels.index(with_more.ledger.levels[skill])


def test_a_timer_that_was_not_set_does_nothing() -> None:
    """A timer that came twice, or of another learner's, changes nothing."""
    outcome = decide(plan(), Record("ada"), TimerDue("rule data-literacy/none@course:101"), START)

    assert ([], {}) == (outcome.decisions, outcome.timers)


def test_new_rules_award_what_was_earned_and_write_nothing() -> None:
    """A new ruleset evaluates the evidence on record; awards of a backfill send no message."""
    events = [
        ENROLLED,
        _marked("a", "lesson:81", Word.COMPLETED, None),
        _marked("b", "quiz:4415", Word.SUBMITTED, "90"),
    ]
    record = fold(events)
    outcome = decide(plan(), record, RulesChanged(), START + timedelta(days=30))
    awarded = [d.thing for d in outcome.decisions if d.did is Did.AWARDED]

    assert ["data-literacy/data-cleaning"] == awarded
    assert () == outcome.effects


def _marked(identity: str, target: str, word: Word, mark: str | None) -> Event:
    score = Score(raw=Decimal(mark), high=Decimal(100)) if mark else None
    return Event(
        id=identity,
        time=START,
        learner="ada",
        word=word,
        object=target,
        course="course:101",
        score=score,
    )


def test_rules_that_go_in_circles_are_stopped(tmp_path: Path) -> None:
    """Two rules that put a learner in and out of each other's group end with the chain named."""
    (tmp_path / "pack.yaml").write_text(
        "pack: circle\nlanguage: 1\nversion: 1.0\ntitle: Circle\nowner: a@b.example\n"
        "activities:\n  start: {lms: 'page:1', kind: activity}\n"
    )
    (tmp_path / "rules.yaml").write_text(
        """rules:
  begin:
    title: Begin
    when: {activity: start, is: viewed}
    then: [{group: a}]
  in-b:
    title: In
    when: {group: a, is: joined}
    then: [{group: b}, {group: a, remove: yes}]
  in-a:
    title: Out
    when: {group: b, is: joined}
    then: [{group: a}, {group: b, remove: yes}]
"""
    )
    circle = Plan(read_packs([tmp_path]).ruleset)
    event = Event(id="1", time=START, learner="ada", word=Word.VIEWED, object="page:1")

    with pytest.raises(RunawayRulesError, match="circle/in-b"):
        advance(circle, Record("ada"), event, micros(START))


def test_outcomes_hold_all_effects_in_order() -> None:
    """An outcome's effects are those of its decisions."""
    outcome = Outcome(Record("ada"))

    assert () == outcome.effects


def test_a_renamed_rule_keeps_its_count() -> None:
    """Limits count by the rule's id across edits; `was` names the former one."""
    ledger = Record("ada").ledger
    ledger.sent["p/old"] = [Sent(1, "course:1", "f")]
    ledger.capped["p/old@course:1"] = "enrolled 0"
    ledger.sent["p/other"] = []
    ledger.rename("p/old", "p/new")

    assert {"p/new", "p/other"} == set(ledger.sent)
    assert {"p/new@course:1": "enrolled 0"} == ledger.capped


def _stack_pack(folder: Path) -> Plan:
    """Give a pack of a part by the latest mark, a stack on it, and one that asks a profile."""
    (folder / "pack.yaml").write_text(
        "pack: late\nlanguage: 1\nversion: 1.0\ntitle: Late\nowner: a@b.example\n"
        "activities:\n  quiz-1: {lms: 'quiz:1', kind: quiz}\n"
        "  lab: {lms: 'lab:1', kind: activity}\n"
    )
    (folder / "credentials.yaml").write_text(
        """credentials:
  part:
    title: Part
    describes: The latest mark is good, and the lab was not looked at before.
    requires:
      - quiz: quiz-1
        score: at least 70%
        attempt: latest
      - none:
          - activity: lab
            is: completed
  stack:
    title: Stack
    describes: On top of it.
    requires:
      - credential: part
        is: held
      - quiz: quiz-1
        score: at least 10%
  local:
    title: Local
    describes: For one programme.
    requires:
      - profile: programme
        is: data
      - quiz: quiz-1
        score: at least 70%
        attempt: latest
"""
    )
    return Plan(read_packs([folder]).ruleset)


def test_late_evidence_withdraws_what_was_never_earned_and_what_stood_on_it(
    tmp_path: Path,
) -> None:
    """The lab came first and arrives last: neither the part nor the stack was ever earned."""
    late = _stack_pack(tmp_path)
    lab = _marked("lab", "lab:1", Word.COMPLETED, None)
    quiz = msgspec.structs.replace(
        _marked("quiz", "quiz:1", Word.SUBMITTED, "90"), time=START + timedelta(hours=1)
    )
    in_order = live_through(late, "ada", [lab, quiz], None, lambda *_: None)
    life = Life(late, "ada", lambda *_: None)
    for number, event in enumerate((quiz, lab)):
        life.take(event, micros(START + timedelta(days=1, hours=number)))

    assert set() == held(in_order) == held(life.record)


def test_a_profile_that_changed_takes_nothing_back(tmp_path: Path) -> None:
    """What a profile said then is not known: an award that asked it is not withdrawn."""
    late = _stack_pack(tmp_path)
    life = Life(late, "ada", lambda *_: None)
    quiz = _marked("quiz", "quiz:1", Word.SUBMITTED, "90")
    for number, programme in enumerate(("data", "law")):
        profile = Event(
            id=f"p{number}",
            time=START + timedelta(days=number),
            learner="ada",
            word=Word.PROFILE,
            fields=(("programme", programme),),
        )
        life.take(profile, micros(profile.time))
        life.take(quiz, micros(START + timedelta(days=number)))
    earlier = msgspec.structs.replace(quiz, id="earlier", time=START - timedelta(days=1))
    life.take(earlier, micros(START + timedelta(days=3)))

    assert "late/local" in held(life.record)
