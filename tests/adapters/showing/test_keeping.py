"""What a learner and an employer read of an end, of a renewal, of parts, credits and choices."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.running.running import Running
from adapters.showing.keeping_words import KEEPING_WORDS, keeping_words_of
from adapters.showing.people import LASTS
from adapters.showing.tickets import Ticket
from adapters.showing.words import WORDS
from adapters.store.outside import OutsideRow, Standing
from engine.calendar import micros
from engine.values import LongPeriod
from tests.adapters.badges.case import ADA, House, score, settings_for

RULES = """\
credentials:
  first-aid:
    title: First Aid
    describes: Can give first aid.
    requires:
      - quiz: quiz
        score: at least 60%
    credits: 1 ECTS
    expires: after 1 year
    renew: 2 months before
    if evidence falls: revoke
  clean:
    title: Clean Hands
    describes: Works cleanly.
    requires:
      - activity: lab
        is: completed
    credits: 1,5 ECTS
    expires: after 2 years
    if evidence falls: revoke
  safe:
    title: Safe Laboratory
    describes: Runs a laboratory safely.
    requires:
      - credential: first-aid
        is: held
      - credential: clean
        is: held
    if a part expires: expire
  expert:
    title: Expert
    describes: Knows all of it.
    requires:
      - credential: safe
        is: held
      - assignment: report
        is: passed
    credits: 6 ECTS
pathways:
  way:
    title: To the expert
    describes: Two of three.
    leads to: expert
    steps:
      - required:
          at least 2 of:
            - {credential: first-aid, is: held}
            - {credential: clean, is: held}
            - {assignment: report, is: passed}
      - optional: {activity: lab, is: completed}
"""
BEGUN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house whose clock stands on the first day; a test moves it with `at`."""
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}")
    (tmp_path / "packs" / "p" / "rules.yaml").write_text(RULES)
    settings = replace(settings, clock=replace(settings.clock, start=BEGUN, speed=1.0))
    running = Running(settings)
    yield House(running)
    running.close()


def read(house: House, language: str, now: datetime) -> str:
    """Give Ada's page as she reads it on a day, without its marks."""
    house.running.service.sweep(now)
    people = replace(house.running.people, now=lambda: now)
    session = people.tickets().give(Ticket.SESSION, ADA, LASTS)
    page = people.me(session, language)
    assert page is not None
    return plain(page.body.decode())


