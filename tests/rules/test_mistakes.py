"""Every code of the reader: where the caret stands, what is said, what would be right."""

import pytest

from tests.rules.authors import Mistakes, Told

HEAD = "rules:\n  r:\n    title: R\n"
WHEN = "    when: {quiz: q1, is: failed}\n"
SKILL = (
    "skills:\n  s:\n    title: S\n    describes: S.\n"
    "    evidence: [{quiz: q1, weight: 1}]\n    levels: {good: at least 70%}\n"
)
THEN = "    then:\n      - release: lab\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # E102 - a word that isn't there
        (
            f"{HEAD}{WHEN}    if:\n      - course: c1\n        iz: open\n{THEN}",
            ("a.yaml:7:9+2", "E102", "a condition has no `iz`", "did you mean `is`?"),
        ),
        (
            f"{HEAD}    wen: {{quiz: q1, is: failed}}\n{THEN}",
            ("a.yaml:4:5+3", "E102", "a rule has no `wen`", "did you mean `when`?"),
        ),
        (
            f"{HEAD}{WHEN}    then:\n      - release: lab\n        to: mentor\n",
            ("a.yaml:7:9+2", "E102", "`release` takes no `to`", "beside it may stand: while"),
        ),
        (
            f"{HEAD}    when: {{quiz: q1, is: failed, repeat: every 7 days}}\n{THEN}",
            (
                "a.yaml:4:34+6",
                "E102",
                "`quiz` takes no `repeat`",
                (
                    "beside it may stand: in, is, score, criterion, attempts, times, attempt, "
                    "happened, for, enrolments, after"
                ),
            ),
        ),
        # E103 - twice
        (
            f"{HEAD}{WHEN}{THEN}    title: Again\n",
            (
                "a.yaml:7:5+5",
                "E103",
                "`title` stands twice in this block",
                "the first is on line 3; keep one of them",
            ),
        ),
        # E104 - a list
        (
            f"{HEAD}{WHEN}    then:\n      email: messages/hello.md\n",
            (
                "a.yaml:5:5+4",
                "E104",
                "`then` wants a list, each line opening with a dash",
                "write it like: - email: messages/hello.md",
            ),
        ),
        # E105 - a text, a block
        (
            f"{HEAD}    when: now\n{THEN}",
            (
                "a.yaml:4:5+4",
                "E105",
                "`when` wants a trigger",
                "write its words on lines of their own, two spaces further in",
            ),
        ),
        (
            f"{HEAD}    when: {{inactive: [7 days]}}\n{THEN}",
            (
                "a.yaml:4:12+8",
                "E105",
                "`inactive` wants a period, not a list",
                "write it like: inactive: 7 days",
            ),
        ),
        (
            f"{HEAD}{WHEN}    then:\n      - email\n",
            (
                "a.yaml:6:9+5",
                "E105",
                "an item of `then` wants a word, a colon and what it says",
                "write it like: - release: sampling-workshop",
            ),
        ),
        (
            "rules:\n  r: soon\n",
            (
                "a.yaml:2:3+1",
                "E105",
                "`r` wants a block",
                "write its words on lines of their own, two spaces further in",
            ),
        ),
        (
            "- rules\n",
            (
                "a.yaml:1:1+1",
                "E105",
                "a rule file wants `rules:`, `credentials:` or `skills:` at its left edge",
                "write one of them, and the rest below it",
            ),
        ),
        # E106 - missing
        (
            f"{HEAD}{THEN}",
            (
                "a.yaml:2:3+1",
                "E106",
                "this rule says no `when`",
                "add it, for example  when: {quiz: sampling-quiz, score: below 60%}",
            ),
        ),
        (
            f"{HEAD}    when:\n{THEN}",
            ("a.yaml:4:5+4", "E106", "`when` is followed by nothing", "wants a trigger"),
        ),
        (
            f"{HEAD}{WHEN}    if: []\n{THEN}",
            ("a.yaml:5:5+2", "E106", "the list under `if` is empty", "leave it out, or fill it"),
        ),
        (
            f"{HEAD}{WHEN}    if:\n      - credential: any\n{THEN}",
            (
                "a.yaml:6:21+3",
                "E106",
                "nothing is asked of `credential: any`",
                "add `is:`, such as: is: held",
            ),
        ),
        (
            f"{HEAD}    when: {{due: report}}\n{THEN}",
            (
                "a.yaml:4:5+4",
                "E106",
                "this trigger says no `within`",
                "add it, for example  within: 2 days",
            ),
        ),
        (
            f"{HEAD}    when: {{enrolled: 3 days ago}}\n{THEN}",
            (
                "a.yaml:4:12+8",
                "E106",
                "`enrolled` needs to know in which course",
                "add `in:` with a course, or: in: any course",
            ),
        ),
        (
            f"{HEAD}    when:\n      - quiz: q1\n        is: failed\n{THEN}",
            ("a.yaml:4:5+4", "E105", "`when` wants a trigger", "take the dash out"),
        ),
        (
            f"{HEAD}{WHEN}    if:\n      - at least 2:\n          - weekday: monday\n{THEN}",
            (
                "a.yaml:6:9+10",
                "E102",
                "a condition has no `at least 2`",
                "did you mean `at least 2 of`?",
            ),
        ),
        # E107 - after `is`
        (
            f"{HEAD}    when: {{quiz: q1, is: pased}}\n{THEN}",
            ("a.yaml:4:26+5", "E107", "a quiz is never `pased`", "did you mean `passed`?"),
        ),
        (
            f"{HEAD}    when: {{credential: any, is: completed}}\n{THEN}",
            (
                "a.yaml:4:33+9",
                "E107",
                "a credential is never `completed`",
                "it may be: awarded, revoked, expired, renewed, restored, held, not held, expiring",
            ),
        ),
        # E201 - a fact that no plug-in answers
        (
            f"{HEAD}{WHEN}    if: [{{fact: paid}}]\n{THEN}",
            (
                "a.yaml:5:17+4",
                "E201",
                "there is no fact named `paid`",
                "no plug-in is installed that answers facts",
            ),
        ),
        (
            f"{HEAD}{WHEN}    if: [{{quiz: q1, score: falls below 60%}}]\n{THEN}",
            (
                "a.yaml:5:28+15",
                "E113",
                "`falls below 60%` happens at an instant, and a condition asks what is so",
                "write it like: score: below 60%",
            ),
        ),
        (
            f"{HEAD}    when: {{quiz: q1, score: {{2024-09-01: at least 60%}}}}\n{THEN}",
            (
                "a.yaml:4:30+10",
                "E102",
                "a score by date has no `2024-09-01`",
                "write it like: from 2025-09-01: at least 70%",
            ),
        ),
        (
            (
                f"{HEAD}    when: {{quiz: q1, score: {{from 2025-09-01: below 9%, "
                f"from 2024-09-01: below 8%}}}}\n{THEN}"
            ),
            (
                "a.yaml:4:57+15",
                "E110",
                "the date 2024-09-01 stands after 2025-09-01",
                "write the earlier date first",
            ),
        ),
        (
            f"{HEAD}    when: {{quiz: q1, score: below 60%, is: graded, attempt: average}}\n{THEN}",
            (
                "a.yaml:4:52+7",
                "E111",
                "`average` is of all attempts, and `is` says something of one",
                "leave `is` out, and ask the score",
            ),
        ),
        (
            f"{HEAD}    when: {{activity: lab, is: viewed, times: 2 in a row}}\n{THEN}",
            (
                "a.yaml:4:39+5",
                "E111",
                "nothing can come between in this row, since what is asked has no opposite",
                "leave the row out: times: at least 2",
            ),
        ),
        (
            f"{HEAD}    when: {{course: any, progress: at least 50%}}\n{THEN}",
            (
                "a.yaml:4:25+8",
                "E110",
                "progress is of something that pack.yaml makes of activities",
                "name a course",
            ),
        ),
        (
            f"{SKILL}    decays: half after 18 months\n",
            (
                "a.yaml:7:5+6",
                "E111",
                "`decays` lets old evidence count less, and `attempt: best` keeps it",
                "write it like: attempt: latest",
            ),
        ),
        (
            f"{SKILL}    attempt: decaying 30%\n",
            (
                "a.yaml:7:14+12",
                "E110",
                "`decaying 30%`: the latest attempt counts from 50% to 99%",
                "write it like: decaying 65%",
            ),
        ),
        # E109 - no word of ours
        (
            f"{HEAD}    when: {{idle: 7 days}}\n{THEN}",
            ("a.yaml:4:12+4", "E109", "`idle` is no word of the language", "write `inactive`"),
        ),
        # E110 - a phrase
        (
            f"{HEAD}    when:\n      inactive: 7days\n{THEN}",
            ("a.yaml:5:17+5", "E110", "`7days` is not a period", "write it like: 7 days"),
        ),
        (
            f"{HEAD}{WHEN}    if:\n      - at least 2 of:\n          - weekday: monday\n{THEN}",
            (
                "a.yaml:6:9+13",
                "E110",
                "`at least 2 of` can never be asked of a list of 1",
                "write a number from 1 to 1",
            ),
        ),
        (
            f"{HEAD}{WHEN}{THEN}    since: 2025-09-01\n    until: 2025-01-01\n",
            (
                "a.yaml:8:12+10",
                "E110",
                "`until` lies before `since` (2025-09-01)",
                "write the later day under `until`",
            ),
        ),
        # E111 - two in one
        (
            f"{HEAD}{WHEN}    if:\n      - quiz: q1\n        activity: lab\n{THEN}",
            (
                "a.yaml:7:9+8",
                "E111",
                "`quiz` and `activity` stand in one condition",
                "give each a dash of its own",
            ),
        ),
        (
            f"{HEAD}    when: {{inactive: 7 days, every: monday at 09:00}}\n{THEN}",
            (
                "a.yaml:4:30+5",
                "E111",
                "`inactive` and `every` stand in one trigger",
                "a rule has one trigger; write a rule for each",
            ),
        ),
        # E112, E113 - states and events
        (
            f"{HEAD}    when: {{activity: lab, is: open}}\n{THEN}",
            (
                "a.yaml:4:31+4",
                "E112",
                "`open` is a state, and a trigger needs to know how long it has lasted",
                "add `for: 7 days`",
            ),
        ),
        (
            f"{HEAD}    when: {{quiz: q1, is: failed, for: 3 days}}\n{THEN}",
            (
                "a.yaml:4:34+3",
                "E113",
                "`failed` happens at an instant, and `for` asks how long it lasts",
                "leave `for` out; `after: 2 days` acts some time after an event",
            ),
        ),
        # E201 - unknown
        (
            f"{HEAD}    when: {{quiz: q2, is: failed}}\n{THEN}",
            ("a.yaml:4:18+2", "E201", "there is no quiz named `q2`", "did you mean `q1`?"),
        ),
        (
            f"{HEAD}{WHEN}{THEN}    limits: poilte\n",
            ("a.yaml:7:13+6", "E201", "`poilte` are no limits", "did you mean `polite`?"),
        ),
        (
            f"{HEAD}    when: {{event: certified, where: {{mod: x}}}}\n{THEN}",
            ("a.yaml:4:38+3", "E201", "the event has no field `mod`", "did you mean `mode`?"),
        ),
        # E202 - the wrong kind
        (
            f"{HEAD}    when: {{quiz: lab, is: failed}}\n{THEN}",
            (
                "a.yaml:4:18+3",
                "E202",
                "`quiz: lab`: lab is an activity (pack.yaml:8)",
                "write `activity: lab`",
            ),
        ),
        (
            f"{HEAD}{WHEN}    then:\n      - release: c1\n",
            ("a.yaml:6:18+2", "E202", "c1 is a course (pack.yaml:12)", "name an activity here"),
        ),
        # E203 - another pack
        (
            f"{HEAD}    when: {{quiz: shared/q9, is: failed}}\n{THEN}",
            (
                "a.yaml:4:18+9",
                "E203",
                "this pack doesn't use a pack named `shared`",
                "add `- shared VERSION` to `uses` in pack.yaml",
            ),
        ),
        # E205 - a message
        (
            f"{HEAD}{WHEN}    then:\n      - email: messages/helo.md\n",
            (
                "a.yaml:6:16+16",
                "E205",
                "this pack has no file `messages/helo.md`",
                "did you mean `messages/hello.md`?",
            ),
        ),
    ],
)
def test_one_mistake_gets_one_answer(mistakes: Mistakes, text: str, expected: Told) -> None:
    """One cause, one problem, under the word that is meant."""
    assert [expected] == mistakes(text)


