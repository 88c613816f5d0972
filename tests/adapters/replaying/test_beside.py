"""A replay beside other rules: who gains, who loses, what moves, and why."""

import csv
import json
from pathlib import Path

import pytest

from tests.adapters.load.milepost import Milepost
from tests.adapters.replaying.conftest import RULES, good, write_pack


def replay(milepost: Milepost, *more: str | Path) -> dict[str, object]:
    """Replay and give the one document."""
    return good(milepost("replay", *more, "--json")).json


def shift(document: dict[str, object], thing: str, what: str) -> dict[str, object]:
    """Give what differs in one thing."""
    beside = document["beside"]
    assert isinstance(beside, dict)
    return next(s for s in beside["shifts"] if (s["thing"], s["what"]) == (thing, what))


def best_marks(term: Path) -> dict[str, float]:
    """Work out each learner's best mark in the quiz from the file itself."""
    found: dict[str, float] = {}
    for line in term.read_text().splitlines():
        event = json.loads(line)
        score = event.get("score")
        if event.get("object") == "quiz:4411" and score:
            mark = score["raw"] / score["max"]
            found[event["learner"]] = max(mark, found.get(event["learner"], 0))
    return found


def test_an_easier_credential_is_gained_by_whoever_lies_between_the_bars(
    milepost: Milepost, term: Path, before: Path, after: Path
) -> None:
    """The gainers are counted from the file by hand, and the reason names their marks."""
    document = replay(milepost, after, "--events", term, "--beside", before)
    between = {who for who, mark in best_marks(term).items() if 0.65 <= mark < 0.70}
    gained = shift(document, "sampler", "credential")
    cause = gained["causes"][0]  # type: ignore[index] # a list, as the document has it

    assert 0 < len(between)
    assert (len(between), 0) == (gained["gainers"], gained["losers"])
    assert ("quiz quiz score at least 70%", len(between)) == (cause["words"], cause["number"])
    assert "65" <= cause["lowest"].removesuffix("%") <= cause["highest"].removesuffix("%") < "70"
    assert cause["place"].endswith("rules.yaml:6")


def test_every_difference_is_in_the_document_and_in_the_table(
    milepost: Milepost, term: Path, before: Path, after: Path
) -> None:
    """The sums of the report are those of its single differences, and the table has as many."""
    table = milepost.folder / "differences.csv"
    document = replay(milepost, after, "--events", term, "--beside", before, "--csv", table)
    found = document["differences"]
    assert isinstance(found, list)
    counted = {
        (d["thing"], d["what"]): sum(
            (e["thing"], e["what"]) == (d["thing"], d["what"]) for e in found
        )
        for d in found
    }
    beside = document["beside"]
    assert isinstance(beside, dict)
    summed = {
        (s["thing"], s["what"]): s["gained"] + s["lost"] + s["moved"] + s["otherwise"]
        for s in beside["shifts"]
    }
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert summed == counted
    assert [(d["learner"], d["thing"], d["change"]) for d in found] == [
        (row["learner"], row["thing"], row["change"]) for row in rows
    ]


def test_what_was_deferred_goes_at_once_without_quiet_hours(
    milepost: Milepost, term: Path, before: Path, tmp_path: Path
) -> None:
    """The same message, hours earlier: moved, no longer deferred, and none of them later."""
    loud = write_pack(tmp_path / "loud", RULES.replace('quiet hours: "21:00 to 08:00", ', ""))
    moved = shift(replay(milepost, loud, "--events", term, "--beside", before), "quiet", "email")

    assert moved["moved"] == moved["freed"] == moved["earlier"] != 0
    assert 0 == moved["gained"] == moved["lost"]
    assert isinstance(moved["hours_later"], float)
    assert -11 <= moved["hours_later"] < 0


def test_rules_beside_themselves_differ_in_nothing(
    milepost: Milepost, term: Path, before: Path
) -> None:
    """No difference, and the same totals on both sides."""
    document = replay(milepost, before, "--events", term, "--beside", before)
    beside = document["beside"]
    assert isinstance(beside, dict)

    assert ([], [], 0) == (beside["shifts"], document["differences"], beside["learners"])
    assert document["messages"] == beside["before"]["messages"] != 0


def test_the_days_add_up_and_the_peak_is_the_greatest(
    milepost: Milepost, term: Path, before: Path
) -> None:
    """Messages by day are all messages, and the peak is the day with most."""
    document = replay(milepost, before, "--events", term)
    days, peak = document["days"], document["peak"]
    assert isinstance(days, dict)
    assert isinstance(peak, dict)

    assert document["messages"] == sum(days.values())
    assert (max(days.values()), days[peak["day"]]) == (peak["messages"], peak["messages"])


