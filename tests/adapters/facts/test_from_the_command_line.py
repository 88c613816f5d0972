"""`fact:` as its author and operator use it, with a colleague's package that has a `rules`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.facts.colleague import lay_out

PACK = """\
pack: p
language: 1
version: 1.0
title: Pack
owner: somebody@example.edu
courses:
  c1: {title: Course, lms: "course:1"}
activities:
  quiz-1: {title: Quiz, kind: quiz, in: c1, lms: "quiz:1"}
  shelf: {title: Shelf, kind: activity, in: c1, lms: "page:1"}
events:
  lent: {iri: "https://library.example/lent"}
  back: {iri: "https://library.example/brought-back"}
"""

RULES = """\
credentials:
  cleared:
    title: Cleared
    describes: Owes the library nothing.
    requires:
      - quiz: quiz-1
        is: completed
      - none:
          - fact: library-loan
rules:
  remind:
    title: Remind
    when: {quiz: quiz-1, is: completed}
    if: [{fact: library-loan}]
    then: [{group: has-a-loan}]
"""

TESTS = """\
tests: rules.yaml
starts: 2025-03-03 Monday
learner: {name: Ada, enrolled: c1}
scenarios:
  the plug-in is asked, and again after an event that it listens to:
    - at: day 1 10:00
      seen: {event: lent}
    - at: day 2 10:00
      seen: {quiz: quiz-1, is: completed}
      expect:
        - {group: has-a-loan}
    - at: day 3 10:00
      seen: {event: back}
      expect: {awarded: cleared}
  a step states a fact, and nobody is asked:
    - at: day 2 10:00
      facts: {library-loan: yes}
      seen: {quiz: quiz-1, is: completed}
      expect: {group: has-a-loan}
    - at: day 3 10:00
      facts: {library-loan: not known}
      expect: nothing
    - at: day 4 10:00
      facts: {library-loan: no}
      expect: {awarded: cleared}
"""


HOLDING = """\
rules:
  keep-open:
    title: The shelf is open while a book is on loan
    when: {activity: shelf, is: viewed}
    if: [{fact: library-loan}]
    then: [{release: shelf, while: yes}, {group: readers, while: yes}]
"""

HOLDING_TESTS = """\
tests: holding.yaml
starts: 2025-03-03 Monday
learner: {name: Ada, enrolled: c1}
scenarios:
  the plug-in is asked at each event that it listens to:
    - at: day 1 10:00
      seen: {event: lent}
    - at: day 2 10:00
      seen: {activity: shelf, is: viewed}
      expect: [{release: shelf}, {group: readers}]
    - at: day 3 10:00
      seen: {event: back}
      expect: [{lock: shelf}, {group: readers, remove: yes}]
    - at: day 4 10:00
      seen: {event: lent}
      expect: [{release: shelf}, {group: readers}]
  where nobody knows, what was given stays:
    - at: day 1 10:00
      facts: {library-loan: yes}
      seen: {activity: shelf, is: viewed}
      expect: [{release: shelf}, {group: readers}]
    - at: day 2 10:00
      facts: {library-loan: not known}
      expect: nothing
    - at: day 3 10:00
      facts: {library-loan: no}
      expect: [{lock: shelf}, {group: readers, remove: yes}]
  each answer has a row:
    each:
      - {loan: yes, told: [{release: shelf}, {group: readers}]}
      - {loan: no, told: nothing}
      - {loan: not known, told: {undecided: keep-open}}
    steps:
      - at: day 1 10:00
        facts: {library-loan: <loan>}
        seen: {activity: shelf, is: viewed}
        expect: <told>
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a folder with a pack, a config.toml, and the colleague's package in a folder."""
    lay_out(tmp_path / "facts")
    pack = tmp_path / "p"
    pack.mkdir()
    (pack / "pack.yaml").write_text(PACK)
    (pack / "rules.yaml").write_text(RULES)
    (pack / "rules.test.yaml").write_text(TESTS)
    (tmp_path / "config.toml").write_text('[facts]\npath = ["facts"]\n')
    return tmp_path


