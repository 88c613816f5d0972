"""The JSON Schemas for editors: on disk as the table says, and right for good files."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from rules.schema import FILES, FOLDER, schemas, stale, write
from rules.text import List, Mapping, Node, Text, read_text
from rules.vocabulary import TABLE
from rules.words.word import Place, Status, Word

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(
    path
    for folder in ("rules/packs", "docs", "tests/language", "tests/rules/good")
    for path in (ROOT / folder).rglob("*.yaml")
)
BAD = ROOT / "tests" / "rules" / "bad"
SEEN_BY_EDITORS = ("E102", "E104", "E105", "E106", "E107", "E109", "E110")
"""Codes of what a schema may know of: words, their order and their phrases, but no names."""

_BESIDE = "a schema does not know which words may stand, or must stand, beside which"
_SUM = "a schema does not reckon"
_SAID = "`is` may say anything of a profile"
UNSEEN_BY_EDITORS = {
    "e102-says-nothing-of-a-credential.yaml": _BESIDE,
    "e102-to-on-a-release.yaml": _BESIDE,
    "e106-asks-nothing.yaml": _BESIDE,
    "e106-blank-not-filled.yaml": _BESIDE,
    "e106-due-without-within.yaml": _BESIDE,
    "e106-enrolled-without-course.yaml": _BESIDE,
    "e106-expiring-without-within.yaml": _BESIDE,
    "e106-pathway-nothing-required.yaml": _BESIDE,
    "e106-profile-without-is.yaml": _BESIDE,
    "e106-with-and-no-pattern.yaml": _BESIDE,
    "e106-renew-what-never-expires.yaml": _BESIDE,
    "e107-earned.yaml": _SAID,
    "e107-yes.yaml": _SAID,
    "e110-24-hours.yaml": _SUM,
    "e110-more-than-there-are.yaml": _SUM,
    "e110-name-with-space.yaml": "in some blocks a name may have spaces, such as a level's",
    "e110-no-such-day.yaml": _SUM,
    "e110-range-upside-down.yaml": _SUM,
    "e110-renew-before-it-is-earned.yaml": _SUM,
    "e110-until-before-since.yaml": _SUM,
    "e110-zero-days.yaml": _SUM,
    "pack-e110-ends-before-it-starts.pack.yaml": _SUM,
    "scenario-e110-score.scenarios.yaml": "a mark is a text that may be written in several ways",
    "scenario-e110-weekday.scenarios.yaml": _SUM,
}
"""Files in tests/rules/bad that a schema takes for right, each with the reason."""

GOOD = """\
rules:
  r:
    title: R
    when: {any: [{quiz: q1, is: failed}, {event: done, where: {mode: online}}], after: 2 days}
    if:
      - {profile: country, is: [ES, PT]}
      - at least 1 of:
          - {quiz: q1, score: from 50% to below 70%, attempts: at least 2}
          - {enrolled: at least P14D, in: c1}
    then:
      - {email: messages/a.md, cc: [mentor], reply to: tutor}
      - {group: Needs support, remove: yes}
    limits: {quiet hours: 21:00 to 08:00 and weekends, gap: 7 days, cap: 5 in 30 days}
  s:
    title: S
    when: {inactive: 7 days, in: [c1, c2], repeat: every 7 days}
    then: [{release: lab}]
    limits: polite
