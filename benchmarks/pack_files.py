"""
The workload's rules as a designer's files: what `serve` and `check` read.

The same quizzes, workshops and rules as `workload.ruleset` makes in memory, 500 rules a file.
"""

from pathlib import Path

A_FILE = 500
"""Rules in one file."""

HEAD = """\
pack: b
language: 1
version: "1.0"
title: Benchmark
owner: bench@uni.example
zone: UTC
courses:
  course: {lms: "course:1", title: Course}
activities:
"""

RULE = """\
  rule-{n}:
    title: Offer the workshop
    when:
      quiz: quiz-{n}
      score: below 50%
    then:
      - release: shop-{n}
"""


def write_pack(folder: Path, rules: int) -> Path:
    """Write a pack of so many rules under a folder; give the pack's own."""
    pack = folder / "b"
    pack.mkdir(parents=True)
    names = [
        f'  quiz-{n}: {{lms: "quiz:{n}", kind: quiz, in: course}}\n'
        f'  shop-{n}: {{lms: "lesson:{n}", kind: activity, in: course}}\n'
        for n in range(rules)
    ]
    (pack / "pack.yaml").write_text(HEAD + "".join(names), encoding="utf-8")
    for start in range(0, rules, A_FILE):
        body = "".join(RULE.format(n=n) for n in range(start, min(start + A_FILE, rules)))
        (pack / f"rules-{start}.yaml").write_text("rules:\n" + body, encoding="utf-8")
    return pack
