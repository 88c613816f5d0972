"""How close a learner is to an occupation: a sum by hand, and what closes the gap."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from adapters.guidance.guide import Closeness, guide
from adapters.running.running import Running
from adapters.telling.learner_explaining import folded
from engine.calendar import micros
from rules.frameworks import ENDING, FOLDER, Association, Framework, Item
from tests.adapters.badges.case import ADA, BOB, RULES, START, House, settings_for
from tests.adapters.frameworks.test_reading import ONET, milepost, written

JOBS = Framework(
    name="jobs",
    id="jobs",
    title="Jobs",
    format="onet",
    items=(
        Item(id="j1", code="J.1", title="Statistician", kind="occupation"),
        Item(id="j2", code="J.2", title="Baker", kind="occupation"),
        Item(id="s1", code="S.1", title="Drawing samples"),
        Item(id="s2", code="S.2", title="Cleaning data"),
        Item(id="s3", code="S.3", title="Writing"),
        Item(id="s4", code="S.4", title="Baking"),
    ),
    associations=(
        Association(kind="requires", source="j1", target="s1", weight=4.0),
        Association(kind="requires", source="j1", target="s2", weight=3.0),
        Association(kind="requires", source="j1", target="s3", weight=1.0),
        Association(kind="essential", source="j2", target="s4"),
        Association(kind="broader", source="s1", target="s2"),
    ),
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house whose skill and credential align to what jobs need."""
    rules = RULES.replace("https://data.europa.eu/esco/skill/0000-sampling", "jobs/S.1").replace(
        "    if evidence falls", "    aligns: jobs/S.2\n    if evidence falls"
    )
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}")
    (tmp_path / "packs" / "p" / "rules.yaml").write_text(rules)
    kept = tmp_path / "packs" / FOLDER / f"jobs{ENDING}"
    kept.parent.mkdir()
    kept.write_bytes(msgspec.json.encode(JOBS))
    running = Running(settings)
    yield House(running)
    running.close()


def told(house: House, learner: str, occupation: str = "") -> tuple[Closeness, ...]:
    """Give what a learner is told."""
    plan, store = house.running.service.plan, house.office.store
    stored = store.record_of(learner)
    assert stored is not None
    record = folded(plan, stored, store.events_of(learner))
    return guide(plan, record, micros(START), JOBS, occupation)


def test_the_sum_is_the_one_by_hand(house: House) -> None:
    """(4 x 260/300 + 3 x 1 + 1 x 0) of 8; a job of which she has nothing is not shown."""
    house.earns_all()
    found = told(house, ADA)
    assert ["Statistician"] == [each.title for each in found]
    share = (4 * (8 + 2 * 9) / 30 + 3) / 8
    assert share == pytest.approx(found[0].share)
    assert "6.47 of 8.00" == found[0].sum
    assert [
        ("the skill Sampling, proficient", ()),
        ("the credential Cleaner", ()),
        ("", ()),
    ] == [(need.by, need.closes) for need in found[0].needs]


def test_what_closes_the_gap_is_named(house: House) -> None:
    """A skill with its activities, and a credential, of ours; or that nothing here does."""
    house.happens(BOB, START, object="quiz:1", **{"is": "graded", "score": {"raw": 1, "max": 10}})
    assert () == told(house, BOB)
    (found,) = told(house, BOB, "J.1")
    assert 0.0 == found.share
    assert [
        ("the skill Sampling, by Sampling quiz, Sampling report",),
        ("the credential Cleaner",),
        (),
    ] == [need.closes for need in found.needs]


def test_more_evidence_brings_nobody_further_away(house: House) -> None:
    """What is earned beside it never lowers closeness."""
    house.happens(ADA, START, object="quiz:1", **{"is": "graded", "score": {"raw": 8, "max": 10}})
    house.happens(ADA, START, object="assign:2", **{"is": "graded", "score": {"raw": 9, "max": 10}})
    before = told(house, ADA)[0].share
    house.happens(ADA, START, object="lesson:3", **{"is": "completed"})
    assert before < told(house, ADA)[0].share


def test_the_verb_tells_it(house: House, tmp_path: Path) -> None:
    """In words, with the sum; what was not imported is told."""
    house.earns_all()
    words = ("guide", ADA, "--database", "sqlite:///milepost.db")
    (tmp_path / "config.toml").write_text('[rules]\npacks = "packs"\n')
    told = milepost(tmp_path, *words)
    assert "Statistician (J.1): 81%, which is 6.47 of 8.00\n" in told
    assert "  + Drawing samples: 87% of 4, by the skill Sampling, proficient\n" in told
    assert "  - Writing: 0 of 1; nothing here shows it" in told
    written(tmp_path, "onet.txt", ONET)
    milepost(tmp_path, "framework", "import", "onet.txt", "--packs", "packs")
    several = milepost(tmp_path, *words, code=1)
    assert "name one of them with --framework: jobs, onet" in several
    of_onet = (*words, "--framework", "onet")
    nothing = milepost(tmp_path, *of_onet)
    assert "has nothing yet that an occupation of onet needs" in nothing
    wrong = milepost(tmp_path, "guide", ADA, "15-2041.0", *of_onet[2:], code=1)
    assert "has no occupation 15-2041.0; did you mean `15-2041.00`?" in wrong
