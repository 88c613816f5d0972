"""Laws of explanations: each decision, explained as of its own instant, has the same reasons."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import Micros, micros
from engine.events import Event, Score, Word
from engine.explain import explain
from engine.explained import Explanation, told
from engine.outcome import MESSAGES, Decision, Did
from engine.plan import Plan
from engine.record import Record
from engine.replay import live_through
from engine.verdict import Answer, Verdict
from rules.packs import read_packs

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2025, 3, 3, tzinfo=BERLIN)
SPAN = 30
"""Days that a history lasts: over a change of the clocks."""

LIMITS = ("quiet hours", "cap", "gap")

PACK = """pack: small
language: 1
version: 1.0
title: Small
owner: a@b.example
zone: Europe/Berlin
activities:
  quiz-1: {lms: "quiz:1", kind: quiz, in: c1}
  quiz-2: {lms: "quiz:2", kind: quiz, in: c2}
  lab: {lms: "lab:1", kind: activity, in: c1}
courses:
  c1: {lms: "course:1", title: One, starts: 2025-03-03, ends: 2025-06-30}
  c2: {lms: "course:2", title: Two, starts: 2025-03-03, ends: 2025-06-30}
limits:
  polite: {quiet hours: "21:00 to 08:00 and weekends", gap: 3 days, cap: 2 per course}
"""

RULES = """credentials:
  pass:
    title: Pass
    describes: Passed.
    requires:
      - quiz: quiz-1
        score: at least 70%
      - activity: lab
        is: completed
skills:
  both:
    title: Both
    describes: Both quizzes.
    evidence:
      - quiz: quiz-1
        weight: 2
      - quiz: quiz-2
        weight: 1
    levels:
      fair: at least 50%
      good: at least 80% from 2 sources
pathways:
  whole:
    title: The whole way
    describes: Both quizzes, and the lab for who likes it.
    leads to: pass
    steps:
      - required:
          quiz: quiz-1
          score: at least 70%
      - optional:
          activity: lab
          is: completed
      - required:
          at least 1 of:
            - quiz: quiz-2
              score: at least 50%
            - activity: lab
              is: completed
rules:
  quiet-one:
    title: Gone quiet
    when: {inactive: 2 days, in: [c1, c2], repeat: every 2 days}
    then: [email: messages/hello.md]
    limits: polite
  failed:
    title: Failed
    when: {quiz: quiz-1, score: below 60%}
    if:
      - quiz: quiz-2
        score: at least 50%
    then:
      - release: lab
      - email: messages/hello.md
    limits: {quiet hours: "22:00 to 06:00", cap: 1 per week}
  seen:
    title: Seen
    when: {activity: lab, is: viewed}
    then: [email: messages/hello.md]
    limits: {gap: 12 hours, cap: 3 in 10 days}
"""


@cache
def plan() -> Plan:
    """Give a pack that writes under every limit, in two courses, and asks for marks."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "messages").mkdir()
        (folder / "messages" / "hello.md").write_text("---\nsubject: Hello\n---\nHello.\n")
        (folder / "pack.yaml").write_text(PACK)
        (folder / "rules.yaml").write_text(RULES)
        reading = read_packs([folder])
    assert [] == [str(problem) for problem in reading.problems if problem.code.startswith("E")]
    return Plan(reading.ruleset)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """
    Draw a learner's events in two courses: marks, waits for one, views, silence.

    No two are at one instant: as of that, only what holds after both is explained.
    """
    found = [event("in-1", 0, Word.ENROLLED, "course:1", "course:1")]
    if draw(st.booleans()):
        found.append(event("in-2", 0, Word.ENROLLED, "course:2", "course:2"))
    quarters = st.lists(st.integers(1, SPAN * 96), min_size=1, max_size=9, unique=True)
    for number, quarter in enumerate(draw(quarters)):
        target = draw(st.sampled_from(["quiz:1", "quiz:1", "quiz:2", "lab:1"]))
        course = "course:2" if target == "quiz:2" else "course:1"
        if target == "lab:1":
            word = draw(st.sampled_from([Word.VIEWED, Word.VIEWED, Word.COMPLETED]))
            found.append(event(f"e{number}", quarter, word, target, course))
            continue
        mark = draw(st.none() | st.sampled_from(["0", "59", "60", "85", "100"]))
        word = Word.SUBMITTED if mark is None else Word.GRADED
        attempt = draw(st.sampled_from(["1", "2", "3"]))
        found.append(event(f"e{number}", quarter, word, target, course, mark, attempt))
    return found


