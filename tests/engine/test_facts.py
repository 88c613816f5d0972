"""What a plug-in is told of a learner, and when it is asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest

from engine.calendar import MINUTE, Micros, instant, micros
from engine.decide import TimerDue, decide
from engine.events import Event, Score, Word
from engine.facts import STATED, Enrolment, Fact, Learner, Seen
from engine.outcome import Did, Kind, Outcome
from engine.plan import Plan
from engine.record import Record
from engine.ruleset import Credential, Pack, Ruleset
from engine.source import NOWHERE
from engine.terms import Group, HasFact, Quantifier
from rules.packs import read_packs
from rules.scenarios import as_tested

START = datetime(2025, 3, 3, 10, tzinfo=UTC)
LISTENS_TO = ("graded", "joined", "https://library.example/lent")


class Counting:
    """Answers yes from so many events on, and keeps what it was told."""

    def __init__(self, least: int) -> None:
        """Begin with nothing told."""
        self.least = least
        self.told: list[tuple[Learner, str]] = []
        self.fails = False

    def known(self) -> Mapping[str, Fact]:
        """Give the one fact."""
        return {"busy": Fact("busy", "Much has happened.", LISTENS_TO)}

    def answer(self, word: str, learner: Learner, now: str) -> bool | None:
        """Count the events."""
        assert word == "busy"
        self.told.append((learner, now))
        return None if self.fails else len(learner.events) >= self.least

    def retry(self, word: str) -> Micros | None:
        """Ask again after ten minutes while it fails."""
        assert word == "busy"
        return 10 * MINUTE if self.fails else None


def plan_of(facts: Counting) -> Plan:
    """Give a plan with one credential, which rests on the fact alone."""
    condition = HasFact(NOWHERE, "busy", LISTENS_TO)
    credential = Credential(
        id="p/x",
        span=NOWHERE,
        title="X",
        describes="X.",
        requires=Group(NOWHERE, Quantifier.ALL, (condition,)),
    )
    return Plan(Ruleset({"p": Pack("p", "1")}, credentials={"p/x": credential}, facts=facts))


def event(
    number: int,
    word: str,
    name: str = "",
    course: str = "",
    score: Score | None = None,
    fields: tuple[tuple[str, str], ...] = (),
) -> Event:
    """Give Ada's event of an hour."""
    time = START + timedelta(hours=number)
    return Event(
        id=f"e{number}",
        time=time,
        learner="ada",
        word=word,
        object=name,
        course=course,
        score=score,
        fields=fields,
    )


EVENTS = (
    event(0, Word.ENROLLED, "course:1"),
    event(1, Word.GRADED, "quiz:1", course="course:1", score=Score(Decimal(7), high=Decimal(10))),
    event(2, "https://library.example/lent"),
    event(3, Word.VIEWED, "page:1"),
)


def lived(plan: Plan, events: tuple[Event, ...]) -> tuple[Record, list[Did]]:
    """Let events come, each as soon as it can."""
    record, did = Record("ada"), list[Did]()
    now = START
    for each in events:
        now = max(now, each.time)
        outcome = decide(plan, record, each, now)
        record = outcome.record
        did += [decision.did for decision in outcome.decisions]
    return record, did


def test_a_plug_in_is_told_what_it_listens_to() -> None:
    """It gets the events of its words with object, course and mark, and no others."""
    facts = Counting(2)
    _, did = lived(plan_of(facts), EVENTS)
    learner, now = facts.told[-1]

    assert [Did.AWARDED] == did
    assert "2025-03-03T12:00:00+00:00" == now
    assert (Enrolment("course:1", "2025-03-03T10:00:00+00:00"),) == learner.enrolled
    lent = "https://library.example/lent"
    assert (
        Seen(
            "2025-03-03T11:00:00+00:00",
            "graded",
            "quiz:1",
            "course:1",
            0.7,
            "",
            {},
            undone=False,
        ),
        Seen("2025-03-03T12:00:00+00:00", lent, "", "", None, "", {}, undone=False),
    ) == learner.events


@pytest.mark.parametrize("order", list(permutations(EVENTS)))
def test_any_order(order: tuple[Event, ...]) -> None:
    """Whatever the order in which events come, the credential is awarded once."""
    _, did = lived(plan_of(Counting(2)), order)

    assert [Did.AWARDED] == did


