"""
What an author waits for: `check` and `test` of a pack with many rules and as many scenarios.

Method:

- N rules (100, 1,000) in files of fifty, each with a quiz of its own, an `if` of two and a message
  under limits. N scenarios beside them, fifty a file, each of three steps, one of which looks into
  the message.
- `read` is `read_packs`, `check` all that `milepost check` asks, `test` what `milepost test` does
  after it (with coverage), all in one process, of wall time the median of the rounds.
- The command itself is timed too, from its start to its end, with the interpreter's start and all
  imports.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from adapters.checking import check_packs
from adapters.verbs.test import play
from benchmarks.databases import temporary
from benchmarks.part import Part, Table, Target, figure
from rules.packs import read_packs

SIZES = (100, 1_000)
ROUNDS = 3
A_FILE = 50
MOST_SECONDS = 5.0
MILEPOST = Path(sys.executable).with_name("milepost")

HEAD = """\
pack: many
language: 1
version: "1.0"
title: Benchmark
owner: bench@uni.example
zone: Europe/Madrid
courses:
  course: {lms: "course:1", title: Course, starts: 2025-03-03, ends: 2025-12-31}
limits:
  polite:
    quiet hours: 21:00 to 08:00 and weekends
    gap: 7 days
    cap: 3 per course
activities:
"""

EVENT_RULE = """\
  rule-{n}:
    title: Offer the workshop
    when:
      quiz: quiz-{n}
      score: below 50%
    if:
      - none:
          - activity: shop-{n}
            is: completed
      - course: course
        is: open
    then:
      - release: shop-{n}
      - email: messages/shop.md
    limits: polite
"""

SCENARIO = """\
  49% of quiz {n} opens the workshop, and 50% nothing:
    - at: day 1 10:00
      seen: {{quiz: quiz-{n}, score: 50%}}
      expect: nothing
    - at: day 2 10:00
      seen: {{quiz: quiz-{n}, score: 49%}}
      expect:
        - {{release: shop-{n}}}
        - {{email: messages/shop.md, says: "Hello Ada"}}
    - at: day 3 22:30
      seen: {{activity: shop-{n}, is: completed}}
"""

TESTS = """\
tests: rules-{part}.yaml
starts: 2025-03-03 Monday
learner: {{name: Ada, zone: Europe/Madrid, enrolled: course}}
scenarios:
"""

MESSAGE = """\
---
subject: A workshop in {{ course.title }}
category: feedback
---
Hello {{ learner.first_name }}, a workshop is open for you.
"""


def write_pack(folder: Path, size: int) -> Path:
    """Write a pack of so many rules and scenarios; give its folder."""
    pack = folder / f"many-{size}"
    (pack / "messages").mkdir(parents=True)
    (pack / "messages" / "shop.md").write_text(MESSAGE, encoding="utf-8")
    names = [
        f'  quiz-{n}: {{lms: "quiz:{n}", kind: quiz, in: course}}\n'
        f'  shop-{n}: {{lms: "lesson:{n}", kind: activity, in: course}}\n'
        for n in range(size)
    ]
    (pack / "pack.yaml").write_text(HEAD + "".join(names), encoding="utf-8")
    for start in range(0, size, A_FILE):
        part = start // A_FILE
        numbers = range(start, min(start + A_FILE, size))
        rules = "".join(EVENT_RULE.format(n=n) for n in numbers)
        tests = "".join(SCENARIO.format(n=n) for n in numbers)
        (pack / f"rules-{part}.yaml").write_text("rules:\n" + rules, encoding="utf-8")
        (pack / f"rules-{part}.test.yaml").write_text(
            TESTS.format(part=part) + tests, encoding="utf-8"
        )
    return pack


def seconds(act: Callable[[], object], rounds: int) -> float:
    """Give the median of what something takes."""
    found = []
    for _ in range(rounds):
        began = perf_counter()
        act()
        found.append(perf_counter() - began)
    return median(found)


def _command(verb: str, pack: Path) -> None:
    """Run a verb on a pack."""
    subprocess.run([str(MILEPOST), verb, str(pack)], capture_output=True, check=True)  # noqa: S603 - our own command


def _row(size: int, rounds: int) -> tuple[tuple[str, ...], float, float]:
    """Give the row of a size, and the seconds of both commands."""
    with temporary() as folder:
        pack = write_pack(folder, size)
        report = play([pack])
        if not report.good or len(report.results) != size:
            raise AssertionError(f"{len(report.results)} of {size} scenarios were played")
        read = seconds(lambda: read_packs([pack]), rounds)
        checked = seconds(lambda: check_packs([pack]), rounds)
        tested = seconds(lambda: play([pack]), rounds)
        plays = sum(result.seconds for result in report.results)
        commands = [seconds(partial(_command, verb, pack), rounds) for verb in ("check", "test")]
    times = (read, checked, tested, plays, *commands)
    return (f"{size:,}", *map(figure, times)), commands[0], commands[1]


def run(*, quick: bool, full: bool = False) -> Part:
    """Measure both sizes."""
    del full
    rounds = 1 if quick else ROUNDS
    rows, checking, testing = [], 0.0, 0.0
    for size in SIZES:
        row, checking, testing = _row(size, rounds)
        rows.append(row)
    columns = ("rules, scenarios", "read", "check", "test", "of it playing", "$ check", "$ test")
    return Part(
        "What an author waits for",
        __doc__,
        (Table("In seconds:", columns, tuple(rows)),),
        tuple(
            Target(
                f"`milepost {verb}` of 1,000 rules and 1,000 scenarios: under {MOST_SECONDS:.0f} s",
                f"{found:.2f} s",
                found < MOST_SECONDS,
            )
            for verb, found in (("check", checking), ("test", testing))
        ),
    )


if __name__ == "__main__":
    print(run(quick=False).text())
