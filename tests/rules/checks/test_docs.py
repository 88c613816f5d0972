"""Every example in docs/checks.md prints what it says, and every code has one."""

import re
from pathlib import Path

import pytest

from tests.rules.checks.golden import NOTHING_TESTS_IT, REWRITE, ROOT, said_of

PAGE = ROOT / "docs" / "checks.md"
SECTION = re.compile(
    r"^### (?P<code>[EW]\d{3}): .*?\n```(?:yaml|markdown) (?P<place>\S+)\n(?P<input>.*?)^```\n"
    r"\n```text\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SECTIONS = list(SECTION.finditer(PAGE.read_text(encoding="utf-8")))
CODE = re.compile(r'"([EW][0-9]{3})"')


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section["code"])
def test_an_example_prints_what_the_page_says(
    section: re.Match[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output in the page is what `check` says of the input above it, letter for letter."""
    monkeypatch.chdir(tmp_path)
    code = section["code"]
    hide = () if code == NOTHING_TESTS_IT else (NOTHING_TESTS_IT,)
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
    """Whatever code the program can say is explained in the page, and no other."""
    said = {
        code
        for folder in ("rules", "notifications", "adapters")
        for path in (ROOT / folder).rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    }

    assert said == {section["code"] for section in SECTIONS}