def milepost(place: Path, *words: str) -> tuple[int, str, str]:
    """Run a verb in the folder; give its exit code and what it printed."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MILEPOST_")}
    done = subprocess.run(
        [sys.executable, "-m", "milepost", *words],
        cwd=place,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_pack_with_a_fact_checks_and_passes_its_tests(place: Path) -> None:
    """The reader knows the fact; scenarios ask the real plug-in, or state what it says."""
    code, printed, wrong = milepost(place, "check", "p")
    assert (0, "p 1.0") == (code, printed[:5]), printed + wrong

    code, printed, wrong = milepost(place, "test", "p")
    assert (0, True) == (code, "2 passed" in printed), printed + wrong


def test_what_lasts_while_a_fact_says_so(place: Path) -> None:
    """It is taken back and given again as the plug-in answers, asked or stated, row by row."""
    (place / "p" / "holding.yaml").write_text(HOLDING)
    (place / "p" / "holding.test.yaml").write_text(HOLDING_TESTS)

    code, printed, wrong = milepost(place, "test", "p")
    assert (0, True) == (code, "7 passed" in printed), printed + wrong


def test_a_step_of_a_pathway_is_no_fact(place: Path) -> None:
    """A step is something that the learner does; the credential at its end may ask for a fact."""
    (place / "p" / "way.yaml").write_text(
        "pathways:\n  way:\n    title: Way\n    describes: Way.\n    leads to: cleared\n"
        "    steps: [{required: {fact: library-loan}}]\n"
    )
    code, printed, _ = milepost(place, "check", "p")

    assert 1 == code
    assert "p/way.yaml:6:14  E113  a step is something to do, and this is not" in printed


def test_words_lists_facts_with_their_help(place: Path) -> None:
    """`words` has each plug-in's fact, also by its own name and as JSON."""
    help_text = "The learner has something on loan from the library."

    for asked in ([], ["fact"], ["library-loan"]):
        code, printed, _ = milepost(place, "words", *asked)
        assert (0, True) == (
            code,
            f"fact: library-loan    (a plug-in's)\n    {help_text}" in printed,
        )
    _, printed, _ = milepost(place, "words", "library-loan", "--json")
    expected = {
        "fact": "library-loan",
        "listens_to": ["https://library.example/lent", "https://library.example/brought-back"],
        "help": help_text,
    }
    assert [expected] == json.loads(printed)["facts"]


def test_a_misspelt_fact(place: Path) -> None:
    """It is an unknown name like any other, with the one that is meant and those there are."""
    file = place / "p" / "rules.yaml"
    file.write_text(RULES.replace("[{fact: library-loan}]", "[{fact: library-lone}]"))
    code, printed, _ = milepost(place, "check", "p")

    assert 1 == code
    assert "p/rules.yaml:14:17  E201  there is no fact named `library-lone`" in printed
    assert "did you mean `library-loan`? the facts here are: library-loan" in printed


def test_a_fact_that_a_scenario_misspells(place: Path) -> None:
    """A scenario can't state what does not exist."""
    file = place / "p" / "rules.test.yaml"
    file.write_text(TESTS.replace("{library-loan: no}", "{library-lone: perhaps}"))
    code, printed, _ = milepost(place, "check", "p")

    assert 1 == code
    assert "there is no fact named `library-lone`" in printed
    assert "yes, no or not known" in printed


def test_without_the_plug_in(place: Path) -> None:
    """Where nothing is installed, the check says so."""
    (place / "config.toml").unlink()
    code, printed, _ = milepost(place, "check", "p")

    assert 1 == code
    assert "no plug-in is installed that answers facts" in printed


@pytest.mark.parametrize(
    ("verbs", "expected"),
    [(["https://library.example/lent"], "fact library-loan yes"), ([], "fact library-loan no")],
)
def test_explain_says_what_a_fact_said(place: Path, verbs: list[str], expected: str) -> None:
    """The condition stands there in the author's words, with the answer."""
    events = [
        {"id": f"{n}", "time": f"2025-03-03T1{n}:00:00Z", "learner": "ada", "is": word, **more}
        for n, (word, more) in enumerate(
            [("enrolled", {"object": "course:1"}), *((verb, {}) for verb in verbs)]
        )
    ]
    events.append(
        {
            "id": "9",
            "time": "2025-03-03T20:00:00Z",
            "learner": "ada",
            "is": "completed",
            "object": "quiz:1",
        }
    )
    (place / "e.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    code, printed, wrong = milepost(
        place, "explain", "ada", "cleared", "--pack", "p", "--events", "e.jsonl"
    )

    assert (0, True) == (code, expected in " ".join(printed.split())), printed + wrong