def test_what_nobody_listens_to_asks_nobody() -> None:
    """A page viewed costs no question once the learner is known."""
    facts = Counting(9)
    plan = plan_of(facts)
    record, _ = lived(plan, EVENTS[:1])
    asked = len(facts.told)
    for number in range(4, 8):
        record = decide(plan, record, event(number, Word.VIEWED, "page:1"), START).record

    assert asked == len(facts.told)
    decide(plan, record, event(9, Word.JOINED, "helpers"), START + timedelta(hours=9))
    assert asked < len(facts.told)


def test_a_stated_fact_asks_nobody() -> None:
    """What a scenario states counts, and is no part of the profile that plug-ins see."""
    facts = Counting(1)
    plan = plan_of(facts)
    stated = event(0, Word.PROFILE, fields=((STATED + "busy", "no"), ("language", "es")))
    record, did = lived(plan, (stated, EVENTS[1]))

    assert ([], []) == (did, facts.told)
    stated = event(5, Word.PROFILE, fields=((STATED + "busy", "yes"),))
    outcome = decide(plan, record, stated, stated.time)
    assert [Did.AWARDED] == [decision.did for decision in outcome.decisions]


def test_what_could_not_be_asked_is_asked_again() -> None:
    """A program that is down for a while costs nobody an award, though nothing more happens."""
    facts = Counting(1)
    facts.fails = True
    plan = plan_of(facts)
    record, did = lived(plan, EVENTS[:3])
    assert [] == did
    (key, due) = next(iter(record.ledger.timers.items()))
    assert ("look p/x", micros(EVENTS[2].time) + 10 * MINUTE) == (key, due)

    record = decide(plan, record, TimerDue(key), instant(due)).record
    assert {key: due + 10 * MINUTE} == record.ledger.timers
    facts.fails = False
    outcome = decide(plan, record, TimerDue(key), instant(due + 10 * MINUTE))
    assert [Did.AWARDED] == [decision.did for decision in outcome.decisions]
    assert {} == outcome.record.ledger.timers


WHILE = """pack: p
language: 1
version: "1"
title: While a fact says so
owner: a@b.example
activities:
  quiz: {lms: "quiz:1", kind: quiz}
  shelf: {lms: "page:9", kind: activity}
"""
WHILE_RULES = """rules:
  keep-open:
    title: Open while the fact says no
    when: {quiz: quiz, is: graded}
    if: [{none: [{fact: busy}]}]
    then: [{release: shelf, while: yes}]
"""


def holding(folder: Path, facts: Counting) -> Plan:
    """Give a plan whose one rule gives something while a fact says no."""
    (folder / "pack.yaml").write_text(WHILE)
    (folder / "rules.yaml").write_text(WHILE_RULES)
    reading = read_packs([folder], facts=facts)
    assert () == reading.problems
    return Plan(as_tested(reading.ruleset, START))


def effects(outcome: Outcome) -> list[Kind]:
    """Give what the LMS is told."""
    return [effect.kind for decision in outcome.decisions for effect in decision.effects]


def test_what_is_given_while_a_fact_says_so_follows_it(tmp_path: Path) -> None:
    """Each event that the plug-in listens to may turn it, there and back; no other asks it."""
    facts = Counting(2)
    plan = holding(tmp_path, facts)
    given = decide(plan, Record("ada"), EVENTS[1], EVENTS[1].time)
    taken = decide(plan, given.record, EVENTS[2], EVENTS[2].time)
    facts.least = 9
    asked = len(facts.told)
    viewed = decide(plan, taken.record, EVENTS[3], EVENTS[3].time)
    assert asked == len(facts.told)
    lent = event(4, "https://library.example/lent")
    again = decide(plan, viewed.record, lent, lent.time)

    assert [[Kind.RELEASE], [Kind.LOCK], [], [Kind.RELEASE]] == [
        effects(outcome) for outcome in (given, taken, viewed, again)
    ]


def test_what_is_given_while_a_fact_says_so_waits_while_nobody_knows(tmp_path: Path) -> None:
    """A plug-in that fails takes nothing away, and is asked again by itself."""
    facts = Counting(2)
    plan = holding(tmp_path, facts)
    given = decide(plan, Record("ada"), EVENTS[1], EVENTS[1].time)
    facts.fails = True
    unknown = decide(plan, given.record, EVENTS[2], EVENTS[2].time)
    assert [] == effects(unknown)
    ((key, due),) = unknown.record.ledger.timers.items()
    assert micros(EVENTS[2].time) + 10 * MINUTE == due

    facts.fails = False
    told = decide(plan, unknown.record, TimerDue(key), instant(due))
    assert [Kind.LOCK] == effects(told)
    assert {} == told.record.ledger.timers
