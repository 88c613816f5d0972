"""What learners are told: every language says everything, and no internals are in it."""

from dataclasses import fields
from pathlib import Path
from string import Formatter

import pytest

from adapters.plain.catalogue import CATALOGUES, catalogue
from rules.words.said import IS_WORDS
from tests.adapters.load.milepost import PACKS, Milepost
from tests.adapters.replaying.conftest import good


def blanks(text: str) -> set[str]:
    """Give the names of the blanks in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_word_of_the_language_can_be_told(language: str) -> None:
    """Each word after `is` has its plain words."""
    assert set() == {row.word for row in IS_WORDS} - set(CATALOGUES[language].said)


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_a_translation_has_the_blanks_of_the_english(language: str) -> None:
    """No number and no title is lost in a translation, and no entry is missing."""
    english, other = CATALOGUES["en"], CATALOGUES[language]
    for field in fields(english):
        said, told = getattr(english, field.name), getattr(other, field.name)
        if isinstance(said, str):
            assert (field.name, blanks(said)) == (field.name, blanks(told))
        else:
            assert {k: blanks(v) for k, v in said.items()} == {
                k: blanks(v) for k, v in told.items()
            }


def test_an_unknown_language_is_told_in_english() -> None:
    """A learner with a language that is not there is told all the same."""
    assert catalogue("eu") is catalogue("en")
    assert catalogue("de-AT") is CATALOGUES["de"]


@pytest.fixture(scope="module")
def milepost(tmp_path_factory: pytest.TempPathFactory) -> Milepost:
    """Give the program, with a made-up term in its folder."""
    found = Milepost(tmp_path_factory.mktemp("plain"))
    good(found("cohort", "--learners", "40", "--seed", "3", "--out", found.folder / "term.jsonl"))
    return found


def explained(milepost: Milepost, thing: str, *more: str | Path) -> str:
    """Explain a thing of one learner from the file, and give what was printed."""
    events = ("--events", milepost.folder / "term.jsonl", "--pack", PACKS)
    return good(milepost("explain", "learner-0000005", thing, *events, *more)).out


def test_a_learner_reads_titles_and_no_internals(milepost: Milepost) -> None:
    """No file, no line, no name as an author writes it; the headline is in her language."""
    told = explained(milepost, "data-literacy", "--for", "learner", "--language", "es")

    assert "Data Literacy" in told.splitlines()[0]
    assert any(told.startswith(words) for words in ("Todavía no", "Lo tienes", "Aún no"))
    assert not any(word in told for word in (".yaml", "sampling-report", "data-cleaning", "NO "))


def test_a_rule_is_nothing_for_learners(milepost: Milepost) -> None:
    """It says what learners are told of."""
    events = ("--events", milepost.folder / "term.jsonl", "--pack", PACKS)
    ran = milepost("explain", "learner-0000005", "nudge-quiet-learner", *events, "--for", "learner")

    assert (1, True) == (ran.code, "learners are told of those" in ran.err)


def test_the_proof_agrees_with_the_authors(milepost: Milepost) -> None:
    """Answer by answer the same, whoever reads it."""
    own = good(
        milepost(
            *("explain", "learner-0000005", "data-literacy", "--for", "learner", "--json"),
            *("--events", milepost.folder / "term.jsonl", "--pack", PACKS),
        )
    ).json
    authors = good(
        milepost(
            *("explain", "learner-0000005", "data-literacy", "--json"),
            *("--events", milepost.folder / "term.jsonl", "--pack", PACKS),
        )
    ).json
    verdict, lines = authors["verdict"], own["lines"]
    assert isinstance(verdict, dict)
    assert isinstance(lines, list)

    assert own["answer"] == authors["answer"]
    assert [part["answer"] for part in verdict["under"]] == [line["answer"] for line in lines]


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        ("data-literacy", "credential"),
        ("sampling", "skill"),
        ("nudge-quiet-learner", "rule"),
        ("messages/we-miss-you.md", "message"),
        ("sampling-workshop", "activity"),
    ],
)
def test_each_kind_of_thing_is_explained(milepost: Milepost, thing: str, kind: str) -> None:
    """As text and as a page; the page stands alone."""
    page = milepost.folder / "page.html"
    assert f"and the {kind} " in explained(milepost, thing).splitlines()[0]
    explained(milepost, thing, "--html", page)
    text = page.read_text()
    assert "<details open>" in text or kind == "activity"
    assert not any(word in text for word in ("<script", 'src="http', 'href="http', "@import"))


def test_a_messages_rule_shows_its_limits(milepost: Milepost) -> None:
    """Quiet hours, cap and gap stand in the proof, with what was counted."""
    told = explained(milepost, "nudge-quiet-learner")

    assert "Its limits then:" in told
    assert all(words in told for words in ("quiet hours 21:00", "cap 3 per course", "gap 7 days"))
