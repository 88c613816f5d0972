"""What other tools have, beside how it is written here: each row is a rule that runs."""

import re
from collections import Counter
from pathlib import Path

import pytest

from adapters.outgoing.letters import read_letters
from rules.packs import read_packs
from rules.scenarios import run_tests
from tests.house.page import REWRITE
from tests.house.rows import COMING_FROM, MARK, page_anew, rows_of

PAGES = sorted(page for page in COMING_FROM.glob("*.md") if page.name != "README.md")
PLD_EVENTS = 14
TEST = ".test.yaml"


def rule_files(page: Path) -> list[Path]:
    """Give the rule files of a page's pack."""
    return [
        file
        for file in sorted(page.with_suffix("").glob("*.yaml"))
        if file.name != "pack.yaml" and not file.name.endswith(TEST)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tables_are_generated(page: Path) -> None:
    """Each table is what its rule file says; `REWRITE_GOLDEN=1` writes it anew."""
    expected = page_anew(page)
    if REWRITE:
        page.write_text(expected, encoding="utf-8")

    assert expected == page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_row_is_a_scenario_that_acts(page: Path) -> None:
    """Scenarios have the rows' names, all hold, every rule acts in one, and `check` is content."""
    reading = read_packs([page.with_suffix("")])
    letters, problems = read_letters(reading)
    report = run_tests(reading, letters.text, covering=True)
    shown = {found["file"] for found in MARK.finditer(page.read_text(encoding="utf-8"))}
    tested = [f for f in rule_files(page) if f.with_name(f.stem + TEST).exists()]
    titles = {row.title for file in tested for row in rows_of(file)}

    assert [] == [p.message for p in (*reading.problems, *problems, *report.problems)]
    assert [] == [result.name for result in report.results if not result.passed]
    assert titles == {result.name for result in report.results}
    assert {file.stem for file in tested} == shown
    assert report.coverage is not None
    counts = report.coverage.counts
    assert (counts.rules, counts.credentials) == (counts.acted, counts.awarded)


def test_the_index_leads_to_every_tool() -> None:
    """Each page is in the index, and says what is not done and what to do instead."""
    index = (COMING_FROM / "README.md").read_text(encoding="utf-8")

    assert [] == [page.name for page in PAGES if f"({page.name})" not in index]
    assert [] == [page.name for page in PAGES if "## Not, because" not in page.read_text()]
    assert {page.stem for page in PAGES} == {
        folder.name for folder in COMING_FROM.iterdir() if folder.is_dir()
    }


def test_all_events_of_the_pld_are_there() -> None:
    """The PLD's own list has 14 events; a recurring one is two rows."""
    said = (COMING_FROM / "pld.md").read_text(encoding="utf-8")
    events = re.findall(r"^\d+\. (.+)$", said, re.MULTILINE)
    rows = Counter(
        row.title.partition(",")[0]
        for name in ("triggers", "times")
        for row in rows_of(COMING_FROM / "pld" / f"{name}.yaml")
    )

    assert PLD_EVENTS == len(events)
    assert [] == [event for event in events if event not in rows]
