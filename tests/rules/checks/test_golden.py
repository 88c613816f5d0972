"""Every mistake of tests/rules/bad is told of, letter for letter; good packs stay silent."""

from pathlib import Path

import pytest

from adapters.checking import check_packs
from tests.rules.checks.golden import (
    NOTHING_TESTS_IT,
    PACKS,
    REWRITE,
    place_of,
    said_of,
    said_of_packs,
)

BAD = Path(__file__).resolve().parents[1] / "bad"
CASES = sorted(path for path in BAD.iterdir() if path.suffix in {".yaml", ".md"} or path.is_dir())
GOOD = sorted((BAD.parent / "good").glob("*.yaml"))
MISTAKES = 240
"""So many mistakes of authors are told of at the least."""


def output_of(case: Path) -> Path:
    """Give the file beside a case that holds what `check` says of it."""
    name = case.name if case.is_dir() else case.name.rpartition(".")[0]
    return case.with_name(f"{name}.out")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_mistake_is_told_letter_for_letter(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output beside a bad file is what `check` says of it."""
    monkeypatch.chdir(tmp_path)
    hide = () if case.name.startswith("w501") else (NOTHING_TESTS_IT,)
    if case.is_dir():
        said = said_of_packs(case, tmp_path, hide=hide)
    else:
        said = said_of(case.read_bytes().decode(), place_of(case.name), tmp_path, hide=hide)
    expected = output_of(case)
    if REWRITE:
        expected.write_text(said, encoding="utf-8")

    assert expected.read_text(encoding="utf-8") == said


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_code_in_a_name_is_the_code_that_is_told(case: Path) -> None:
    """A file is named after the code that it shows, so none is told of for another reason."""
    output = output_of(case).read_text(encoding="utf-8")
    code = next(part for part in case.name.split("-") if part[1:4].isdecimal()).upper()

    assert f"  {code}  " in output


def test_many_kinds_of_mistakes_are_tried() -> None:
    """Each bad file or folder has its output, and there is no output without one."""
    outputs = {path.name.removesuffix(".out") for path in BAD.glob("*.out")}

    assert outputs == {output_of(case).name.removesuffix(".out") for case in CASES}
    assert len(CASES) >= MISTAKES


@pytest.mark.parametrize("case", GOOD, ids=lambda path: path.name)
def test_what_only_looks_wrong_is_let_pass(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check that cries wolf is switched off: what may well be meant is not told of."""
    monkeypatch.chdir(tmp_path)

    assert said_of(case.read_text(), case.name, tmp_path, hide=(NOTHING_TESTS_IT,)) == ""


def test_the_packs_of_the_repository_are_silent() -> None:
    """Nothing is said of what is right."""
    assert check_packs([PACKS]).problems == ()
