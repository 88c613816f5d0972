"""A history that names nothing of the pack's: replay says so, and in what they differ."""

from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adapters.replaying.named import Named
from tests.adapters.load.milepost import Milepost
from tests.adapters.replaying.conftest import good


def test_other_names_are_said_with_both_sides(milepost: Milepost, term: Path, before: Path) -> None:
    """The numbers are the file's, the commonest strange name comes first, on text and page."""
    pack = before / "pack.yaml"
    text = pack.read_text().replace("quiz:4411", "quiz:9911").replace("lesson:77", "lesson:78")
    pack.write_text(text.replace("course:101", "course:7"))
    page = milepost.folder / "replay.html"
    told = good(milepost("replay", before, "--events", term, "--html", page)).out
    document = good(milepost("replay", before, "--events", term, "--json")).json["named"]

    lines = term.read_text().splitlines()
    naming = [line for line in lines if '"object"' in line or '"course"' in line]
    assert isinstance(document, dict)
    assert (len(naming), 0) == (document["events"], document["known"])
    assert ["course:7", "lesson:78", "quiz:9911"] == document["packs"]
    commonest, number = next(iter(document["strange"].items()))
    assert number == sum(f'"{commonest}"' in line for line in lines)
    for said in (told, page.read_text()):
        assert f"None of the {len(naming):,} events that name an activity or a course" in said
        assert f"{commonest} ({number:,} events)" in said
        assert "course:7, lesson:78, quiz:9911" in said


def test_nothing_is_said_where_one_name_is_the_same(
    milepost: Milepost, term: Path, before: Path
) -> None:
    """The course alone is enough to act on."""
    pack = before / "pack.yaml"
    pack.write_text(pack.read_text().replace("quiz:4411", "quiz:9911"))
    told = good(milepost("replay", before, "--events", term)).out
    document = good(milepost("replay", before, "--events", term, "--json")).json["named"]

    assert isinstance(document, dict)
    assert 0 < document["known"] <= document["events"]
    assert {} == document["strange"]
    assert "None of the" not in told


def named(parts: Iterable[tuple[int, dict[str, int]]]) -> Named:
    """Join parts of a history."""
    found = Named()
    for known, strange in parts:
        found.join(Named(known + sum(strange.values()), known, {} if known else dict(strange)))
    return found


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.dictionaries(st.sampled_from("abc"), st.integers(1, 9))),
        max_size=5,
    )
)
def test_parts_may_be_joined_in_any_order(parts: list[tuple[int, dict[str, int]]]) -> None:
    """Strange names are forgotten once one is known, in whichever part that is."""
    forward, backward = named(parts), named(reversed(parts))

    assert forward == backward
    assert {} == forward.strange or not forward.known