"""


def plain(node: Node) -> object:
    """Give nodes as what a JSON validator reads: every word a text."""
    match node:
        case Text():
            return node.value
        case List():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key.value: plain(value) for key, value in node.entries}


def validator(name: str) -> jsonschema.Draft7Validator:
    """Give a schema ready to ask."""
    schema = json.loads(schemas()[name])
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def errors(name: str, text: str) -> list[str]:
    """Give what a schema has against a file."""
    root = read_text(text.encode(), "f").root
    assert root is not None
    return [error.message for error in validator(name).iter_errors(plain(root))]


def test_the_schemas_on_disk_are_what_the_vocabulary_says() -> None:
    """`milepost schema` writes them; a new word without them fails here and in CI."""
    assert () == stale(FOLDER)


def test_a_good_file_is_accepted() -> None:
    """An editor underlines nothing that the reader takes."""
    assert [] == errors("rules.schema.json", GOOD)


def schema_of(path: Path) -> str:
    """Give the schema that an editor takes for a file, by its name."""
    if path.name.endswith("pack.yaml"):
        return "pack.schema.json"
    if path.name.endswith((".test.yaml", ".scenarios.yaml")):
        return "tests.schema.json"
    return "rules.schema.json"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_of_the_repository_are_accepted(path: Path) -> None:
    """The examples that authors start from, and all of our tests, are clean in an editor."""
    assert [] == errors(schema_of(path), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted(BAD.glob("*.yaml"))
        if any(code.lower() in path.name for code in SEEN_BY_EDITORS)
    ],
    ids=lambda path: path.name,
)
def test_a_mistake_of_words_is_underlined_while_typing(path: Path) -> None:
    """What `check` says of words and phrases, an editor knows too; exceptions have a reason."""
    found = errors(schema_of(path), path.read_text(encoding="utf-8"))

    assert bool(found) == (path.name not in UNSEEN_BY_EDITORS), UNSEEN_BY_EDITORS.get(path.name)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: S\n", "titel: S\n"),
        ("7 days, in", "7days, in"),
        ("is: failed", "is: faild"),
        ("then: [{release: lab}]", "then: {release: lab}"),
        ("    title: S\n", ""),
        ("remove: yes", "remove: maybe"),
        ("at least 1 of", "at last 1 of"),
    ],
)
def test_a_slip_is_underlined(old: str, new: str) -> None:
    """Unknown words, wrong phrases, missing words and missing dashes show while typing."""
    assert old in GOOD

    assert errors("rules.schema.json", GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    "word",
    [
        word
        for word in TABLE
        if word.status is Status.BUILT and word.example and word.place is not Place.FILE
    ],
    ids=lambda word: f"{word.place.name.lower()}-{word.key}",
)
def test_the_example_of_a_word_is_accepted(word: Word) -> None:
    """What an editor shows as help is right when it is copied; of whole blocks it is an outline."""
    known = []
    for name, (place, _) in FILES.items():
        schema = json.loads(schemas()[name])
        blocks = {**schema["definitions"], place.name.lower(): schema}
        block = blocks.get(word.place.name.lower(), {})
        if word.key in block.get("properties", {}):
            rule = block["properties"][word.key]
            known.append({**rule, "definitions": schema["definitions"]})
    key, _, _ = word.example.partition(":")
    root = read_text(word.example.encode(), "f").root
    assert isinstance(root, Mapping)
    said = plain(root.get(key) or root)

    assert [] == [
        error.message
        for schema in known
        for error in jsonschema.Draft7Validator(schema).iter_errors(said)
    ]


def test_every_word_has_its_help_as_hover_text() -> None:
    """The description is the help sentence and the example."""
    schema = json.loads(schemas()["pack.schema.json"])

    zone = schema["properties"]["zone"]
    assert zone["description"].startswith("The time zone used where")
    assert zone["description"].endswith("zone: Europe/Madrid")


def test_the_verb_schema(tmp_path: Path) -> None:
    """It writes the three files, and `--check` fails when one differs."""

    def milepost(*arguments: str) -> int:
        return subprocess.run(
            [sys.executable, "milepost.py", "schema", "--out", str(tmp_path), *arguments],
            cwd=ROOT,
            capture_output=True,
            check=False,
        ).returncode

    assert 1 == milepost("--check")
    assert 0 == milepost()
    assert 0 == milepost("--check")
    (tmp_path / "pack.schema.json").write_text("{}")
    assert 1 == milepost("--check")
    shutil.rmtree(tmp_path)
    assert {"pack.schema.json", "rules.schema.json", "tests.schema.json"} == {
        path.name for path in write(tmp_path)
    }
