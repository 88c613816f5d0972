"""In an editor words are completed and explained, by the schemas and a YAML language server."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.schema import FOLDER
from rules.vocabulary import words_at
from rules.words.word import Place
from tests.editors.language_server import Json, LanguageServer

ROOT = Path(__file__).resolve().parents[2]
VERSION = "1.25.0"
"""The latest that runs on Node 20."""
INSTALLED = ROOT / ".venv" / "editor"
"""Where `make editor` puts the server; without it one is installed for the tests' run."""
INSTALL = (
    "npm", "install", "--no-save", "--no-package-lock", "--omit-lockfile-registry-resolved",
    "--no-audit", "--no-fund", "--ignore-scripts", f"yaml-language-server@{VERSION}",
)  # fmt: skip
PATIENCE = 90

HEAD = "# yaml-language-server: $schema={schema}\nrules:\n  nudge:\n    title: A nudge\n"
IN_A_RULE = f"{HEAD}    wh"
IN_AN_ACTION = f"{HEAD}    then:\n      - email: messages/a.md\n        "
IN_A_TRIGGER = f"{HEAD}    when:\n      quiz: a\n      is: "


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Give the command that starts the server; skipped where it can't be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("there is no Node here, on which the editor's language server runs")
    folder = INSTALLED
    if not (folder / "node_modules").is_dir():
        folder = tmp_path_factory.mktemp("editor")
        try:
            subprocess.run(
                [npm, *INSTALL[1:]], cwd=folder, check=True, capture_output=True, timeout=PATIENCE
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip("npm can't fetch yaml-language-server here")
    return [node, str(folder / "node_modules/yaml-language-server/bin/yaml-language-server")]


@pytest.fixture
def server(program: list[str], tmp_path: Path) -> Iterator[LanguageServer]:
    """Give a server that looks after a folder."""
    with LanguageServer([*program, "--stdio"], tmp_path) as running:
        yield running


def typed(server: LanguageServer, folder: Path, text: str) -> tuple[Path, int, int]:
    """Open a file that begins with the line of `new pack`, and give the place of its end."""
    path = folder / "a.yaml"
    whole = text.format(schema=os.path.relpath(FOLDER / "rules.schema.json", folder))
    path.write_text(whole)
    server.open(path)
    lines = whole.split("\n")
    return path, len(lines) - 1, len(lines[-1])


def offered(answer: Json) -> dict[str, str]:
    """Give the completions, by label, with their help."""
    assert isinstance(answer, dict)
    found = answer["items"]
    assert isinstance(found, list)
    return {item["label"]: str(item.get("documentation", "")) for item in found}


@pytest.mark.parametrize(
    ("text", "there", "elsewhere"),
    [
        (IN_A_RULE, {"when", "why", "if", "limits", "state"}, {"requires", "title", "email"}),
        (IN_AN_ACTION, {"to", "cc", "reply to"}, {"when", "email"}),
        (IN_A_TRIGGER, {"passed", "failed", "completed"}, {"release"}),
    ],
)
def test_words_are_completed(
    server: LanguageServer, tmp_path: Path, text: str, there: set[str], elsewhere: set[str]
) -> None:
    """Where a word may stand an editor offers it, and nothing that belongs elsewhere."""
    found = set(offered(server.at("textDocument/completion", *typed(server, tmp_path, text))))

    assert there <= found
    assert not elsewhere & found


def test_a_completion_comes_with_its_help(server: LanguageServer, tmp_path: Path) -> None:
    """Beside the word stands the sentence of the vocabulary."""
    found = offered(server.at("textDocument/completion", *typed(server, tmp_path, IN_A_RULE)))

    assert words_at(Place.RULE)["why"].help in found["why"]


def test_a_word_is_explained_under_the_pointer(server: LanguageServer, tmp_path: Path) -> None:
    """Hovering over `then` shows its help and an example."""
    path, _, _ = typed(server, tmp_path, IN_AN_ACTION)
    answer = server.at("textDocument/hover", path, 4, 6)
    assert isinstance(answer, dict)

    assert words_at(Place.RULE)["then"].help in str(answer["contents"])
    assert "release: sampling-workshop" in str(answer["contents"])
