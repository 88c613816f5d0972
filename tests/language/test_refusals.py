"""What the language refuses: nothing is ignored, nothing can be written that means nothing."""

from pathlib import Path

import pytest

from engine.source import Severity
from rules.checks import run_checks
from rules.packs import read_packs

PACK = """\
pack: refused
language: 1
version: 2025.1
title: Refused
owner: tests@uni.example
zone: Europe/Madrid
activities:
  quiz-1: {lms: "quiz:1", kind: quiz, in: c1, pass: 60%}
  lab:    {lms: "page:1", kind: activity, in: c1}
  essay:  {lms: "assign:1", kind: assignment, in: c1, due: day 10}
courses:
  c1: {lms: "course:1", title: Course 1, starts: 2025-03-03, ends: 2026-03-31}
"""

LETTER = "---\nsubject: A note\ncategory: service\n---\nHello.\n"


def told(folder: Path, rules: str) -> list[str]:
    """Read a pack with one rule file; give the errors, each `code message (hint)`."""
    (folder / "messages").mkdir()
    (folder / "messages" / "note.md").write_text(LETTER)
    (folder / "pack.yaml").write_text(PACK)
    (folder / "rules.yaml").write_text(rules)
    reading = read_packs([folder])
    problems = (*reading.problems, *run_checks(reading))
    return [f"{p.code} {p.message} ({p.hint})" for p in problems if p.severity is Severity.ERROR]


def rule(when: str, then: str = "{webhook: x}", more: str = "") -> str:
    """Give a file of one rule."""
    return f"rules:\n  r:\n    title: R\n    when: {when}\n{more}    then: [{then}]\n"


GOOD = [
    pytest.param(rule("{quiz: quiz-1, score: at least 70%}"), id="percent"),
    pytest.param(rule("{quiz: quiz-1, score: at least 14 points}"), id="points"),
    pytest.param(rule("{quiz: quiz-1, score: falls below 60%}"), id="crossing"),
    pytest.param(rule("{quiz: quiz-1, score: rises to 14 points}"), id="crossing in points"),
    pytest.param(
        rule("{quiz: quiz-1, is: failed, times: 2 in a row within 24 hours}"), id="row and window"
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: failed, times: at least 2 within 60 minutes}"), id="window"
    ),
    pytest.param(rule("{quiz: quiz-1, score: below 50%, attempt: decaying 65%}"), id="decaying"),
    pytest.param(rule("{course: c1, progress: at least 50%}"), id="progress"),
    pytest.param(
        rule(
            "{quiz: quiz-1, score: {from 2025-03-01: at least 60%, from 2025-09-01: at least 70%}}"
        ),
        id="scores by date",
    ),
    pytest.param(rule("{quiz: quiz-1, is: failed}", "{review: look}, {release: lab}"), id="review"),
    pytest.param(rule("{inactive: P7D, in: c1}"), id="iso period"),
    pytest.param(rule("{inactive: 90 minutes, in: c1}"), id="minutes"),
    pytest.param(rule("{due: essay, within: 2 weeks}"), id="weeks"),
    pytest.param(
        rule("{activity: lab, is: viewed}", "{email: messages/note.md}"), id="event letter"
    ),
    pytest.param(
        rule(
            "{overdue: essay, repeat: every 7 days}",
            "{email: messages/note.md}",
            "    limits: {cap: 1 per course}\n",
        ),
        id="time letter with a cap",
    ),
]


@pytest.mark.parametrize("rules", GOOD)
def test_what_the_phrase_table_writes_is_taken(tmp_path: Path, rules: str) -> None:
    """Phrase table; law 14."""
    assert told(tmp_path, rules) == []


