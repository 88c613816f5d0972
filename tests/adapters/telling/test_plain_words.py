"""What learners are told: every language says everything, and no internals are in it."""

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

from adapters.plain.catalogue import CATALOGUES, catalogue
from adapters.plain.telling import proof_of, proof_text
from adapters.telling.explaining import explain_history
from engine.calendar import micros
from engine.events import Event, Score, Word
from engine.plan import Plan
from rules.packs import read_packs
from rules.words.said import IS_WORDS
from tests.adapters.load.milepost import PACKS, Milepost
from tests.adapters.replaying.conftest import good
from tests.adapters.serve.service_process import write_pack

LANGUAGE = Path(__file__).parents[2] / "language"


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


COUNTED = """credentials:
  practice:
    title: Practice
    describes: Has tried often enough.
    requires:
      - quiz: quiz
        attempts: at least 3
      - quiz: quiz
        is: failed
        times: 2 in a row
      - quiz: quiz
        score: at least 14 points
"""


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Quiz (at least 3)", "Quiz: failed (2 in a row)", "Quiz: at least 14"]),
        ("de", ["Quiz (mindestens 3)", "Quiz: nicht bestanden (2 hintereinander)"]),
        ("fr", ["Quiz (au moins 3)", "Quiz : échoué (2 de suite)", "Quiz : au moins 14"]),
    ],
)
def test_counts_and_points_are_told_in_her_language(
    language: str, expected: list[str], tmp_path: Path
) -> None:
    """How often, and how many points, without a word of the author's; points are no per cent."""
    plan = Plan(read_packs([write_pack(tmp_path, COUNTED) / "p"]).ruleset)
    at = datetime(2025, 3, 3, tzinfo=UTC)
    mark = Score(raw=Decimal(12), high=Decimal(20))
    event = Event(
        id="1", time=at, learner="ada", word=Word.GRADED, object="quiz:1", score=mark, attempt="1"
    )
    found = explain_history(plan, "ada", [event], "practice", micros(at))
    proof = proof_of(plan, found, language)

    assert expected == [line.text for line in proof.lines][: len(expected)]
    assert proof.lines[2].fact.endswith(" 12")


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

    assert (1, True) == (ran.code, "an activity or a message that is written to them" in ran.err)


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


FAILED = (
    Event(
        id="1",
        time=datetime(2025, 3, 3, 9, tzinfo=UTC),
        learner="ada",
        word=Word.ENROLLED,
        object="course:101",
    ),
    Event(
        id="2",
        time=datetime(2025, 3, 4, 9, tzinfo=UTC),
        learner="ada",
        word=Word.GRADED,
        object="quiz:4411",
        attempt="1",
        score=Score(raw=Decimal(40), high=Decimal(100)),
    ),
)
"""Somebody who fails the sampling quiz: the workshop opens, and she is written to."""


def own(thing: str, *events: Event, language: str = "en") -> str:
    """Give what a learner reads of a thing after some events."""
    plan = Plan(read_packs([PACKS / "data-literacy", PACKS / "shared"]).ruleset)
    now = micros(datetime(2025, 3, 5, tzinfo=UTC))
    return proof_text(proof_of(plan, explain_history(plan, "ada", events, thing, now), language))


def test_a_learner_reads_why_an_activity_is_open_to_her() -> None:
    """By what she did, and before that what would open it."""
    assert "Sampling workshop is open to you." in own("sampling-workshop", *FAILED)
    assert "+ Sampling quiz: below 60% (done" in own("sampling-workshop", *FAILED)
    before = own("sampling-workshop", FAILED[0], language="de")
    assert before.startswith("Sampling workshop ist für dich geschlossen. Das öffnet es:")
    assert "- Sampling quiz: unter 60\N{NO-BREAK SPACE}% (noch nicht)" in before


def test_a_learner_reads_why_she_was_written_to() -> None:
    """What it was for; no rule, no file, no limit."""
    told = own("messages/sampling-workshop.md", *FAILED)
    assert told.startswith("You got this message for this reason:")
    assert "+ Sampling quiz: below 60% (done" in told
    assert not any(word in told for word in ("sampling-failed", "cap", ".md", "rule"))
    assert own("messages/sampling-workshop.md", FAILED[0]).startswith("You did not get")


def test_a_learner_reads_how_far_she_is() -> None:
    """Each step by its title, the first that is done, and the shortest way on."""
    plan = Plan(read_packs([LANGUAGE / "pathways"]).ruleset)
    now = micros(datetime(2025, 3, 5, tzinfo=UTC))
    done = Event(
        id="1",
        time=datetime(2025, 3, 4, tzinfo=UTC),
        learner="ada",
        word=Word.COMPLETED,
        object="page:1",
    )
    found = explain_history(plan, "ada", [done], "analyst", now)
    told = proof_text(proof_of(plan, found, "fr")).splitlines()
    assert "Analyst : 1 étapes sur 4 faites." == told[0]
    assert "  + Introduction : terminé (fait)" == told[2]
    assert "  - Extra : terminé (facultatif) (pas encore)" == told[4]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            ("--for", "learner", "--language", "xx"),
            "learners are told in de, en, es, fr, not in `xx`",
        ),
        (("--for", "learner", "--language", "deutsch"), "not in `deutsch`"),
        (("--language", "de"), "--language goes with --for learner"),
    ],
)
def test_a_language_that_is_asked_for_and_not_there_is_refused(
    milepost: Milepost, more: tuple[str, ...], told: str
) -> None:
    """Whoever asks for one does not want English: it is a wrong argument."""
    events = ("--events", milepost.folder / "term.jsonl", "--pack", PACKS)
    done = milepost("explain", "learner-0000005", "data-literacy", *events, *more)

    assert (2, "") == (done.code, done.out)
    assert told in done.err
    assert 1 == len(done.err.splitlines())
