"""Every example in docs/checks.md prints what it says, and every code has one."""

import re
from pathlib import Path

import pytest

from tests.rules.checks.golden import (
    NOTHING_TESTS_IT,
    REWRITE,
    ROOT,
    said_of,
    said_of_holders,
    said_of_profile,
    said_of_settings,
)

PAGE = ROOT / "docs" / "checks.md"
SECTION = re.compile(
    r"^### (?P<code>[CEW]\d{3}): (?:(?!^### ).)*?\n```(?:yaml|markdown|toml|typst) (?P<place>\S+)\n"
    r"(?P<input>(?:(?!^```).)*)^```\n\n```text\n(?P<output>(?:(?!^```).)*)^```$",
    re.MULTILINE | re.DOTALL,
)
SECTIONS = list(SECTION.finditer(PAGE.read_text(encoding="utf-8")))
HEADING = re.compile(r"^### ([A-Z]\d{3}): ", re.MULTILINE)
CODE = re.compile(r'"([CETW][0-9]{3})"')
IN_SERVICE = "T"
"""How codes begin that no file shows: a service says them."""
HELD = "E208"
OF_A_PROFILE = "E220"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section["code"])
def test_an_example_prints_what_the_page_says(
    section: re.Match[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output in the page is what `check` says of the input above it, letter for letter."""
    monkeypatch.chdir(tmp_path)
    code = section["code"]
    hide = () if code == NOTHING_TESTS_IT else (NOTHING_TESTS_IT,)
    if section["place"] == "config.toml":
        said = said_of_settings(section["input"], tmp_path, code)
    elif code == HELD:
        said = said_of_holders(section["input"], "data-literacy/data-collection", tmp_path)
    elif code == OF_A_PROFILE:
        said = said_of_profile(section["input"], section["place"], tmp_path)
    else:
        said = said_of(section["input"], section["place"], tmp_path, hide=hide)
    if REWRITE:
        page = PAGE.read_text(encoding="utf-8")
        whole = section[0]
        at = whole.index("```text\n") + len("```text\n")
        PAGE.write_text(page.replace(whole, f"{whole[:at]}{said}```"), encoding="utf-8")
    else:
        assert section["output"] == said

    assert f"  {code}  " in said


def test_every_code_has_a_section() -> None:
    """Whatever code the program can say is explained in the page, and no other is."""
    said = {
        code
        for folder in ("engine", "rules", "notifications", "adapters")
        for path in (ROOT / folder).rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }
    headings = HEADING.findall(PAGE.read_text(encoding="utf-8"))

    assert ([], []) == (sorted(said - set(headings)), sorted(set(headings) - said))
    assert len(headings) == len(set(headings))


def test_every_section_shows_an_example() -> None:
    """A section without an example that is run would go stale; only a service's have none."""
    headings = HEADING.findall(PAGE.read_text(encoding="utf-8"))

    assert [code for code in headings if not code.startswith(IN_SERVICE)] == [
        section["code"] for section in SECTIONS
    ]
