"""A failing scenario says why what it expects did not happen, by each rule that could do it."""

from pathlib import Path

import pytest

from engine.verdict import Answer, Verdict
from rules.packs import read_packs
from rules.scenario_result import Failure
from rules.scenarios import run_tests
from tests.rules.authors import PACK

RULES = """\
credentials:
  made:
    title: Made
    describes: Can make one.
    requires:
      - quiz: q1
        score: at least 90%
    expires: after 3 years
rules:
  nudge:
    title: Nudge
    when: {inactive: 7 days, in: c1}
    then:
      - email: messages/m.md
    limits: polite
  opens:
    title: Opens
    when: {quiz: q1, score: below 60%}
    if:
      - activity: intro
        is: completed
    then:
      - release: lab
      - group: slow
  keeps:
    title: Keeps
    when: {activity: intro, is: viewed}
    if:
      - quiz: q1
        score: at most 80%
    then:
      - {release: lab, while: yes}
      - {group: fast, while: yes}
"""
TESTS = """\
tests: a.yaml
starts: 2025-03-03 Monday
learner: {name: Ada, enrolled: c1}
scenarios:
  it fails:
    - at: day 1 10:00
      seen: {quiz: q1, score: 70%}
      expect:
"""

NOT_YET = (
    "DID NOT ACT: it was not triggered; it would be asked on Monday, 10 March 2025 at 10:00, "
    "if nothing changes"
)


@pytest.fixture
def failed(tmp_path: Path) -> "Failed":
    """Play a scenario that expects what does not happen."""
    return Failed(tmp_path / "p")


class Failed:
    """A pack whose one scenario fails."""

    def __init__(self, folder: Path) -> None:
        """Write the pack, but for its scenario."""
        self.folder = folder
        (folder / "messages").mkdir(parents=True)
        (folder / "pack.yaml").write_text(PACK)
        (folder / "a.yaml").write_text(RULES)
        (folder / "messages" / "m.md").write_text(
            "---\nsubject: Hello\ncategory: reminders\n---\nHello.\n"
        )

    def __call__(self, expects: str, more: str = "") -> Failure:
        """Give the first failure of a step that expects one thing."""
        (self.folder / "a.test.yaml").write_text(f"{TESTS}        - {expects}\n{more}")
        reading = read_packs([self.folder])
        assert () == reading.problems
        report = run_tests(reading, lambda *_: "")
        assert [] == report.problems
        return report.results[0].failures[0]


def lines(verdict: Verdict | None) -> list[str]:
    """Write a tree of reasons, a line each with its answer."""
    if verdict is None:
        return []
    own = f"{verdict.answer}: {verdict.asks}" + (f" ({verdict.because})" * bool(verdict.because))
    return [own, *(f"  {line}" for part in verdict.under for line in lines(part))]


@pytest.mark.parametrize(
    "expects",
    [
        "{fired: nudge}",
        "{deferred: nudge, until: day 9 08:00}",
        "{suppressed: nudge}",
        "{capped: nudge}",
        "{undecided: nudge}",
        "{failed: nudge}",
        "{email: messages/m.md}",
    ],
)
def test_what_is_expected_of_a_rule_is_explained_by_it(failed: Failed, expects: str) -> None:
    """Its trigger as it stands, and each of its limits."""
    verdict = failed(expects).verdict

    assert [
        f"no: rule nudge ({NOT_YET})",
        "  no: inactive 7 days in c1 (not before 10 March 2025 at 10:00)",
        "  yes: quiet hours 21:00 to 08:00 and weekends (Monday at 10:00 is open)",
        "  yes: cap 3 per course (none sent, this would be the 1st)",
        "  yes: gap 7 days (no message before)",
    ] == lines(verdict)