def plain(page: str) -> str:
    """Give a page without its marks, in one line."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def earns(house: House, *, also: tuple[str, ...] = ("lab",)) -> None:
    """Let Ada pass the quiz, and complete what else is named."""
    at = BEGUN + timedelta(hours=1)
    house.happens(ADA, at, **{"is": "profile", "fields": {"name": "Ada", "email": "a@uni.example"}})
    house.happens(ADA, at, object="quiz:1", **{"is": "graded", "score": score(8)})
    if "lab" in also:
        house.happens(ADA, at, object="lesson:3", **{"is": "completed"})
    if "report" in also:
        house.happens(ADA, at, object="assign:2", **{"is": "passed"})


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "valid until 2 March 2027 It can be renewed from 2 January 2027 on.",
                "What that takes, done since then: Sampling quiz: at least 60%",
                "be renewed. After its end it can be earned anew.",
                "It ends on 2 March 2027, with “First Aid”, on which it rests, unless you renew",
                "First Aid can be renewed from 2 January 2027 on.",
                "In all: 2.5 ECTS",
            ),
        ),
        (
            "de",
            (
                "gültig bis 2. März 2027 Erneuern kannst du ihn ab dem 2. Januar 2027.",
                "Er endet am 2. März 2027, mit „First Aid“, worauf er beruht",
                "Zusammen: 2,5 ECTS",
            ),
        ),
        (
            "es",
            (
                "Se puede renovar a partir del 2 de enero de 2027.",
                "Termina el 2 de marzo de 2027, con «First Aid»",
                "En total: 2,5 ECTS",
            ),
        ),
        (
            "fr",
            (
                "Elle peut être renouvelée à partir du 2 janvier 2027.",
                "Elle prend fin le 2 mars 2027, avec « First Aid »",
                "En tout : 2,5 ECTS",
            ),
        ),
    ],
)
def test_she_reads_until_when_and_how_she_keeps_it(
    house: House, language: str, expected: tuple[str, ...]
) -> None:
    """The last day, from when on it is renewed and by what, and what falls with a part."""
    earns(house)
    page = read(house, language, BEGUN + timedelta(days=1))
    assert [] == [each for each in expected if each not in page], page


def test_while_it_can_be_renewed_she_reads_what_is_missing(house: House) -> None:
    """What was done before counts no more; once it is done the new end is there."""
    earns(house)
    open_now = datetime(2027, 1, 10, 9, tzinfo=UTC)
    page = read(house, "en", open_now)
    assert "It can be renewed now, until 2 March 2027." in page
    assert "What is still missing for that: Sampling quiz: at least 60%" in page
    house.happens(
        ADA, open_now, object="quiz:1", attempt="2", **{"is": "graded", "score": score(9)}
    )
    page = read(house, "en", open_now + timedelta(days=1))
    assert "valid until 2 March 2028 Renewed on 10 January 2027." in page
    # Its other part ends on that day too, and can't be renewed: so nothing is promised.
    assert "It ends on 2 March 2028, with “Clean Hands, First Aid”, on which it rests." in page


def test_what_ended_with_a_part_says_so(house: House) -> None:
    """It is expired, and nobody took it back."""
    earns(house)
    page = read(house, "en", datetime(2027, 3, 3, 9, tzinfo=UTC))
    assert "Safe Laboratory Runs a laboratory safely. expired" in page
    assert "A part of it has ended." in page
    assert "taken back" not in page


def test_what_was_lost_with_its_evidence_says_so(house: House) -> None:
    """It was undone, and no person gave a reason."""
    earns(house)
    later = BEGUN + timedelta(days=2)
    house.happens(ADA, later, object="lesson:3", undone=True, **{"is": "completed"})
    page = read(house, "en", later + timedelta(days=1))
    assert "What it had been earned by counts no more." in page


def test_a_pathway_shows_its_choices_and_what_they_count(house: House) -> None:
    """Two of these three, with each of them and how many are done."""
    earns(house, also=())
    page = read(house, "en", BEGUN + timedelta(days=1))
    assert "To the expert: 0 of 1 steps done. Earned on this way so far: 1 ECTS" in page
    assert (
        "At least 2 of these: (not yet, 1 of these 3 done) ✓ First Aid: earned (done) "
        "○ Clean Hands: earned (not yet) ○ Sampling report: passed (not yet)" in page
    )


def test_the_catalogue_shows_the_choices_of_a_step(house: House) -> None:
    """What there is to choose from stands under the step."""
    page = house.running.people.entry("pathways/p/way", "en")
    assert page is not None
    assert (
        "At least 2 of these: First Aid: earned Clean Hands: earned Sampling report: passed "
        "Cleaning lab: completed (optional)"
    ) in plain(page.body.decode())


def test_credits_of_parts_are_counted_once(house: House) -> None:
    """A stack with credits of its own has those of its parts in them, also of parts of parts."""
    earns(house, also=("lab", "report"))
    assert "In all: 6 ECTS" in read(house, "en", BEGUN + timedelta(days=1))


def test_an_employer_reads_when_it_ends_with_others(house: House) -> None:
    """Without their names: whose they are is hers to show."""
    earns(house)
    office = house.office
    now = BEGUN + timedelta(days=1)
    told = []
    for name in ("safe", "first-aid", "clean"):
        badge = office.registrar.badge(ADA, name)
        office.store.badges.publish(badge.id, now)
        people = replace(house.running.people, now=lambda: now)
        page = people.credential(badge.id.rpartition("/")[2], None, "en")
        assert page is not None
        told.append(plain(page.body.decode()))
    safe, first_aid, clean = told
    rests = "It rests on other credentials, and ends with them on 2 March 2027 unless they are"
    assert (True, False) == (rests in safe, "2026, valid without an end" in safe)
    assert "It can be renewed from 2 January 2027 on." in first_aid
    assert (False, False) == ("renewed" in clean, "rests on other" in clean)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Validity: 1 year from the award Renewal: from 2 months before its end"),
        ("de", "Gültigkeit: 1 Jahr ab der Verleihung Erneuerung: 2 Monate vor dem Ende"),
        ("fr", "Validité: 1 an à partir de la délivrance Renouvellement: à partir de 2 mois avant"),
    ],
)
def test_the_catalogue_says_it_in_the_reader_s_language(
    house: House, language: str, expected: str
) -> None:
    """How long it lasts, and how it is renewed; of a stack that it ends with its parts."""
    page = house.running.people.entry("p/first-aid", language)
    stack = house.running.people.entry("p/safe", language)
    assert page is not None
    assert stack is not None
    assert expected in plain(page.body.decode())
    assert keeping_words_of(language).with_part in plain(stack.body.decode())


def test_she_reads_what_she_has_brought(house: House) -> None:
    """Whether it counts, and why no more."""
    earns(house)
    at = micros(datetime(2026, 11, 3, 9, tzinfo=UTC))
    good = OutsideRow(
        learner=ADA, id="https://c.example/1", object="badge:x|y", title="Statistics",
        issuer="Example College (did:web:c.example)", data=b"{}", brought=at, next_look=at,
        looked=at,
    )  # fmt: skip
    why = "its issuer has revoked or suspended it"
    house.office.store.outside.keep(good)
    house.office.store.outside.keep(
        replace(good, id="https://c.example/2", title="Algebra", state=Standing.FALLEN, because=why)
    )
    page = read(house, "en", BEGUN + timedelta(days=1))
    assert "Statistics , Example College: counts; looked at on 3 November 2026" in page
    assert f"Algebra , Example College: counts no more: {why}" in page


@pytest.mark.parametrize(
    ("months", "expected"),
    [(1, "1 Monat"), (12, "1 Jahr"), (18, "18 Monate"), (36, "3 Jahre")],
)
def test_a_period_is_in_the_reader_s_language(months: int, expected: str) -> None:
    """Years where they are whole."""
    assert expected == keeping_words_of("de-AT").period(LongPeriod(months))


def test_every_language_has_every_word() -> None:
    """No page is half translated, and the same is filled in everywhere."""
    assert WORDS.keys() == KEEPING_WORDS.keys()
    for words in KEEPING_WORDS.values():
        for name in words.__struct_fields__:
            blanks = [
                sorted(re.findall(r"\{(\w+)\}", getattr(each, name)))
                for each in (words, KEEPING_WORDS["en"])
            ]
            assert blanks[0] == blanks[1], name
            assert getattr(words, name)
