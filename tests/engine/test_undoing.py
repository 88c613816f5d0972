"""What a rule has asked and offered is taken back with what it did."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from msgspec import structs

from engine.calendar import micros
from engine.decide import advance
from engine.events import Event, Score, Word
from engine.outcome import Did, Kind, Outcome
from engine.plan import Plan
from engine.record import Record
from engine.undoing import undo
from rules.packs import read_packs
from rules.scenarios import as_tested

PEOPLE = Path(__file__).parents[1] / "language" / "people"
START = datetime(2025, 3, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
SKIP = "people/skip-the-lab"


def plan() -> Plan:
    """Give the pack in which people decide, its rules acting."""
    return Plan(as_tested(read_packs([PEOPLE]).ruleset, START - timedelta(days=1)))


def take(rules: Plan, record: Record, event: Event) -> Outcome:
    """Let an event happen at its time."""
    return advance(rules, record, event, micros(event.time))


def told(name: str, time: datetime, word: Word, thing: str, *fields: tuple[str, str]) -> Event:
    """Make an event of Ada's."""
    return Event(id=name, time=time, learner="ada", word=word, object=thing, fields=fields)


def marked(rules: Plan, quiz: str, percent: int) -> Outcome:
    """Give what a mark brings a learner who has just been enrolled."""
    enrolled = told("0", START, Word.ENROLLED, "course:1")
    record = take(rules, Record("ada"), enrolled).record
    score = Score(raw=Decimal(percent), high=Decimal(100))
    bare = told("1", START + HOUR, Word.GRADED, quiz)
    mark = structs.replace(bare, score=score, attempt="1")
    return take(rules, record, mark)


def firing_of(outcome: Outcome, rule: str) -> str:
    """Give the firing of a rule among what was decided."""
    return next(d.firing for d in outcome.decisions if rule == d.thing and Did.FIRED == d.did)


def undone(rules: Plan, outcome: Outcome, rule: str) -> Outcome:
    """Take a rule's firing back an hour later."""
    firing = firing_of(outcome, rule)
    now = micros(START + 2 * HOUR)
    return undo(rules, outcome.record, rule, {firing}, now, "by kay")


def test_a_yes_to_an_undone_question_does_nothing() -> None:
    """The question is withdrawn; whoever still answers it starts nothing."""
    rules = plan()
    asked = marked(rules, "quiz:1", 95)
    key = firing_of(asked, SKIP)
    yes = told("2", START + 3 * HOUR, Word.APPROVED, f"review:{key}", ("by", "Kay"))
    straight = take(plan(), marked(rules, "quiz:1", 95).record, yes)

    taken_back = undone(rules, asked, SKIP)
    after = take(rules, taken_back.record, yes)

    assert [d for d in straight.decisions if d.effects]
    assert [Did.UNDONE] == [d.did for d in taken_back.decisions]
    assert "withdrawn" == taken_back.record.ledger.reviews[key].answer
    assert [] == [d for d in after.decisions if d.effects]


def test_a_choice_of_an_undone_offer_opens_nothing() -> None:
    """The offer is gone; the learner's choice is kept and acts on nothing."""
    rules = plan()
    offered = marked(rules, "quiz:2", 20)
    choice = told("2", START + 3 * HOUR, Word.CHOSEN, "page:2")

    taken_back = undone(rules, offered, "people/pick-one")
    after = take(rules, taken_back.record, choice)

    kinds = [effect.kind for d in after.decisions for effect in d.effects]
    assert [(Did.UNDONE, "by kay")] == [(d.did, d.because) for d in taken_back.decisions]
    assert {} == taken_back.record.ledger.offers
    assert [Kind.GROUP] == kinds