def test_many_processes_find_what_one_finds(milepost: Milepost, before: Path, after: Path) -> None:
    """Two processes over sixteen parts give the document of one, the order of learners included."""
    term = milepost.folder / "longer.jsonl"
    good(milepost("cohort", "--learners", "400", "--seed", "9", "--out", term))
    one, two = (
        good(
            milepost(
                "replay", after, "--events", term, "--beside", before, "--jobs", jobs, "--json"
            )
        ).out
        for jobs in ("1", "2")
    )

    assert one == two


def test_the_page_stands_alone(milepost: Milepost, term: Path, before: Path, after: Path) -> None:
    """One file with its plots inside: nothing is loaded, and a learner's name is no markup."""
    page = milepost.folder / "page.html"
    events = milepost.folder / "odd.jsonl"
    events.write_text(term.read_text().replace("learner-0000003", "<script>alert(1)</script>"))
    good(milepost("replay", after, "--events", events, "--beside", before, "--html", page))
    text = page.read_text()

    assert 2 == text.count("<svg")
    assert "<script" not in text
    assert not any(word in text for word in ('src="http', 'href="http', "url(http", "@import"))


def test_one_learners_story_shows_both(
    milepost: Milepost, term: Path, before: Path, after: Path
) -> None:
    """Whoever gains the credential has it in her story, marked as new."""
    who = next(w for w, mark in sorted(best_marks(term).items()) if 0.65 <= mark < 0.70)
    told = good(
        milepost("replay", after, "--events", term, "--beside", before, "--learner", who)
    ).out

    assert any(
        line.startswith("+ ") and "awarded" in line and "p/sampler" in line
        for line in told.splitlines()
    )


def test_a_share_of_learners_is_told_apart(milepost: Milepost, term: Path, before: Path) -> None:
    """What a rule does for those it is live for, and what it only counts for the others."""
    rules = before / "rules.yaml"
    whole = replay(milepost, before, "--events", term)["rules"]
    rules.write_text(
        rules.read_text().replace(
            "title: Write to whoever is quiet", "title: Write\n    state: live for 40% of learners"
        )
    )
    document = replay(milepost, before, "--events", term)
    told = good(milepost("replay", before, "--events", term)).out
    assert isinstance(whole, dict)
    assert isinstance(document["rules"], dict)
    quiet = document["rules"]["quiet"]

    assert 0 < quiet["counted"] < quiet["fired"]
    assert 0 < quiet["counted_learners"] < quiet["learners"]
    assert (0, {"quiet": "40%"}) == (whole["quiet"]["counted"], document["shares"])
    assert whole["quiet"]["learners"] == quiet["learners"]
    assert (
        f"quiet is live for 40% of learners: {quiet['counted']:,} of its {quiet['fired']:,} are "
        f"only counted, for {quiet['counted_learners']:,} of its {quiet['learners']:,} learners."
    ) in told


def test_a_draft_is_only_counted_unless_it_is_asked_for(
    milepost: Milepost, term: Path, tmp_path: Path
) -> None:
    """Without the option the verb says so; with it the draft's messages are new."""
    draft = RULES.replace(
        "    title: Write to whoever is quiet\n",
        "    title: Write to whoever is quiet\n    state: draft\n",
    )
    drafted = write_pack(tmp_path / "drafted", draft)
    plain = good(milepost("replay", drafted, "--events", term)).out
    lived = replay(milepost, drafted, "--events", term, "--beside", drafted, "--drafts")

    assert "Only counted, as drafts are: quiet." in plain
    assert ["quiet"] == lived["drafts"]
    gained = shift(lived, "quiet", "email")["gained"]
    rules = lived["rules"]
    assert isinstance(rules, dict)
    assert 0 != gained == rules["quiet"]["fired"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--csv", "x.csv"], "name other rules with --beside"),
        (["--learner", "nobody"], "there is no event of a learner `nobody`"),
        (["--since", "yesterday"], "`yesterday` is not a time"),
    ],
)
def test_what_can_not_be_done_is_said(
    milepost: Milepost, term: Path, before: Path, more: list[str], said: str
) -> None:
    """A sentence, and no traceback."""
    ran = milepost("replay", before, "--events", term, *more)

    assert 0 != ran.code
    assert said in ran.err
    assert "Traceback" not in ran.err
