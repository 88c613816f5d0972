"""What can be explained: names and their kinds, openings, limits in numbers, what would do it."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from engine.calendar import micros
from engine.events import Event, Word
from engine.explain import explain
from engine.explain_names import UnknownThingError, named
from engine.limit_reasons import ordinal
from engine.outcome import Decision, Did
from engine.plan import Plan
from engine.replay import live_through
from engine.undoing import undo
from engine.verdict import Answer
from rules.packs import read_packs
from rules.scenarios import as_tested
from tests.engine.test_explained import START, event, lived, plan

NAMES = """pack: {pack}
language: 1
version: 1.0
title: Names
owner: a@b.example
activities:
  quiz-1: {{lms: "quiz:{pack}", kind: quiz}}
  welcome: {{lms: "page:{pack}", kind: activity}}
"""

RULES = """rules:
  welcome:
    title: Welcome
    when: {activity: welcome, is: viewed}
    then: [{recommend: quiz-1}]
"""


MANY = """pack: many
language: 1
version: 1.0
title: Many
owner: a@b.example
activities:
  quiz-1: {lms: "quiz:1", kind: quiz}
  quiz-2: {lms: "quiz:2", kind: quiz}
"""

MANY_AWARDS = """credentials:
  badge:
    title: Badge
    describes: A badge.
    requires: [{quiz: quiz-1, score: at least 60%}]
skills:
  sampling:
    title: Sampling
    describes: Samples.
    evidence: [{quiz: quiz-1, weight: 1}]
    levels: {good: at least 60%}
"""

MANY_RULES = """
  {name}:
    title: Rule
    when: {{quiz: quiz-1, score: below 10%}}
    then: [{{email: messages/come-back.md}}]
    limits: {{cap: 1 in all}}
"""


def of_two_packs(folder: Path) -> Plan:
    """Give two packs that use the same names, one of them for two kinds of thing."""
    for pack in ("one", "two"):
        (folder / pack).mkdir()
        (folder / pack / "pack.yaml").write_text(NAMES.format(pack=pack))
        (folder / pack / "rules.yaml").write_text(RULES)
    return Plan(read_packs([folder / "one", folder / "two"]).ruleset)


def test_a_name_of_several_things_says_which_there_are(tmp_path: Path) -> None:
    """Nothing is picked silently: not among packs, and not among kinds."""
    both = of_two_packs(tmp_path)

    with pytest.raises(UnknownThingError, match="`rule:one/welcome` or `rule:two/welcome`"):
        named(both, "rule:welcome")
    with pytest.raises(UnknownThingError, match="`rule:one/welcome` or `activity:one/welcome`"):
        named(both, "one/welcome")
    assert ("activity", "one/welcome") == named(both, "activity:one/welcome")


def test_a_name_of_nothing_is_suggested_the_nearest() -> None:
    """One suggestion, whatever kind of thing it is."""
    with pytest.raises(UnknownThingError, match="did you mean `quiet-one`"):
        named(plan(), "quiet-oen")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("messages/comeback.md", r"did you mean `messages/come-back.md` \(message\)\?"),
        ("come-bak.md", r"did you mean `messages/come-back.md` \(message\)\?"),
        ("quiz", r"did you mean `quiz-1` \(activity\) or `quiz-2` \(activity\)\?"),
        ("rule:quiz-1", r"did you mean `quiz-1` \(activity\)\?"),
        ("elsewhere/quiz-1", r"did you mean `quiz-1` \(activity\)\?"),
        ("mastery-of-sampling", r"did you mean `sampling` \(skill\)\?"),
        ("bag", r"did you mean `badge` \(credential\)\?"),
        (
            "zzzzzz",
            "there are credentials: badge; skills: sampling; rules: a, b, c, d, e and 2 more; act",
        ),
    ],
)
def test_a_name_of_nothing_offers_names_of_every_kind(
    tmp_path: Path, asked: str, told: str
) -> None:
    """Whoever doesn't know a name often doesn't know its kind either; no name is like the last."""
    (tmp_path / "messages").mkdir()
    (tmp_path / "pack.yaml").write_text(MANY)
    (tmp_path / "messages" / "come-back.md").write_text("---\nsubject: x\ncategory: y\n---\nz\n")
    rules = "rules:\n" + "".join(MANY_RULES.format(name=name) for name in "abcdefg")
    (tmp_path / "all.yaml").write_text(MANY_AWARDS + rules)
    reading = read_packs([tmp_path])
    assert not reading.problems

    with pytest.raises(UnknownThingError, match=told):
        named(Plan(reading.ruleset), asked)


STAFF = """
  tell:
    title: Tell
    when: {quiz: quiz-1, score: below 10%}
    then: [{email: messages/come-back.md, to: instructor}]
    limits: {quiet hours: 21:00 to 08:00, cap: 1 in all}
