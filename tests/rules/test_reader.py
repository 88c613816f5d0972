"""What an author writes gives the values that the engine decides with."""

from collections.abc import Mapping
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path

import pytest

from engine.actions import CallWebhook, Cap, CapWindow, Email, Lock, PutInGroup, Recommend, Release
from engine.facts import Fact, NoFacts
from engine.naming import Activity, Course, DayNumber, EventKind
from engine.ruleset import RollUp, Rule, State
from engine.source import NOWHERE
from engine.terms import (
    BetweenDates,
    Choice,
    Condition,
    EnrolledFor,
    Group,
    HasProfile,
    HasRole,
    Leaf,
    Noun,
    OnWeekdays,
    Quantifier,
)
from engine.triggers import (
    ANY_COURSE,
    OnCourseDate,
    OnDate,
    OnDue,
    OnEnrolled,
    OnEvent,
    OnEvery,
    OnInactive,
    OnOverdue,
    OnState,
    When,
)
from engine.values import Comparison, Count, LongPeriod, Period, PeriodUnit
from rules.packs import read_packs
from tests.fuzz.mutation import everything
from tests.fuzz.reader import write
from tests.rules.authors import Author

WEEK = Period(7, PeriodUnit.DAYS)


def rule_with(author: Author, when: str, extra: str = "") -> Rule:
    """Read a pack with one rule of a trigger and further lines."""
    reading = author(
        f"rules:\n  r:\n    title: R\n    when: {when}\n    then:\n      - release: lab\n{extra}"
    )
    assert () == reading.problems
    return reading.ruleset.rules["p/r"]


def without_span(thing: When | Condition) -> str:
    """Show a value without its places."""
    text = repr(thing)
    while "Span(" in text:
        start = text.index("Span(")
        text = f"{text[:start]}_{text[text.index(')', start) + 1 :]}"
    return text


def shown(thing: When | Condition) -> str:
    """Show an expected value in the same way."""
    return without_span(thing)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{inactive: 7 days, in: c1}", OnInactive(NOWHERE, WEEK)),
        ("{inactive: 7 days}", OnInactive(NOWHERE, WEEK)),
        ("{due: report, within: 7 days}", OnDue(NOWHERE, "p/report", WEEK)),
        ("{overdue: report}", OnOverdue(NOWHERE, "p/report")),
        ("{overdue: report, by: 7 days}", OnOverdue(NOWHERE, "p/report", WEEK)),
        ("{enrolled: 7 days ago, in: c1}", OnEnrolled(NOWHERE, WEEK)),
        (
            "{course start: 7 days before, in: c1}",
            OnCourseDate(NOWHERE, WEEK, before=True, end=False),
        ),
        (
            "{course end: 7 days after, in: any course}",
            OnCourseDate(NOWHERE, WEEK, before=False, end=True),
        ),
        ("{every: monday at 09:00}", OnEvery(NOWHERE, 0, None, None, time(9))),
        (
            "{every: 2 weeks from 2025-03-03 at 09:00}",
            OnEvery(NOWHERE, None, Period(2, PeriodUnit.WEEKS), date(2025, 3, 3), time(9)),
        ),
        (
            "{on: 2025-03-01 at 09:00}",
            OnDate(NOWHERE, datetime(2025, 3, 1, 9)),
        ),
        (
            "{activity: lab, is: open, for: 7 days}",
            OnState(
                NOWHERE,
                Leaf(NOWHERE, Noun.ACTIVITY, "p/lab", word="open", lasting=WEEK),
            ),
        ),
        (
            "{activity: lab, is: completed, for: 7 days}",
            OnState(
                NOWHERE,
                Leaf(NOWHERE, Noun.ACTIVITY, "p/lab", word="completed", lasting=WEEK),
            ),
        ),
        (
            "{activity: lab, is: completed}",
            OnEvent(NOWHERE, (Leaf(NOWHERE, Noun.ACTIVITY, "p/lab", word="completed"),)),
        ),
        (
            "{quiz: any, in: c1, is: failed, after: 7 days}",
            OnEvent(NOWHERE, (Leaf(NOWHERE, Noun.QUIZ, "", course="p/c1", word="failed"),), WEEK),
        ),
        (
            "{any: [{quiz: q1, is: failed}, {event: certified, where: {mode: online}}]}",
            OnEvent(
                NOWHERE,
                (
                    Leaf(NOWHERE, Noun.QUIZ, "p/q1", word="failed"),
                    Leaf(NOWHERE, Noun.EVENT, "p/certified", where=(("mode", "online"),)),
                ),
            ),
        ),
        (
            "{learner: any, is: created}",
            OnEvent(NOWHERE, (Leaf(NOWHERE, Noun.LEARNER, "", word="created"),)),
        ),
        (
            "{group: Needs support, is: joined}",
            OnEvent(NOWHERE, (Leaf(NOWHERE, Noun.GROUP, "Needs support", word="joined"),)),
        ),
    ],
)
def test_each_trigger(author: Author, when: str, expected: When) -> None:
    """Every form of `when` gives its own value."""
    assert shown(expected) == without_span(rule_with(author, when).when)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            "{quiz: q1, score: at least 70%, attempt: latest}",
            Leaf(
                NOWHERE,
                Noun.QUIZ,
                "p/q1",
                score=Comparison(
                    Fraction(7, 10), low_included=True, high=None, high_included=False
                ),
                attempt=Choice.LATEST,
            ),
        ),
        (
            "{assignment: report, criterion: sample, score: below 60%}",
            Leaf(
                NOWHERE,
                Noun.ASSIGNMENT,
                "p/report",
                criterion="sample",
                score=Comparison(
                    None, low_included=False, high=Fraction(3, 5), high_included=False
                ),
            ),
        ),
        (
            "{quiz: q1, is: failed, times: at least 2}",
            Leaf(NOWHERE, Noun.QUIZ, "p/q1", word="failed", times=Count(2)),
        ),
        (
            "{quiz: q1, attempts: exactly 3}",
            Leaf(NOWHERE, Noun.QUIZ, "p/q1", attempts=Count(3, 3)),
        ),
        ("{role: student, in: c1}", HasRole(NOWHERE, "student", "p/c1")),
        ("{profile: country, is: [ES, NO]}", HasProfile(NOWHERE, "country", ("ES", "NO"))),
        (
            "{profile: country, is: not ES}",
            HasProfile(NOWHERE, "country", ("ES",), negated=True),
        ),
        ("{enrolled: at least 7 days}", EnrolledFor(NOWHERE, WEEK)),
        (
            "{date: between 2025-03-03 and 2025-06-30}",
            BetweenDates(NOWHERE, date(2025, 3, 3), date(2025, 6, 30)),
        ),
        ("{weekday: weekend}", OnWeekdays(NOWHERE, frozenset({5, 6}))),
        (
            "{none: [{quiz: q1, is: passed}]}",
            Group(
                NOWHERE,
                Quantifier.NONE,
                (Leaf(NOWHERE, Noun.QUIZ, "p/q1", word="passed"),),
            ),
        ),
        (
            "{at least 1 of: [{quiz: q1, is: passed}, {all: [{weekday: monday}]}]}",
            Group(
                NOWHERE,
                Quantifier.AT_LEAST,
                (
                    Leaf(NOWHERE, Noun.QUIZ, "p/q1", word="passed"),
                    Group(NOWHERE, Quantifier.ALL, (OnWeekdays(NOWHERE, frozenset({0})),)),
                ),
                1,
            ),
        ),
    ],
)
def test_each_condition(author: Author, condition: str, expected: Condition) -> None:
    """Every form of a condition gives its own value; a list means all of it."""
    rule = rule_with(author, "{inactive: 7 days}", f"    if:\n      - {condition}\n")

    assert rule.condition is not None
    assert Quantifier.ALL is rule.condition.quantifier
    assert [shown(expected)] == [without_span(part) for part in rule.condition.parts]