def test_a_thing_that_was_not_opened_is_explained_by_each_rule_that_opens_it(
    failed: Failed,
) -> None:
    """The nearest first; each condition has its place in the file."""
    verdict = failed("{release: lab}").verdict

    assert verdict is not None
    assert [
        "no: any of 2 that could have done it",
        "  no: rule keeps (DID NOT ACT: it was not triggered)",
        "    no: when and if",
        "      no: activity intro is viewed (has not happened)",
        "      yes: quiz q1 score at most 80% (best 70%, on 3 March 2025 at 10:00, attempt 1)",
        "  no: rule opens (DID NOT ACT: it was not triggered)",
        "    no: when and if",
        "      no: quiz q1 score below 60% (best 70%, on 3 March 2025 at 10:00, attempt 1)",
        "      no: activity intro is completed (has not happened)",
    ] == lines(verdict)
    assert ["a.yaml:27", "a.yaml:18", "a.yaml:20"] == [
        f"{Path(blocker.span.file).name}:{blocker.span.line}" for blocker in verdict.blockers()
    ]


@pytest.mark.parametrize(
    ("expects", "rules"),
    [
        ("{group: slow}", ["rule opens"]),
        ("{group: fast, remove: yes}", ["rule keeps"]),
        ("{lock: lab}", ["rule keeps"]),
        ("{recommend: lab}", []),
        ("{awarded: made}", ["credential made"]),
        ("{expired: made}", ["credential made"]),
        ("{renewed: made}", ["credential made"]),
    ],
)
def test_only_what_could_have_done_it_is_told_of(
    failed: Failed, expects: str, rules: list[str]
) -> None:
    """A release that lasts while its rule holds also locks; what no rule does has no reasons."""
    verdict = failed(expects).verdict

    assert rules == ([] if verdict is None else [verdict.asks])


def test_a_credential_that_is_held_says_so(failed: Failed) -> None:
    """*Expired* was expected: she holds it, and until when."""
    later = "    - at: day 2 10:00\n      expect: {expired: made}\n"
    assert "awarded made" == failed("{awarded: made}", later).expected

    text = TESTS.replace("70%", "95%") + "        - {awarded: made}\n" + later
    (failed.folder / "a.test.yaml").write_text(text)
    report = run_tests(read_packs([failed.folder]), lambda *_: "")
    verdict = report.results[0].failures[0].verdict

    assert verdict is not None
    assert Answer.YES is verdict.answer
    assert (
        "YES: Made was earned on 3 March 2025 at 10:00, valid until 4 March 2028 at 00:00"
        == verdict.because
    )


def test_a_rule_that_acted_before_says_when(failed: Failed) -> None:
    """The spell is over: what it did last stands beside what is so now."""
    week = (
        "    - at: day 8 10:00\n      expect: {email: messages/m.md}\n"
        "    - at: day 9 10:00\n      expect: {email: messages/m.md}\n"
    )
    text = TESTS.replace("      expect:\n", "") + week
    (failed.folder / "a.test.yaml").write_text(text)
    report = run_tests(read_packs([failed.folder]), lambda *_: "")
    (failure,) = report.results[0].failures

    assert failure.verdict is not None
    assert failure.verdict.because.endswith("; before that: fired on 10 March 2025 at 10:00")
    assert "no: gap 7 days (the last was on 10 March 2025)" == lines(failure.verdict)[-1].strip()


def test_another_message_than_the_expected_one_is_told_beside_it(failed: Failed) -> None:
    """Both sides: why not this one, and why that one."""
    text = failed.folder / "a.yaml"
    text.write_text(
        text.read_text()
        + "  other:\n    title: Other\n    when: {quiz: q1, score: below 75%}\n"
        + "    then: [{email: messages/o.md}]\n    limits: {cap: 1 per course}\n"
    )
    (failed.folder / "messages" / "o.md").write_text(
        "---\nsubject: O\ncategory: reminders\n---\nO.\n"
    )
    failure = failed("{email: messages/m.md}")

    assert "email messages/o.md by other" == failure.got
    assert failure.verdict is not None
    assert ["rule nudge", "email messages/o.md by other"] == [
        part.asks for part in failure.verdict.under
    ]