"""


def test_the_quiet_hours_of_a_message_to_staff_are_not_hers(tmp_path: Path) -> None:
    """At her night, which is the course's day, the rule writes; its limits don't deny it."""
    (tmp_path / "messages").mkdir()
    (tmp_path / "pack.yaml").write_text(MANY)
    (tmp_path / "messages" / "come-back.md").write_text("---\nsubject: x\ncategory: y\n---\nz\n")
    (tmp_path / "all.yaml").write_text(f"rules:{STAFF}")
    rules = Plan(as_tested(read_packs([tmp_path]).ruleset, START))
    mark = event("bad", 48, Word.GRADED, "quiz:1", "", "5", "1")
    here = structs.replace(
        event("me", 0, Word.PROFILE, "", ""), fields=(("zone", "Pacific/Auckland"),)
    )
    at = micros(mark.time)
    made: list[Decision] = []
    record = live_through(
        rules, "ada", [here, mark], at, lambda found, _: made.extend(found.decisions)
    )
    told = explain(rules, record, "tell", at, made)

    assert [Did.FIRED] == [decision.did for decision in made]
    quiet, _ = told.limits
    assert (Answer.YES, "Monday at 11:00 on the course's clock is open") == (
        quiet.answer,
        quiet.because,
    )


def test_an_undo_is_no_decision_of_the_limits(tmp_path: Path) -> None:
    """Somebody takes back at night what was done by day: the limits are told as of the day."""
    (tmp_path / "messages").mkdir()
    (tmp_path / "pack.yaml").write_text(MANY)
    (tmp_path / "messages" / "come-back.md").write_text("---\nsubject: x\ncategory: y\n---\nz\n")
    to_her = STAFF.replace(", to: instructor", "").replace("[{email", "[{group: late}, {email")
    (tmp_path / "all.yaml").write_text(f"rules:{to_her}")
    rules = Plan(as_tested(read_packs([tmp_path]).ruleset, START))
    mark = event("bad", 40, Word.GRADED, "quiz:1", "", "5", "1")
    at, night = micros(mark.time), micros(mark.time + timedelta(hours=12))
    made: list[Decision] = []
    record = live_through(rules, "ada", [mark], at, lambda found, _: made.extend(found.decisions))
    made += undo(rules, record, "many/tell", {made[0].firing}, night, "by kay").decisions
    told = explain(rules, record, "tell", night, made)

    assert [Did.FIRED, Did.UNDONE] == [decision.did for decision in made]
    assert "since then undone" in told.headline
    assert () == told.missing
    assert [Answer.YES, Answer.YES] == [limit.answer for limit in told.limits]


def failing() -> list[Event]:
    """Give a learner whose quiz in the other course is good, and who then fails the first."""
    return [
        event("in-1", 0, Word.ENROLLED, "course:1", "course:1"),
        event("good", 40, Word.GRADED, "quiz:2", "course:2", "85", "1"),
        event("bad", 48, Word.GRADED, "quiz:1", "course:1", "59", "1"),
    ]


def test_a_locked_activity_says_what_would_open_it() -> None:
    """The rule that releases it, whether it acted, and what it waits for."""
    record, made = lived(failing()[:2], micros(START) + 10**12)
    found = explain(plan(), record, "lab", micros(START) + 10**12, made)

    assert (Answer.NO, "LOCKED: no rule has released it yet") == (found.answer, found.headline)
    assert ["rule failed releases it"] == [part.asks for part in found.verdict.under]
    assert ("rule failed (Failed): a new event: quiz quiz-1 score below 60%",) == found.ways


def test_an_open_activity_says_which_rule_opened_it() -> None:
    """With when, and the proof of then under the rule."""
    record, made = lived(failing(), micros(START) + 10**12)
    found = explain(plan(), record, "lab", micros(START) + 10**12, made)

    assert found.headline.startswith("OPEN since 3 March 2025 at 12:00, by failed")
    assert [True] == [part.holds and part.under[0].holds for part in found.verdict.under]
    assert () == found.ways


def test_a_recommendation_is_told_beside_the_opening(tmp_path: Path) -> None:
    """A rule that recommends an activity stands in its proof, with whether it did."""
    both = of_two_packs(tmp_path)
    seen = [event("seen", 4, Word.VIEWED, "page:one", "")]
    made = []
    record = live_through(
        both, "ada", seen, None, lambda outcome, _: made.extend(outcome.decisions)
    )
    found = explain(both, record, "one/quiz-1", micros(START) + 10**12, made)

    assert [("rule welcome recommends it", True)] == [
        (part.asks, part.holds) for part in found.verdict.under
    ]


def test_what_would_do_it_is_said_as_phrases() -> None:
    """A score in its activity, as people say it; a mark that is missing is waited for."""
    waiting = event("in", 8, Word.SUBMITTED, "quiz:1", "course:1", None, "1")
    at = micros(START) + 10**12
    lacking = explain(plan(), lived(failing(), at)[0], "pass", at).ways
    unknown = explain(plan(), lived([waiting], at)[0], "pass", at).ways

    assert ("at least 70% in quiz-1", "activity lab is completed") == lacking
    assert "at least 70% in quiz-1: a mark is waited for" == unknown[0]


def test_a_pathway_says_the_shortest_way() -> None:
    """The required steps that lack; of a choice the nearest, and nothing of what is optional."""
    at = micros(START) + 10**12
    found = explain(plan(), lived(failing()[:1], at)[0], "whole", at)

    assert ("pathway", ("at least 70% in quiz-1", "at least 50% in quiz-2")) == (
        found.kind,
        found.ways,
    )


def test_a_spent_cap_counts_what_was_sent() -> None:
    """It tells how many went, and the how-manieth this one would be."""
    views = [
        event(f"v{number}", 40 + 96 * number, Word.VIEWED, "lab:1", "course:1")
        for number in range(4)
    ]
    at = micros(START) + 10**12
    record, made = lived(views, at)
    found = explain(plan(), record, "seen", at, made)
    told = {limit.asks: (limit.holds, limit.because) for limit in found.limits}

    assert (False, "3 sent, this would be the 4th") == told["cap 3 in 10 days"]
    assert "capped: cap 3 in 10 days" in found.missing


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (23, "23rd")],
)
def test_places_in_a_row(number: int, expected: str) -> None:
    """English has its own for 1 to 3, but not for 11 to 13."""
    assert expected == ordinal(number)