class Loans(NoFacts):
    """A plug-in's fact that the examples name."""

    def known(self) -> Mapping[str, Fact]:
        """Give the one."""
        return {"library-loan": Fact("library-loan", "Something is on loan.", ("lent",))}


def test_every_example_of_the_table_is_right_in_its_place(tmp_path: Path) -> None:
    """A pack of all examples, each in a rule or a credential of its own, has no problem."""
    write(everything(), tmp_path / "everything")

    reading = read_packs([tmp_path / "everything"], facts=Loans())

    assert () == reading.problems
    assert 40 < len(reading.ruleset.rules) + len(reading.ruleset.credentials)


def test_each_action(author: Author) -> None:
    """Actions keep what they were told, messages under their full name."""
    reading = author(
        """\
        rules:
          r:
            title: R
            when: {quiz: q1, is: failed}
            then:
              - email: messages/hello.md
                to: instructor
                cc: [mentor, registry@uni.example]
                reply to: tutor
              - release: lab
              - lock: q1
              - recommend: report
              - group: Needs support
                remove: yes
              - webhook: crm
        """
    )

    assert () == reading.problems
    then = reading.ruleset.rules["p/r"].then
    assert (
        Email(
            then[0].span,
            "p/messages/hello.md",
            "instructor",
            ("mentor", "registry@uni.example"),
            "tutor",
        ),
        Release(then[1].span, "p/lab"),
        Lock(then[2].span, "p/q1"),
        Recommend(then[3].span, "p/report"),
        PutInGroup(then[4].span, "Needs support", remove=True),
        CallWebhook(then[5].span, "crm"),
    ) == then
    assert "p/a.yaml:6:9" == str(then[0].span)


