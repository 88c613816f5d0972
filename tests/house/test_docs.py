"""
The documentation, held to the program: what it shows is what happens.

Whoever reads the README types its commands. One that fails, or answers otherwise than the page
says, costs more trust than a page that is missing.
"""

import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer

from adapters.checking import check_packs
from adapters.cli import VERBS, application
from adapters.settings.source import load_settings
from engine.source import Problem
from rules.reference import markdown
from tests.house.page import REWRITE, ROOT, blocks, fits, room, said

README = ROOT / "README.md"
DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
PAGES = (README, *sorted(DOCS.rglob("*.md")))
SECRETS = {"MILEPOST_WEBHOOK__SECRET": f"whsec_{b64encode(bytes(32)).decode()}"}
PLAYED = tuple(
    page for page in PAGES if any(b.info.startswith("console") for b in blocks(page.read_text()))
)
"""The pages whose commands are run."""

LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)\s]+)\)")
FENCED = re.MULTILINE | re.DOTALL
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def named(page: Path) -> str:
    """Give a page's name for a test's."""
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PLAYED, ids=named)
def test_a_page_shows_what_happens(page: Path, tmp_path: Path) -> None:
    """Each command of the page prints what stands below it, in a copy of a fresh clone."""
    with room(tmp_path) as played:
        differences = played.play(page)

    assert REWRITE or [] == differences, "\n\n".join(differences)


def test_the_readme_and_the_tutorial_are_played() -> None:
    """The test above looked at the pages that newcomers begin with."""
    assert {"README.md", "docs/tutorial.md"} <= {named(page) for page in PLAYED}


def test_a_difference_is_seen(tmp_path: Path) -> None:
    """A page that shows something else than what happens differs, as does a missing line."""
    page = tmp_path / "page.md"
    page.write_text("```console\n$ printf 'a\\nb\\nc\\n'\na\nc\n$ echo d\nd\n```\n")
    (tmp_path / "room").mkdir()
    with room(tmp_path / "room") as played:
        differences = played.play(page)

    assert 1 == len(differences)
    assert differences[0].startswith("$ printf")


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        ("a\nb", "a\nb\n", True),
        ("a\nb", "a\nb\nc\n", False),
        ("a\n…\nc", "a\nb\nb\nc\n", True),
        ("a\n…\nc", "a\nb\n", False),
        ("a.c", "abc\n", False),
        ("", "", True),
    ],
)
def test_lines_may_be_left_out(shown: str, printed: str, expected: bool) -> None:
    """A line of three dots stands for any lines; everything else is compared letter for letter."""
    assert expected == fits(shown, printed)


def test_commands_and_outputs_are_told_apart() -> None:
    """A command goes on after a backslash; what follows it is its output."""
    assert (("$ a \\\n  b", "c\nd"), ("$ e", "")) == said("$ a \\\n  b\nc\nd\n$ e\n")


def test_the_readme_begins_with_a_rule_that_check_accepts() -> None:
    """The first block of the README is a file of the repository, and nothing is wrong with it."""
    rule = blocks(README.read_text(encoding="utf-8"))[0]
    file = ROOT / rule.info.removeprefix("yaml ")

    assert file.read_text(encoding="utf-8") == rule.body
    assert [] == list(check_packs([file.parent]).problems)


def test_every_verb_is_documented() -> None:
    """Every verb of the command line is shown as a command in the README or in docs/."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [verb for verb in VERBS if f"milepost {verb}" not in text]

    assert [] == missing


def test_no_verb_is_made_up() -> None:
    """Whatever the pages show as a command is one, and has the options that they give it."""
    wrong = [
        command
        for page in PAGES
        for command in _commands(page)
        if not _exists([word for word in command.split() if not word.startswith("<")])
    ]

    assert [] == wrong


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("check my-pack --json", True),
        ("chekc my-pack", False),
        ("check --jsno", False),
        ("outbox retry --all", True),
        ("outbox forget 3", False),
    ],
)
def test_what_is_made_up_is_seen(command: str, expected: bool) -> None:
    """The test above sees a verb, a part of a verb and an option that are not there."""
    assert expected == _exists(command.split())


def _commands(page: Path) -> list[str]:
    """Give what follows `.venv/bin/milepost` in a page, to the end of the line or of the code."""
    text = page.read_text(encoding="utf-8")
    return [found.strip() for found in re.findall(r"\.venv/bin/milepost ([^`\n|;#]+)", text)]


def _exists(words: list[str]) -> bool:
    """Say whether the command line has a verb, its part, and the options after it."""
    if words[0] not in VERBS:
        return False
    verb = typer.main.get_command(application(words[0]))
    for word in words:
        if not hasattr(verb, "commands"):
            break
        verb = verb.commands.get(word)
        if verb is None:
            return False
    known = {option for parameter in verb.params for option in parameter.opts}
    return {word.partition("=")[0] for word in words if word.startswith("-")} <= known


def test_the_reference_is_generated() -> None:
    """docs/reference.md is what `milepost words --markdown` prints."""
    assert markdown() == (DOCS / "reference.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the repository finds it, and its heading where it names one."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=FENCED)
    broken = [target for target in LINK.findall(text) if not _is_there(page, unquote(target))]

    assert [] == broken


def _is_there(page: Path, target: str) -> bool:
    path, _, heading = target.partition("#")
    file = (page.parent / path) if path else page
    if not file.exists() or not heading:
        return file.exists()
    headings = HEADING.findall(file.read_text(encoding="utf-8"))
    return heading in {
        re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in headings
    }


@pytest.mark.parametrize(
    "page", sorted(set(DECISIONS.glob("*.md")) - {DECISIONS / "README.md"}), ids=named
)
def test_a_decision_has_its_parts(page: Path) -> None:
    """A decision says Context, Decision and Rejected, and stands in the index."""
    text = page.read_text(encoding="utf-8")
    parts = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]

    assert ["Context", "Decision", "Rejected"] == parts
    assert f"({page.name})" in (DECISIONS / "README.md").read_text(encoding="utf-8")


def test_every_page_is_in_the_index() -> None:
    """docs/README.md leads to every page beside it."""
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in DOCS.glob("*.md")} - {"README.md"}

    assert [] == sorted(name for name in pages if f"({name})" not in index)


def test_settings_in_the_pages_are_right(tmp_path: Path) -> None:
    """A block of settings in a page can be written into config.toml as it stands."""
    shown = [
        block.body
        for page in PAGES
        for block in blocks(page.read_text(encoding="utf-8"))
        if block.info == "toml"
    ]
    problems: list[Problem] = []
    for number, body in enumerate(shown):
        config = tmp_path / f"{number}.toml"
        config.write_text(body, encoding="utf-8")
        problems += load_settings(config, SECRETS)[1]

    assert shown
    assert [] == problems
