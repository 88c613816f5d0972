"""The JSON Schemas for editors: on disk as the table says, and right for good files."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from rules.schema import FOLDER, schemas, stale, write
from rules.text import List, Mapping, Node, Text, read_text

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted((ROOT / "rules" / "packs").glob("*/*.yaml"))

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


@pytest.mark.parametrize("path", PACKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_packs_of_the_repository_are_accepted(path: Path) -> None:
    """The examples that authors start from are clean in their editor."""
    name = "rules.schema.json"
    if path.name == "pack.yaml":
        name = "pack.schema.json"
    elif path.name.endswith(".test.yaml"):
        name = "tests.schema.json"

    assert [] == errors(name, path.read_text(encoding="utf-8"))


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
