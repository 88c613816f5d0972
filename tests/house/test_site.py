"""The site's pages, as they are laid out for its generator; `make docs` builds and looks at it."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

from tests.house.page import ROOT

SCRIPT = ROOT / "docs" / "site" / "stage.py"
_spec = importlib.util.spec_from_file_location("stage", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
stage = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(stage)


def test_every_page_is_laid_out_and_its_links_lead_to_pages(tmp_path: Path) -> None:
    """The README and the settings are pages, and so is whatever a page leads to."""
    pages = stage.stage(tmp_path)
    names = {page.relative_to(tmp_path / "pages").as_posix() for page in pages}
    broken = [
        f"{page}: {target}"
        for page in pages
        for target in re.findall(stage.LINK, stage.FENCED.sub("", page.read_text("utf-8")))
        if target[0] and not (page.parent / target[0]).is_file()
    ]

    assert {"index.md", "about.md", "settings.md", "tutorial.md"} <= names
    assert [] == broken


def test_every_page_for_readers_is_in_the_menu(tmp_path: Path) -> None:
    """A page that is in no menu is found by nobody; decisions have an index of their own."""
    menu = set(re.findall(r'"([\w/-]+\.md)"', (SCRIPT.parent / "zensical.toml").read_text("utf-8")))
    pages = {
        page.relative_to(tmp_path / "pages").as_posix()
        for page in stage.stage(tmp_path)
        if "decisions" not in page.parts and "files" not in page.parts
    }

    assert menu == pages - {"settings.md"}


def test_the_menu_can_be_read() -> None:
    """The settings of the generator are TOML, and ask for no font from elsewhere."""
    settings = tomllib.loads((SCRIPT.parent / "zensical.toml").read_text("utf-8"))

    assert settings["project"]["theme"]["font"] is False


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("```yaml my/rules.yaml\n", '```yaml title="my/rules.yaml"\n'),
        ("```console stays\n", '```console title="in a second terminal"\n'),
        ("```console\n", "```console\n"),
    ],
)
def test_what_opens_a_block_becomes_its_title(block: str, expected: str) -> None:
    """A file's name over a block is shown over it."""
    assert expected == stage.opened(block)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<script src="https://cdn.example/x.js">', 1),
        ("<link rel=stylesheet href='//fonts.example/a.css'>", 1),
        ('<a href="https://www.example.com/">', 0),
        ('<script src="assets/x.js">', 0),
    ],
)
def test_what_would_be_fetched_is_seen(html: str, expected: int, tmp_path: Path) -> None:
    """A script or a style from elsewhere is, a link that somebody may follow is not."""
    (tmp_path / "page.html").write_text(html, encoding="utf-8")

    assert expected == len(stage.fetched(tmp_path))
