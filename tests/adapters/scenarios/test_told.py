"""What a failing scenario looks like on a terminal."""

from pathlib import Path

from adapters.telling.test_report import report_lines
from adapters.verbs.test import play

WRITES = "email messages/quiet.md by quiet"
WEEKLY = """\
      inactive: 7 days
      in: c1
      repeat: every 7 days
"""


def test_what_comes_again_and_again_is_reasoned_for_once(small: Path) -> None:
    """A weekly message that a scenario of two months forgot: the reasons once, then the days."""
    rules = small / "rules.yaml"
    text = rules.read_text().replace("      inactive: 7 days\n      in: c1\n", WEEKLY)
    rules.write_text(text.replace("cap: 1 per course", "cap: 9 per course"))
    (small / "rules.test.yaml").write_text(
        """\
tests: rules.yaml
starts: 2025-03-03 Monday
learner: {name: Ada, zone: Europe/Madrid, enrolled: c1}
scenarios:
  two months:
    - at: day 1 10:00
      seen: {quiz: quiz-1, score: 59%}
      expect: {release: lab}
    - at: day 29 12:00
      expect: {recommend: extra}
"""
    )
    lines = report_lines(play([small]))
    got = [line.strip() for line in lines if "messages/quiet.md" in line]

    assert f"got        {WRITES}" == got[0]
    assert [
        f"again      on day {day} 10:00, Monday {date} March 2025 at 10:00: {WRITES}"
        for day, date in ((15, 17), (22, 24), (29, 31))
    ] == got[1:]
    assert 1 == sum("inactive 7 days in c1" in line for line in lines)
