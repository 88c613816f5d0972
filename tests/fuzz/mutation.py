"""Mutations of packs: by bytes, by words of the language, and by structure."""

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from rules.vocabulary import TABLE
from rules.words.said import IS_WORDS
from rules.words.word import Place, Status

ROOT = Path(__file__).resolve().parents[2]

Files = dict[str, bytes]
"""A pack's files by their name within it."""

NASTY: tuple[bytes, ...] = (
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\t",
    b"\r",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"&a ",
    b"*a",
    b"!!python/object ",
    b"<<: ",
    b"---\n",
    b"...\n",
    b"%YAML 9\n",
    b"? ",
    b": ",
    b"- ",
    b"- - - ",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[[[",
    b"{a: {b: {",
    b"|\n",
    b">-\n",
    b"'",
    b'"',
    b'"\\ud800"',
    b'"\\U0011ffff"',
    b'"\\0"',
    b"#",
    b"@",
    b"`",
    b"~",
    b"null",
    b"9" * 400,
    b"a" * 5000,
    b"2025-02-30",
    b"99:99",
    b"at least 99999999999999%",
    b"0 days",
    b"9999999 weeks",
    b"day 0",
    b"../../etc/passwd",
    b"any",
    b"any course",
    "é\u0660\U0001f600".encode(),
)


def seeds() -> list[Files]:
    """Give the packs of the repository as they are read."""
    found = []
    for pack in sorted((ROOT / "rules" / "packs").glob("*/pack.yaml")):
        files = {
            path.relative_to(pack.parent).as_posix(): path.read_bytes()
            for path in sorted(pack.parent.rglob("*"))
            if path.suffix in {".yaml", ".md"} and path.is_file()
        }
        found.append(files)
    return [*found, everything()]


def small_seeds() -> list[Files]:
    """Give packs of one rule, credential or skill each: a change meets what it is meant to meet."""
    found = []
    for files in seeds():
        rest = {name: text for name, text in files.items() if not _is_rules(name)}
        tests = sorted(name for name in rest if name.endswith(".test.yaml"))
        letters = sorted(name for name in rest if name.endswith(".md"))
        for name in sorted(filter(_is_rules, files)):
            for number, thing in enumerate(_things(files[name])):
                small = {"pack.yaml": files["pack.yaml"], name: thing}
                if letters:
                    chosen = letters[number % len(letters)]
                    small[chosen] = rest[chosen]
                found.append(small)
        found += [
            {"pack.yaml": files["pack.yaml"], name: rest[name].partition(b"scenarios:")[0] + played}
            for name in tests
            for played in _things(rest[name])
        ]
    return found


def _is_rules(name: str) -> bool:
    return name.endswith(".yaml") and not name.endswith((".test.yaml", "pack.yaml"))


def _things(text: bytes) -> Iterator[bytes]:
    """Give each thing of a rule file with the line of its block above it."""
    block, thing = b"", list[bytes]()
    for line in [*text.split(b"\n"), b"end:"]:
        begins_thing = re.match(rb"  [\w-]+:", line)
        begins_block = re.match(rb"[a-z]+:", line)
        if thing and (begins_thing or begins_block):
            yield b"\n".join([block, *thing, b""])
            thing = []
        if begins_block:
            block = line
        elif begins_thing or thing:
            thing.append(line)


NAMED = """\
pack: everything
language: 1
version: 1.0
title: Everything
owner: somebody
activities:
  intro-video: {lms: "a:1", kind: activity}
  cleaning-lab: {lms: "a:2", kind: activity}
  sampling-workshop: {lms: "a:3", kind: activity}
  sampling-quiz: {lms: "a:4", kind: quiz}
  cleaning-quiz: {lms: "a:5", kind: quiz}
  quiz-1: {lms: "a:6", kind: quiz}
  quiz-2: {lms: "a:7", kind: quiz}
  sampling-report: {lms: "a:8", kind: assignment}
  introductions: {lms: "a:9", kind: forum}
  kick-off: {lms: "a:10", kind: session}
  unit-1: {lms: "a:11", kind: unit}
courses:
  data101: {lms: "c:1"}
events:
  certified: {iri: "e:1", fields: [mode]}
limits:
  polite: {gap: 7 days}
"""
"""A pack.yaml with every name that the examples of the table use."""

AWARDED = """\
skills:
  sampling:
    title: Sampling
    describes: Samples.
    evidence: [{quiz: sampling-quiz, weight: 1}]
    levels: {proficient: at least 70%}
pathways:
  data-analyst:
    title: Data Analyst
    describes: The way.
    steps: [{required: {quiz: sampling-quiz, is: passed}}]
    leads to: data-literacy
credentials:
  data-literacy:
    title: Data Literacy
    describes: Reads data.
    requires: [{skill: sampling, level: at least proficient}]
"""

ASKED = {
    "credential": "is: awarded",
    "skill": "level: at least proficient",
    "pathway": "is: completed",
    "group": "is: joined",
    "cohort": "is: joined",
    "event": "in: data101",
    "learner": "is: created",
}
"""What is asked of a noun in its example."""

LEAF_OF = {
    "is": ["quiz: sampling-quiz"],
    "criterion": ["assignment: sampling-report", "score: at least 70%"],
    "level": ["skill: sampling"],
    "for": ["activity: cleaning-lab", "is: open"],
    "where": ["event: certified"],
    "progress": ["course: data101"],
    "attempt": ["quiz: sampling-quiz", "score: at least 70%"],
}
"""What a word of a leaf is asked of, where a quiz that was passed will not do."""


def everything() -> Files:
    """Make a good pack of the examples of the table, each in a rule or credential of its own."""
    rules, credentials = ["rules:"], [AWARDED]
    for number, word in enumerate(TABLE):
        if word.status is not Status.BUILT:
            continue
        head = f"  t{number}:\n    title: T\n"
        lines = word.example.split("\n")
        noun = word.place is Place.LEAF and word.head
        if noun:
            lines.append(ASKED.get(word.key, "is: completed"))
        elif word.place is Place.LEAF:
            lines += LEAF_OF.get(word.key, ["quiz: sampling-quiz", "is: passed"])
        elif not word.head:
            continue
        elif word.key in {"enrolled", "course start", "course end"}:
            lines.append("in: data101")
        match word.place:
            case Place.WHEN | Place.LEAF:
                when = "\n      ".join(lines)
                then = "    then:\n      - release: cleaning-quiz"
                rules.append(f"{head}    when:\n      {when}\n{then}")
            case Place.ACTION:
                action = "\n        ".join(lines)
                rules.append(f"{head}    when: {{inactive: 7 days}}\n    then:\n      - {action}")
            case Place.CONDITION:
                asked_for = "\n        ".join(lines)
                credentials.append(f"{head}    describes: D\n    requires:\n      - {asked_for}\n")
            case _:
                continue
    return {
        "pack.yaml": NAMED.encode(),
        "rules.yaml": "\n".join(rules).encode(),
        "awards.yaml": "".join(credentials).encode(),
        "messages/we-miss-you.md": b"---\nsubject: S\n---\nHello\n",
    }


def words() -> list[bytes]:
    """Give every word and example of the language."""
    said = {word.key for word in TABLE} | {row.word for row in IS_WORDS}
    said |= {word.example for word in TABLE if word.example}
    return [word.encode() for word in sorted(said)]


WORDS: Sequence[bytes] = words()


def by_bytes(text: bytes, chance: random.Random) -> bytes:
    """Drop, double, change or put in some bytes."""
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.choice((0, 1, 1, 2, 5, 40, 400)))
    match chance.randrange(5):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:end] + text[start:end] * chance.choice((1, 1, 3, 50)) + text[end:]
        case 2:
            return text[:start] + chance.choice(NASTY) + text[end:]
        case 3:
            return text[:start] + chance.choice(WORDS) + text[end:]
        case _:
            return text[:start] + chance.randbytes(end - start) + text[end:]


def by_lines(text: bytes, chance: random.Random) -> bytes:
    """Drop, double, swap, indent or replace whole lines: the structure changes, it stays YAML."""
    lines = text.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(7):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case 3:
            lines[one] = b"  " + lines[one]
        case 4:
            lines[one] = lines[one][chance.choice((1, 2, 4)) :]
        case 5:
            name, colon, _ = lines[one].partition(b":")
            lines[one] = name + colon + b" " + chance.choice((*NASTY, *WORDS))
        case _:
            _, colon, value = lines[one].partition(b":")
            indent = lines[one][: len(lines[one]) - len(lines[one].lstrip())]
            lines[one] = indent + chance.choice(WORDS) + colon + value
    return b"\n".join(lines)


def mutate(files: Files, chance: random.Random) -> Files:
    """Give a pack with one to four of its files changed, or one gone or doubled."""
    changed = dict(files)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        name = chance.choice(sorted(changed))
        match chance.randrange(20):
            case 0:
                del changed[name]
                if not changed:
                    return files
            case 1:
                changed[f"copy-{len(changed)}.yaml"] = changed[name]
            case number if number < 12:
                changed[name] = by_lines(changed[name], chance)
            case _:
                changed[name] = by_bytes(changed[name], chance)
    return changed
