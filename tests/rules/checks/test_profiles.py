"""The European approach's mandatory elements, each asked for where it is missing."""

from pathlib import Path

import pytest

from rules.packs import read_packs
from rules.profiles import PROFILES, Profile
from tests.adapters.badges.case import PACK

WHOLE = {
    "credits": "2 ECTS",
    "framework level": "EQF 6",
    "aligns": "https://data.europa.eu/esco/skill/0000-example",
    "assessment": "Supervised exam",
    "participation": "online",
    "quality assurance": "https://www.aneca.es",
}
ASKED = {
    "credits": "the workload",
    "framework level": "a level (EQF or QF-EHEA)",
    "aligns": "learning outcomes",
    "assessment": "the type of assessment",
    "participation": "the form of participation",
    "quality assurance": "the type of quality assurance",
}


def lacking(folder: Path, said: dict[str, str]) -> list[str]:
    """Give what the profile says of a credential that says these things."""
    pack = folder / "p"
    pack.mkdir()
    (pack / "pack.yaml").write_text(PACK)
    lines = "".join(f"    {key}: {value}\n" for key, value in said.items())
    (pack / "rules.yaml").write_text(
        "credentials:\n  one:\n    title: One\n    describes: Has passed.\n    requires:\n"
        f"      - quiz: quiz\n        is: passed\n{lines}"
    )
    reading = read_packs([pack])
    assert () == tuple(reading.problems)
    return [problem.message for problem in PROFILES[Profile.EUROPEAN](reading)]


def test_nothing_is_asked_of_what_says_all(tmp_path: Path) -> None:
    """A credential with every element passes."""
    assert [] == lacking(tmp_path, WHOLE)


@pytest.mark.parametrize("missing", WHOLE)
def test_each_element_is_asked_for(tmp_path: Path, missing: str) -> None:
    """Whatever is missing is asked for, and nothing else."""
    found = lacking(tmp_path, {key: value for key, value in WHOLE.items() if key != missing})
    assert 1 == len(found)
    assert ASKED[missing] in found[0]


def test_a_body_that_endorses_it_is_quality_assurance(tmp_path: Path) -> None:
    """Its signed word is as good as an address of it."""
    said = {key: value for key, value in WHOLE.items() if key != "quality assurance"}
    assert [] == lacking(tmp_path, {**said, "endorsed by": "endorsements/agency.json"})


def test_hours_are_a_workload_too(tmp_path: Path) -> None:
    """Where there is no ECTS, the hours are said."""
    said = {**WHOLE, "credits": "one point", "workload": "50 hours"}
    assert [] == lacking(tmp_path, said)