def test_a_doubled_name_in_two_files(mistakes: Mistakes) -> None:
    """The first file keeps the name; the second is told where that is (E206)."""
    rule = f"{HEAD}{WHEN}{THEN}"

    assert [
        (
            "b.yaml:2:3+1",
            "E206",
            "a rule `r` stands in two files",
            "the first is in p/a.yaml:2; rename one of them",
        )
    ] == mistakes(rule, b=rule)


def test_problems_of_all_files_come_in_order_of_place(mistakes: Mistakes) -> None:
    """One run says everything, file by file, line by line."""
    found = mistakes(
        f"{HEAD}    when: {{inactive: 7days, in: c9}}\n{THEN}    limits: {{cap: 0 per day}}\n",
        b="skills: []\n",
    )

    assert ["a.yaml:4:22+5", "a.yaml:4:33+2", "a.yaml:7:19+9", "b.yaml:1:1+6"] == [
        place for place, *_ in found
    ]


def test_a_broken_thing_is_still_known(mistakes: Mistakes) -> None:
    """A skill with a slip of its own is not unknown to the credential that asks for it."""
    found = mistakes(
        """\
        skills:
          s:
            title: S
            describes: S
            evidence: [{quiz: q1, weight: heavy}]
            levels: {good: at least 70}
        credentials:
          c:
            title: C
            describes: C
            requires:
              - {skill: s, level: at least good}
        """
    )

    assert ["E110", "E110"] == [code for _, code, _, _ in found]


def test_a_file_that_cannot_be_read_makes_no_further_noise(mistakes: Mistakes) -> None:
    """Names that may stand in it are not reported as unknown."""
    found = mistakes(
        "credentials:\n  c:\n    title: C\n    describes: C\n    requires:\n"
        "      - {skill: s, level: at least good}\n",
        b="skills:\n  s:\n    title: S: the skill\n",
    )

    assert [("b.yaml:3:13+1", "E101")] == [(place, code) for place, code, _, _ in found]


def test_a_level_must_be_one_of_the_skills(mistakes: Mistakes) -> None:
    """`level: at least NAME` names a level of that skill."""
    found = mistakes(
        """\
        skills:
          s:
            title: S
            describes: S
            evidence: [{quiz: q1, weight: 1}]
            levels: {good: at least 70%}
        credentials:
          c:
            title: C
            describes: C
            requires:
              - {skill: s, level: at least god}
        """
    )

    assert [
        ("a.yaml:12:27+12", "E201", "s has no level `god`", "did you mean `at least good`?")
    ] == found