def test_the_rest_of_a_rule(author: Author) -> None:
    """Courses, repetition, limits and the rule's life."""
    reading = author(
        """\
        rules:
          r:
            title: R
            why: Because.
            when:
              inactive: 7 days
              in: [c1, c2]
              repeat: every 7 days
            then:
              - email: messages/hello.md
            limits: polite
            catch up: yes
            since: 2025-01-01
            until: 2025-12-31
            state: draft
            was: old-r
            replaced by: s
          s:
            title: S
            when: {inactive: 7 days, in: any course}
            then:
              - email: messages/hello.md
            limits: {cap: 5 in 30 days}
        """
    )

    assert () == reading.problems
    rule, other = reading.ruleset.rules["p/r"], reading.ruleset.rules["p/s"]
    assert ("p/c1", "p/c2") == rule.courses
    assert WEEK == rule.repeat
    assert Cap(3, CapWindow.COURSE) == rule.limits.cap
    assert WEEK == rule.limits.gap
    assert rule.catch_up
    assert (date(2025, 1, 1), date(2025, 12, 31)) == (rule.since, rule.until)
    assert (State.DRAFT, "p/old-r", "p/s") == (rule.state, rule.was, rule.replaced_by)
    assert (ANY_COURSE,) == other.courses
    assert Cap(5, CapWindow.DAYS, 30) == other.limits.cap


def test_credentials_and_skills(author: Author) -> None:
    """What is awarded and what it rests on."""
    reading = author(
        """\
        credentials:
          c:
            title: C
            describes: Can do it.
            requires:
              - skill: s
                level: at least good
            evidence from: 2025-03-03
            show as evidence: [q1]
            framework level: EQF 6
            credits: 2 ECTS
            aligns: [https://a.example, https://b.example]
            expires: after 3 years
            if evidence falls: keep
            message: messages/hello.md
            announce backfill: yes
        skills:
          s:
            title: S
            describes: Does it.
            evidence:
              - quiz: q1
                weight: 2
              - assignment: report
                criterion: sample
                weight: 0.5
            missing: zero
            levels:
              fair: at least 40%
              good: at least 70% from 2 sources
          whole:
            title: Whole
            describes: Does it all.
            parts: [s]
            by: weakest
            attempt: first
            levels:
              good: at least 70%
        """
    )

    assert () == reading.problems
    credential = reading.ruleset.credentials["p/c"]
    skill, whole = reading.ruleset.skills["p/s"], reading.ruleset.skills["p/whole"]
    assert ("p/q1",) == credential.show_as_evidence
    assert LongPeriod(36) == credential.expires
    assert "p/messages/hello.md" == credential.message
    assert credential.announce_backfill
    assert ("https://a.example", "https://b.example") == credential.aligns
    assert [("p/q1", "", Fraction(2)), ("p/report", "sample", Fraction(1, 2))] == [
        (source.leaf.name, source.leaf.criterion, source.weight) for source in skill.sources
    ]
    assert [("fair", (1,)), ("good", (2,))] == [
        (level.name, tuple(asks.sources for asks in level.each)) for level in skill.levels
    ]
    assert (True, Choice.BEST) == (skill.missing_zero, skill.attempt)
    assert (("p/s",), RollUp.WEAKEST, Choice.FIRST) == (whole.parts, whole.by, whole.attempt)


def test_the_packs_attempt_holds_for_its_skills_and_not_for_leaves(author: Author) -> None:
    """A leaf that says nothing stays open, so that an event's own attempt can be meant."""
    reading = author(
        """\
        skills:
          s:
            title: S
            describes: Does it.
            evidence:
              - {quiz: q1, weight: 1}
            levels: {good: at least 70%}
        """,
        pack="""\
        pack: p
        language: 1
        version: 1.10
        title: P
        owner: somebody
        zone: Europe/Madrid
        in language: es
        attempt: latest
        activities:
          q1: {lms: [quiz:1, "https://lms.uni.example/q?id=1"], kind: quiz, in: c1,
               pass: 60%, due: day 40, title: The quiz, link: "https://lms.uni.example/q1"}
        courses:
          c1: {lms: "course:1", starts: 2025-03-03, ends: 2025-06-30, zone: Atlantic/Canary}
        events:
          done: {iri: "x:y", fields: [mode]}
        """,
    )

    assert () == reading.problems
    pack = reading.ruleset.packs["p"]
    skill = reading.ruleset.skills["p/s"]
    assert ("1.10", "Europe/Madrid", "es", Choice.LATEST) == (
        pack.version,
        pack.zone,
        pack.language,
        pack.attempt,
    )
    assert Choice.LATEST is skill.attempt
    assert skill.sources[0].leaf.attempt is None
    activity = reading.ruleset.activities["p/q1"]
    assert (
        Activity(
            id="p/q1",
            kind=Noun.QUIZ,
            lms=("quiz:1", "https://lms.uni.example/q?id=1"),
            course="p/c1",
            pass_mark=Fraction(3, 5),
            due=DayNumber(40),
            title="The quiz",
            link="https://lms.uni.example/q1",
            span=activity.span,
        )
        == activity
    )
    course, event = reading.ruleset.courses["p/c1"], reading.ruleset.events["p/done"]
    assert (
        Course(
            "p/c1",
            ("course:1",),
            "c1",
            date(2025, 3, 3),
            date(2025, 6, 30),
            "Atlantic/Canary",
            span=course.span,
        )
        == course
    )
    assert EventKind("p/done", "x:y", ("mode",), event.span) == event
