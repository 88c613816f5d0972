"""A small ruleset for tests of the service: every kind of thing that a transaction may write."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import msgspec

from adapters.inbound.received import Received
from engine.actions import Cap, CapWindow, Email, Limits, Release
from engine.events import Event, Score
from engine.naming import Activity, Course
from engine.plan import Plan
from engine.ruleset import Credential, Pack, Rule, Ruleset
from engine.source import Span
from engine.terms import Group, Leaf, Noun, Quantifier
from engine.triggers import OnEvent, OnInactive
from engine.values import Comparison, Period, PeriodUnit

HERE = Span("small.yaml")
START = datetime(2025, 3, 3, 8, 0, tzinfo=UTC)
AT_70 = Comparison(Fraction(7, 10), low_included=True, high=None, high_included=False)
BELOW_40 = Comparison(None, low_included=False, high=Fraction(4, 10), high_included=False)
ACTIVITIES = 3


def credential(name: str, *leaves: Leaf, title: str = "") -> Credential:
    """Make a credential that asks for all of some leaves."""
    return Credential(
        id=f"small/{name}",
        span=HERE,
        title=title or name,
        describes="",
        requires=Group(HERE, Quantifier.ALL, leaves),
        message=f"small/{name}.md",
    )


def scored(number: int) -> Leaf:
    """Make the leaf: this assignment at 70% or more."""
    return Leaf(HERE, Noun.ASSIGNMENT, f"small/a{number}", score=AT_70)


def ruleset(fingerprint: str = "first") -> Ruleset:
    """Make the ruleset: two stacked credentials, a release, a warning, and a note on silence."""
    activities = {
        f"small/a{n}": Activity(
            f"small/a{n}", Noun.ASSIGNMENT, (f"assignment:{n}",), course="small/course"
        )
        for n in range(ACTIVITIES)
    }
    credentials = [
        credential("two", scored(0), scored(1)),
        credential("all", Leaf(HERE, Noun.CREDENTIAL, "small/two", word="held"), scored(2)),
    ]
    rules = [
        Rule(
            id="small/next",
            span=HERE,
            title="open the next",
            when=OnEvent(HERE, (scored(0),)),
            then=(Release(HERE, "small/a1"),),
        ),
        Rule(
            id="small/warn",
            span=HERE,
            title="warn",
            when=OnEvent(HERE, (Leaf(HERE, Noun.ASSIGNMENT, "", word="graded", score=BELOW_40),)),
            then=(Email(HERE, "small/warn.md"),),
            limits=Limits(cap=Cap(2, CapWindow.ALL)),
        ),
        Rule(
            id="small/silent",
            span=HERE,
            title="where are you",
            when=OnInactive(HERE, Period(7, PeriodUnit.DAYS)),
            courses=("small/course",),
            repeat=Period(7, PeriodUnit.DAYS),
            then=(Email(HERE, "small/silent.md"),),
            limits=Limits(cap=Cap(3, CapWindow.COURSE)),
        ),
    ]
    return Ruleset(
        packs={"small": Pack("small", "1")},
        activities=activities,
        courses={"small/course": Course("small/course", ("course:1",))},
        credentials={c.id: c for c in credentials},
        rules={r.id: r for r in rules},
        fingerprint=fingerprint,
    )


def plan(fingerprint: str = "first") -> Plan:
    """Make the plan of that ruleset."""
    return Plan(ruleset(fingerprint))


def richer(fingerprint: str = "second") -> Plan:
    """Make a plan that also asks for views, which the first one's records do not keep."""
    first = ruleset(fingerprint)
    seen = credential("seen", Leaf(HERE, Noun.FORUM, "small/forum", word="viewed"))
    one = credential("one", scored(0))
    forum = Activity("small/forum", Noun.FORUM, ("forum:1",), course="small/course")
    return Plan(
        replace(
            first,
            activities={**first.activities, forum.id: forum},
            credentials={**first.credentials, seen.id: seen, one.id: one},
        )
    )


def received(event: Event) -> Received:
    """Give an event as a door would have read it."""
    return Received(msgspec.json.encode(event.id), event, "", event.id)


def enrolled(learner: str, at: datetime = START) -> Event:
    """Make an enrolment."""
    return Event(
        id=f"{learner}-enrolled", time=at, learner=learner, word="enrolled", object="course:1",
        course="course:1", source="lms",
    )  # fmt: skip


def history(learners: int, events: int, seed: int) -> list[Event]:
    """Make a history of graded work and views, in the order of time; the same for a seed."""
    random = Random(seed)
    found = [enrolled(f"learner {n}") for n in range(learners)]
    at = START
    for number in range(events):
        at += timedelta(minutes=random.randrange(1, 600))
        graded = random.random() < 0.8
        thing = random.randrange(ACTIVITIES)
        found.append(
            Event(
                id=f"event {number}",
                time=at,
                learner=f"learner {random.randrange(learners)}",
                word="graded" if graded else "viewed",
                object=f"assignment:{thing}" if graded else "forum:1",
                course="course:1",
                score=Score(Decimal(random.randrange(101)), Decimal(0), Decimal(100))
                if graded
                else None,
                source="lms",
            )
        )
    return found


def batches(events: Iterable[Event], size: int) -> list[list[Event]]:
    """Cut events into batches."""
    whole = list(events)
    return [whole[start : start + size] for start in range(0, len(whole), size)]