def test_what_an_undone_rule_announced_has_not_happened() -> None:
    """Rules that ask for it later find nothing; what others did on it stays theirs."""
    rules = plan()
    first = marked(rules, "quiz:2", 95)
    second = structs.replace(
        told("2", START + HOUR, Word.GRADED, "quiz:1"),
        score=Score(raw=Decimal(95), high=Decimal(100)),
        attempt="2",
    )
    both = take(rules, first.record, second)
    rule = next(d.thing for d in both.decisions for e in d.effects if Kind.ANNOUNCE == e.kind)
    opened = both.record.ledger.openings.keys()

    taken_back = undone(rules, both, rule)

    assert [(Did.UNDONE, "by kay")] == [(d.did, d.because) for d in taken_back.decisions]
    assert {} == taken_back.record.ledger.announced
    assert opened == taken_back.record.ledger.openings.keys()


def test_a_turn_back_to_an_earlier_choice_is_done_anew() -> None:
    """Choosing one, then the other, then taking that back: no effect has the key of an earlier."""
    rules = plan()
    outcome = marked(rules, "quiz:2", 20)
    (made,) = outcome.record.ledger.offers.values()
    things = [next(iter(rules.activity_keys[name])) for name in made.activities]
    first, second = things[:2]
    events = (
        told("c1", START + 3 * HOUR, Word.CHOSEN, first),
        told("c2", START + 4 * HOUR, Word.CHOSEN, second),
        structs.replace(told("c3", START + 5 * HOUR, Word.CHOSEN, second), undone=True),
    )
    keys: list[str] = []
    done: dict[str, Kind] = {}
    record = outcome.record
    for event in events:
        found = take(rules, record, event)
        record = found.record
        for effect in (effect for decision in found.decisions for effect in decision.effects):
            keys.append(effect.key)
            done[effect.target] = effect.kind
    assert len(keys) == len(set(keys))
    assert [Kind.RELEASE, Kind.LOCK] == [done[name] for name in made.activities[:2]]


SHUT = """pack: shut
language: 1
version: "1"
title: One rule opens while, another closes
owner: a@b.example
activities:
  quiz: {lms: "quiz:1", kind: quiz, pass: 60%}
  lab: {lms: "page:1", kind: activity}
  talk: {lms: "forum:1", kind: forum}
"""
SHUT_RULES = """rules:
  open:
    title: Open while the quiz is not passed
    when: {quiz: quiz, is: failed}
    if: [{none: [{quiz: quiz, is: passed}]}]
    then: [{release: lab, while: yes}]
  shut:
    title: Close once she asks
    when: {forum: talk, is: posted}
    then: [{lock: lab}]
"""


def test_what_a_rule_would_give_again_is_no_longer_watched(tmp_path: Path) -> None:
    """
    Another rule has closed what was opened, so nothing stands that could be taken back.

    The rule would still act once its `if` changes; an undo ends that, and says so.
    """
    (tmp_path / "pack.yaml").write_text(SHUT)
    (tmp_path / "rules.yaml").write_text(SHUT_RULES)
    rules = Plan(as_tested(read_packs([tmp_path]).ruleset, START - timedelta(days=1)))

    def mark(name: str, hours: int, percent: int) -> Event:
        score = Score(raw=Decimal(percent), high=Decimal(100))
        bare = told(name, START + hours * HOUR, Word.GRADED, "quiz:1")
        return structs.replace(bare, score=score, attempt=name)

    failed = take(rules, Record("ada"), mark("1", 1, 20))
    firing = firing_of(failed, "shut/open")
    shut = take(rules, failed.record, told("2", START + 2 * HOUR, Word.POSTED, "forum:1"))
    assert 1 == len(shut.record.ledger.kept)

    first = undo(rules, shut.record, "shut/open", {firing}, micros(START + 3 * HOUR), "by kay")
    assert [(Did.UNDONE, "shut/open", "by kay", ())] == [
        (d.did, d.thing, d.because, d.effects) for d in first.decisions
    ]
    assert {} == first.record.ledger.kept
    again = undo(rules, first.record, "shut/open", {firing}, micros(START + 3 * HOUR), "by kay")
    assert [] == again.decisions
    passed = take(rules, first.record, mark("2", 4, 80))
    assert [] == [effect for decision in passed.decisions for effect in decision.effects]
