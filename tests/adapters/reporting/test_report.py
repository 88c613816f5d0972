"""`milepost report`: what it says of a database is what can be counted in it by hand."""

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from adapters.cli import application
from tests.adapters.load.milepost import Milepost
from tests.adapters.replaying.conftest import RULES, good, write_pack

DRAFT = RULES.replace(
    "    title: Write to whoever is quiet\n",
    "    title: Write to whoever is quiet\n    state: draft\n",
)
"""One rule acts and one is a draft."""


@pytest.fixture(scope="module")
def milepost(tmp_path_factory: pytest.TempPathFactory) -> Milepost:
    """Give the program, in a folder of these tests' own."""
    return Milepost(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def packs(milepost: Milepost) -> Path:
    """Give the rules."""
    return write_pack(milepost.folder / "packs" / "p", DRAFT)


@pytest.fixture(scope="module")
def lived(milepost: Milepost, packs: Path) -> str:
    """Give a database into which a term was lived, on its own clock."""
    term = milepost.folder / "term.jsonl"
    good(milepost("cohort", "--learners", "40", "--seed", "6", "--out", term))
    clock = ("--clock-from", "2025-02-20T00:00:00+00:00", "--clock-speed", "2000000")
    load = ("load", term, "--database", milepost.database, "--packs", packs.parent)
    good(milepost(*load, *clock))
    return milepost.database


def scalar(milepost: Milepost, statement: str) -> int:
    """Ask the database for one number."""
    with closing(sqlite3.connect(milepost.folder / "milepost.db")) as connection:
        found: int = connection.execute(statement).fetchone()[0]
    return found


def report(milepost: Milepost, packs: Path, *more: str | Path) -> dict[str, object]:
    """Give the one document."""
    return good(milepost("report", packs, "--database", milepost.database, *more, "--json")).json


def part(document: dict[str, object], *names: str) -> object:
    """Give what stands under names in a document."""
    found: object = document
    for name in names:
        assert isinstance(found, dict)
        found = found[name]
    return found


@pytest.mark.usefixtures("lived")
def test_what_is_counted_is_what_the_database_holds(milepost: Milepost, packs: Path) -> None:
    """Earned, fired, capped and failed are the numbers of rows."""
    document = report(milepost, packs)
    counted = (
        part(document, "credentials", "sampler", "earned"),
        part(document, "rules", "offer", "fired"),
        part(document, "rules", "offer", "capped"),
        part(document, "learners"),
    )
    fired = "SELECT count(*) FROM decisions WHERE thing = 'p/offer' AND did = '{}' AND NOT again"

    assert counted == (
        scalar(milepost, "SELECT count(*) FROM awards"),
        scalar(milepost, fired.format("fired")),
        scalar(milepost, fired.format("capped")),
        scalar(milepost, "SELECT count(*) FROM records"),
    )
    assert 0 not in counted


@pytest.mark.usefixtures("lived")
def test_a_draft_says_what_it_would_have_done(milepost: Milepost, packs: Path) -> None:
    """Its messages are counted as they would have been written, and none was."""
    document = report(milepost, packs)
    told = good(milepost("report", packs, "--database", milepost.database)).out

    assert "draft" == part(document, "rules", "quiet", "state")
    assert part(document, "rules", "quiet", "messages") == part(document, "rules", "quiet", "fired")
    assert 0 != part(document, "rules", "quiet", "fired")
    assert f"would have acted {part(document, 'rules', 'quiet', 'fired'):,} times" in told
    wrote = "SELECT count(*) FROM outbox o JOIN decisions d ON substr(o.key, 1, 24) = d.firing"
    assert 0 == scalar(milepost, f"{wrote} WHERE d.thing = 'p/quiet'")


@pytest.mark.usefixtures("lived")
def test_everybody_stands_somewhere_and_is_stuck_on_what_lacks(
    milepost: Milepost, packs: Path
) -> None:
    """The ways to stand add up to all learners; who has begun and not earned lacks the quiz."""
    document = report(milepost, packs)
    sampler = part(document, "credentials", "sampler")
    assert isinstance(sampler, dict)
    ways = ("held", "expired", "revoked", "nearly", "waits", "begun", "not_begun")
    stuck = sampler["stuck_on"]

    assert document["learners"] == sum(sampler[way] for way in ways)
    assert [("quiz quiz score at least 70%", sampler["nearly"] + sampler["waits"])] == [
        (each["asks"], each["learners"]) for each in stuck
    ]
    assert stuck[0]["place"].endswith("rules.yaml:6")


@pytest.mark.usefixtures("lived")
def test_csv_and_parquet_hold_the_same(milepost: Milepost, packs: Path) -> None:
    """A line for each learner and credential in both, and the same small tables."""
    folder = milepost.folder
    report(milepost, packs, "--csv", folder / "csv", "--parquet", folder / "parquet")
    for name in ("progress", "credentials", "stuck", "rules", "skills", "pathways"):
        with (folder / "csv" / f"{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        table = pq.read_table(folder / "parquet" / f"{name}.parquet").to_pylist()

        assert rows == [
            {key: "" if cell is None else str(cell) for key, cell in row.items()} for row in table
        ]
    with (folder / "csv" / "progress.csv").open() as file:
        assert 40 + 1 == len(file.readlines())


@pytest.mark.usefixtures("lived")
def test_pseudonyms_leave_no_name(milepost: Milepost, packs: Path) -> None:
    """No learner's name is in any table; each still has her own line."""
    folder = milepost.folder / "tables"
    report(milepost, packs, "--csv", folder, "--pseudonyms")
    text = (folder / "progress.csv").read_text()

    assert "learner-" not in text
    assert 40 == len({line.partition(",")[0] for line in text.splitlines()[1:]})


@pytest.mark.usefixtures("lived")
def test_the_page_stands_alone(milepost: Milepost, packs: Path) -> None:
    """Plots inside, nothing loaded."""
    page = milepost.folder / "page.html"
    report(milepost, packs, "--html", page)
    text = page.read_text()

    assert 2 == text.count("<svg")
    assert not any(word in text for word in ("<script", 'src="http', 'href="http', "@import"))


def test_no_database_is_a_sentence(tmp_path: Path) -> None:
    """It says how to name one."""
    url = f"sqlite:///{tmp_path / 'none.db'}"
    done = CliRunner().invoke(application("report"), ["report", "--database", url])

    assert (2, True) == (done.exit_code, "name one with --database" in done.output)


@pytest.mark.usefixtures("lived")
def test_since_counts_only_what_came_after(milepost: Milepost, packs: Path) -> None:
    """From a day after all events nothing was decided; standings stay as they are."""
    whole, none = report(milepost, packs), report(milepost, packs, "--since", "2040-01-01")

    assert 0 == part(none, "rules", "offer", "fired")
    assert json.dumps(whole["credentials"]) == json.dumps(none["credentials"])


def test_what_a_share_of_learners_gets_is_told_apart(tmp_path: Path) -> None:
    """A rule that is live for some did what it did; for the others it only counted."""
    milepost = Milepost(tmp_path)
    share = DRAFT.replace("state: draft", "state: live for 40% of learners")
    packs = write_pack(tmp_path / "packs" / "p", share)
    term = tmp_path / "term.jsonl"
    good(milepost("cohort", "--learners", "40", "--seed", "6", "--out", term))
    clock = ("--clock-from", "2025-02-20T00:00:00+00:00", "--clock-speed", "2000000")
    good(milepost("load", term, "--database", milepost.database, "--packs", packs.parent, *clock))
    fired = (
        "SELECT count({}) FROM decisions WHERE thing = 'p/quiet' AND did = 'fired' AND NOT again "
        "AND draft = {}"
    )
    numbers = [
        scalar(milepost, fired.format(what, draft))
        for draft in (0, 1)
        for what in ("*", "DISTINCT learner")
    ]
    quiet = part(report(milepost, packs), "rules", "quiet")
    told = good(milepost("report", packs, "--database", milepost.database)).out
    page = tmp_path / "page.html"
    report(milepost, packs, "--html", page, "--csv", tmp_path / "csv")

    assert isinstance(quiet, dict)
    assert 0 not in numbers
    assert numbers == [quiet["fired"], quiet["learners"], *quiet["besides"].values()]
    assert quiet["messages"] == scalar(
        milepost, "SELECT count(*) FROM outbox WHERE \"by\" = 'p/quiet' AND kind = 'email'"
    )
    assert f"quiet  would have acted {numbers[2]} times, for {numbers[3]} learners" in told
    assert f"would have fired {numbers[2]} times" in page.read_text()

    (packs / "rules.yaml").write_text(DRAFT)
    quiet = part(report(milepost, packs), "rules", "quiet")
    told = good(milepost("report", packs, "--database", milepost.database)).out
    assert isinstance(quiet, dict)
    assert [*numbers[2:], *numbers[:2]] == [
        quiet["fired"],
        quiet["learners"],
        *quiet["besides"].values(),
    ]
    assert f"; acted {numbers[0]} times, for {numbers[1]} learners, while it was live" in told