def event(
    name: str,
    quarter: int,
    word: Word,
    target: str,
    course: str,
    mark: str | None = None,
    attempt: str = "",
) -> Event:
    """Give an event so many quarters of an hour after the start."""
    score = None if mark is None else Score(raw=Decimal(mark), high=Decimal(100))
    return Event(
        id=name,
        time=START + timedelta(minutes=15 * quarter),
        learner="ada",
        word=word,
        object=target,
        course=course,
        score=score,
        attempt=attempt,
    )


def lived(events: list[Event], until: Micros) -> tuple[Record, list[Decision]]:
    """Live events through up to an instant; give the record and all that was decided."""
    found: list[Decision] = []
    record = live_through(
        plan(), "ada", events, until, lambda outcome, _: found.extend(outcome.decisions)
    )
    return record, found


def explained(events: list[Event], thing: str, at: Micros) -> Explanation:
    """Explain a thing from the events up to an instant, and from nothing else."""
    record, made = lived(events, at)
    return explain(plan(), record, thing, at, made)


def answers(verdict: Verdict) -> tuple[object, ...]:
    """Give a proof as its answers, without the words."""
    return (verdict.answer, verdict.asks, *(answers(part) for part in verdict.under))


def refusing(found: Explanation) -> list[str]:
    """Give the limits that say no, each by its word."""
    lines = [limit.asks for limit in found.limits if not limit.holds]
    return [
        word for line in lines for word in ("quiet hours", "cap", "gap") if line.startswith(word)
    ]


def disagreements(decision: Decision, found: Explanation) -> Iterator[str]:
    """Yield what an explanation says otherwise than the last decision that it is about."""
    if told(plan(), found, [decision])[0] not in found.history:
        yield "it is not in the history"
    limits = refusing(found)
    match decision.did:
        case Did.AWARDED | Did.REACHED if found.answer is not Answer.YES:
            yield "it is not so"
        case Did.FIRED:
            if found.answer is not Answer.YES:
                yield "it did not fire"
            if decision.verdict and answers(decision.verdict) != answers(found.verdict):
                yield "it fired for another reason"
            if limits and any(effect.kind in MESSAGES for effect in decision.effects):
                yield f"it wrote, and {limits} say no"
        case Did.UNDECIDED if not any("not marked yet" in each for each in found.missing):
            yield "nothing is waited for"
        case Did.DEFERRED if "quiet hours" not in limits:
            yield "it is not quiet"
        case Did.CAPPED if "cap" not in limits:
            yield "the cap is not reached"
        case Did.SUPPRESSED if decision.because == "gap" and "gap" not in limits:
            yield "the gap has passed"
        case _:
            pass


@settings(max_examples=50, deadline=None)
@given(histories())
def test_each_decision_is_explained_as_it_was_decided(events: list[Event]) -> None:
    """From the events up to its instant comes the answer, the proof and the limit that refused."""
    _, made = lived(events, micros(START + timedelta(days=SPAN + 10)))
    last = {(decision.thing, decision.at): decision for decision in made}
    wrong = [
        f"{decision.did} {decision.thing}: {each}; {found.headline}"
        for decision in last.values()
        for found in [explained(events, decision.thing, decision.at)]
        for each in disagreements(decision, found)
    ]

    assert [] == wrong


@settings(max_examples=25, deadline=None)
@given(histories(), st.integers(0, SPAN * 96), st.randoms())
def test_an_explanation_depends_on_the_events_alone(
    events: list[Event], quarter: int, chance: st.DataObject
) -> None:
    """Doubled, shuffled and later events leave an explanation of a day as it is."""
    at = micros(START + timedelta(minutes=15 * quarter))
    known = [event for event in events if micros(event.time) <= at]
    mixed = [*events, *events]
    chance.shuffle(mixed)  # type: ignore[attr-defined] # a Random

    for thing in ("pass", "both", "whole", "quiet-one", "failed", "seen", "lab"):
        assert explained(known, thing, at) == explained(mixed, thing, at)
