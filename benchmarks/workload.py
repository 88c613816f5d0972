"""
What the benchmarks of deciding and committing have in common: rules, learners, events.

Twenty thousand learners of one course. Of a hundred events seventy are views, twenty are
completions and ten are marked attempts: quizzes and forum posts were 2% of what the Open
University's LMS wrote in 2014, so this is a stream with more to decide than a real one. Each
quiz has one rule, which opens a workshop below 50%, so half of the marks fire. One seed gives
all contestants the same events.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random

from engine.actions import Release
from engine.naming import Activity, Course
from engine.plan import Plan
from engine.ruleset import Pack, Rule, Ruleset
from engine.source import NOWHERE
from engine.terms import Leaf, Noun
from engine.triggers import OnEvent
from engine.values import Comparison

LEARNERS = 20_000
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
HALF = Comparison(low=None, low_included=False, high=Fraction(1, 2), high_included=False)


def ruleset(rules: int) -> Ruleset:
    """Give a ruleset of so many quizzes, each with one rule that listens to it."""
    course = Course("b/course", ("course:1",))
    quizzes = {
        f"b/quiz-{n}": Activity(f"b/quiz-{n}", Noun.QUIZ, (f"quiz:{n}",), course.id)
        for n in range(rules)
    }
    shops = {
        f"b/shop-{n}": Activity(f"b/shop-{n}", Noun.ACTIVITY, (f"lesson:{n}",), course.id)
        for n in range(rules)
    }
    return Ruleset(
        packs={"b": Pack("b", "1.0")},
        activities={**quizzes, **shops},
        courses={course.id: course},
        rules={
            f"b/rule-{n}": Rule(
                id=f"b/rule-{n}",
                span=NOWHERE,
                title="Offer the workshop",
                when=OnEvent(NOWHERE, (Leaf(NOWHERE, Noun.QUIZ, f"b/quiz-{n}", score=HALF),)),
                then=(Release(NOWHERE, f"b/shop-{n}"),),
            )
            for n in range(rules)
        },
        fingerprint=f"benchmark-{rules}",
    )


def plan(rules: int) -> Plan:
    """Give it ready to run."""
    return Plan(ruleset(rules))


def lines(
    number: int, rules: int, seed: int, learners: int = LEARNERS, marked: int = 10
) -> list[bytes]:
    """
    Give so many native events as lines of JSON.

    Args:
        number: How many.
        rules: How many quizzes there are.
        seed: The same gives the same; it is part of the events' ids.
        learners: Of how many learners.
        marked: How many of a hundred are marked attempts.
    """
    chance = Random(seed)
    found = []
    for n in range(number):
        time = (START + timedelta(seconds=n)).isoformat()
        learner = f"learner-{chance.randrange(learners):07}"
        head = f'{{"id":"{seed}-{n}","time":"{time}","learner":"{learner}","course":"course:1",'
        kind = chance.randrange(100)
        if kind < marked:
            quiz, mark = chance.randrange(rules), chance.randrange(101)
            tail = (
                f'"object":"quiz:{quiz}","is":"graded","score":{{"raw":{mark},"min":0,"max":100}},'
                f'"attempt":"{seed}-{n}"}}'
            )
        elif kind < marked + 20:
            tail = f'"object":"lesson:{chance.randrange(rules)}","is":"completed"}}'
        else:
            tail = f'"object":"page:{chance.randrange(500)}","is":"viewed"}}'
        found.append((head + tail).encode())
    return found