BAD = [
    pytest.param(rule("{quiz: quiz-1, score: at least 70}"), "70% or 70 points", id="bare number"),
    pytest.param(rule("{inactive: 7d, in: c1}"), "7 days", id="7d"),
    pytest.param(rule("{inactive: 7days, in: c1}"), "7 days", id="7days"),
    pytest.param(
        rule("{inactive: 7 days, in: c1}", "{email: messages/note.md}"),
        "limits",
        id="a time-triggered letter states limits",
    ),
    pytest.param(
        rule(
            "{inactive: 7 days, in: c1, repeat: every 7 days}",
            "{email: messages/note.md}",
            "    limits: {gap: 7 days}\n",
        ),
        "cap",
        id="a repeat has a cap",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: passed}", more="    if: []\n"), "empty", id="an empty list"
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: passed}", more="    if:\n      - any: []\n"),
        "empty",
        id="an empty any",
    ),
    pytest.param(
        rule(
            "{quiz: quiz-1, is: passed}",
            more="    if:\n      - at least 2 of:\n          - {activity: lab, is: completed}\n",
        ),
        "2",
        id="at least 2 of one",
    ),
    pytest.param(rule("{quiz: lab, is: passed}"), "activity: lab", id="the wrong kind"),
    pytest.param(rule("{quiz: quiz-9, is: passed}"), "quiz-1", id="an unknown name"),
    pytest.param(rule("{quiz: quiz-1, iz: passed}"), "is", id="an unknown word"),
    pytest.param(
        rule("{quiz: quiz-1, is: passed}", more="    if: [{quiz: quiz-1, score: rises to 70%}]\n"),
        "at least 70%",
        id="a crossing is no condition",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: viewed, times: 2 in a row}"),
        "at least 2",
        id="a row of what has no opposite",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: failed}", "{review: look}, {review: look again}"),
        "one question",
        id="two questions",
    ),
    pytest.param(
        rule("{inactive: 7 days, in: c1}", "{banner: messages/note.md}"),
        "limits",
        id="a time-triggered banner states limits",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: failed}", "{release: lab, while: yes}"),
        "add `if:` to the rule",
        id="while without if",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: failed}", "{lock: lab, while: yes}"),
        "`lock` takes no `while`",
        id="while of what gives nothing",
    ),
    pytest.param(
        rule(
            "{quiz: quiz-1, is: failed}",
            "{group: g, remove: yes, while: yes}",
            "    if: [{activity: lab, is: completed}]\n",
        ),
        "leave `remove` out",
        id="while of taking out",
    ),
    pytest.param(
        rule(
            "{quiz: quiz-1, is: failed}",
            "{email: messages/note.md}",
            "    limits: {together: yes}\n",
        ),
        "a name in pack.yaml",
        id="together of one rule",
    ),
    pytest.param(
        rule(
            "{quiz: quiz-1, is: failed}",
            "{email: messages/note.md}",
            "    limits: {digest: monthly}\n",
        ),
        "daily, weekly",
        id="a digest of a month",
    ),
    pytest.param(rule("{quiz: quiz-1, is: failed}", "{enrol: c9}"), "c1", id="an unknown course"),
    pytest.param(
        rule("{quiz: quiz-1, is: failed}", more="    if: [{fact: paid}]\n"),
        "no plug-in is installed that answers facts",
        id="fact",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: passed}", "{award: x}"), "", id="awards come from credentials"
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: submitted, score: 'at least 70% and below 60%'}"),
        "",
        id="no expressions",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: passed}", more="    if:\n      - {quiz: quiz-1, is: held}\n"),
        "",
        id="a word of another noun",
    ),
    pytest.param(
        rule(
            "{learner: any, is: logged in}",
            "{email: messages/note.md}",
            "    limits: {cap: 1 per course}\n",
        ),
        "course",
        id="per course without a course",
    ),
    pytest.param(
        "rules:\n"
        "  a: {title: A, when: {group: one, is: joined}, then: [{group: two}]}\n"
        "  b: {title: B, when: {group: two, is: joined}, then: [{group: one}]}\n",
        "",
        id="a circle",
    ),
    pytest.param(
        "credentials:\n"
        "  a: {title: A, describes: A., requires: [{credential: b, is: held}]}\n"
        "  b: {title: B, describes: B., requires: [{credential: a, is: held}]}\n",
        "",
        id="a circle of credentials",
    ),
    pytest.param(
        "credentials:\n"
        "  a:\n"
        "    title: A\n"
        "    describes: A.\n"
        "    requires:\n"
        "      - {quiz: quiz-1, score: at least 70%, attempt: latest}\n"
        "      - {quiz: quiz-1, score: below 60%, attempt: latest}\n",
        "never",
        id="never true",
    ),
    pytest.param(
        "credentials:\n"
        "  c: {title: C, describes: C., approval: learner, "
        "requires: [{quiz: quiz-1, is: passed}]}\n",
        "two people",
        id="a learner can not agree",
    ),
    pytest.param(
        "credentials:\n"
        "  c: {title: C, describes: C., approval: 2 people, "
        "requires: [{quiz: quiz-1, is: passed}]}\n",
        "two people",
        id="a number in digits",
    ),
    pytest.param(
        "credentials:\n"
        "  c: {title: C, describes: C., approval: two instructor, "
        "requires: [{quiz: quiz-1, is: passed}]}\n",
        "two instructors",
        id="two of one",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: failed}", "{choose: [lab]}"), "[workshop, lab]", id="no choice"
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: failed}", "{choose: [lab, lab]}"),
        "[workshop, lab]",
        id="one twice",
    ),
    pytest.param(
        rule("{quiz: quiz-1, is: failed}", "{announce: nothing}"), "", id="an unknown event"
    ),
    pytest.param("rules: &x\n  r: *x\n", "", id="anchors"),
    pytest.param(rule("{activity: lab, is: locked}"), "for", id="a state in when without for"),
]


@pytest.mark.parametrize(("rules", "hint"), BAD)
def test_what_means_nothing_is_refused_with_a_hint(tmp_path: Path, rules: str, hint: str) -> None:
    """Form, phrase table, laws 10, 13 and 14: an error, never a silence."""
    errors = told(tmp_path, rules)
    assert errors
    assert any(hint in error for error in errors), errors
