"""An award has one credential: signed once, anew where it was renewed, and never without rules."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import msgspec
import pytest

from adapters.badges.desk import add_key
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.keys import KeyKind
from adapters.badges.model import misfit
from adapters.badges.registrar import NoAwardError
from adapters.badges.signing import UnissuableError
from adapters.running.running import Running
from adapters.store.badges import BadgeRow
from tests.adapters.badges.case import (
    ADA,
    BOB,
    EMAIL,
    START,
    URL,
    House,
    score,
    settings_for,
)


def told(badge: BadgeRow) -> JsonObject:
    """Give what a badge says."""
    return msgspec.json.decode(badge.document, type=JsonObject)


def test_what_was_awarded_is_signed_once(house: House) -> None:
    """The office goes through what waits, and finds nothing the second time."""
    house.earns_all()
    assert 3 == house.office.registrar.issue_waiting(50)
    before = house.office.store.badges.of_learner(ADA)
    assert 0 == house.office.registrar.issue_waiting(50)
    assert before == house.office.store.badges.of_learner(ADA)
    assert ["p/analyst", "p/cleaner", "p/sampler"] == [badge.credential for badge in before]
    assert 3 == len({(badge.list, badge.place) for badge in before})


def test_the_claim_is_the_rule(house: House) -> None:
    """Criteria, levels, credits, alignments and dates are those of the rule file."""
    house.earns_all()
    document = told(house.office.registrar.badge(ADA, "sampler"))
    assert "" == misfit(document)
    subject = as_object(document["credentialSubject"])
    achievement = as_object(subject["achievement"])
    assert (
        "- Sampling: proficient or better\n- Sampling quiz: at least 60%"
        == (as_object(achievement["criteria"])["narrative"])
    )
    assert 2.0 == achievement["creditsAvailable"] == subject["creditsEarned"]
    assert [
        ("CTDL", "https://credentialengineregistry.org/resources/ce-1111"),
        ("ext:ESCO", "https://data.europa.eu/esco/skill/0000-sampling"),
        ("ext:QualificationLevel", "http://data.europa.eu/snb/eqf/6"),
    ] == [
        (as_object(each)["targetType"], as_object(each)["targetUrl"])
        for each in as_list(achievement["alignment"])
    ]
    measured = [as_object(each) for each in as_list(achievement["resultDescription"])]
    assert [("Sampling", "RubricCriterionLevel"), ("Sampling quiz", "Percent")] == [
        (each["name"], each["resultType"]) for each in measured
    ]
    name = achievement["id"]
    assert [
        {"type": ["Result"], "resultDescription": f"{name}#sampling",
         "achievedLevel": f"{name}#sampling-proficient"},
        {"type": ["Result"], "resultDescription": f"{name}#quiz", "value": "80"},
    ] == subject["result"]  # fmt: skip
    assert ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z", "2029-03-02T23:00:00Z") == (
        document["awardedDate"], document["validFrom"], document["validUntil"],
    )  # fmt: skip


def test_evidence_names_nobody(house: House) -> None:
    """Activities, marks and days are shown; no learner, no address in the LMS, no e-mail."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "p/sampler")
    evidence = [as_object(each) for each in as_list(told(badge)["evidence"])]
    assert [
        ("Sampling quiz", "Sampling quiz: marked, 80% (2 March 2026)", "Quiz"),
        ("Sampling report", "Sampling report: marked, 90% (2 March 2026)", "Assignment"),
    ] == [(each["name"], each["narrative"], each["genre"]) for each in evidence]
    for private in (EMAIL.encode(), b"quiz:1", b"assign:2", b"lms.uni.example"):
        assert private not in badge.document
    assert not re.search(rb"\bada\b", badge.document, re.IGNORECASE)  # as a word: hashes are random


def test_a_stack_shows_its_parts(house: House) -> None:
    """Each credential that counted is evidence of the whole, by its own address."""
    house.earns_all()
    document = told(house.office.registrar.badge(ADA, "analyst"))
    parts = [house.office.registrar.badge(ADA, name).id for name in ("sampler", "cleaner")]
    evidence = [as_object(each) for each in as_list(document["evidence"])]
    assert parts == [each["id"] for each in evidence if "id" in each]


def test_two_credentials_of_one_person_are_not_seen_to_be(house: House) -> None:
    """Recipient, hash and salt are new for every award."""
    house.earns_all()
    subjects = [
        as_object(told(house.office.registrar.badge(ADA, name))["credentialSubject"])
        for name in ("sampler", "cleaner")
    ]
    identities = [as_object(as_list(each["identifier"])[0]) for each in subjects]
    for key in ("identityHash", "salt"):
        assert 2 == len({each[key] for each in identities})
    assert 2 == len({each["id"] for each in subjects})


def test_a_renewed_award_keeps_its_address(house: House) -> None:
    """Issued anew, it has the same id, place, recipient and first day, and another end."""
    house.earns_all()
    first = house.office.registrar.badge(ADA, "sampler")
    later = START + timedelta(days=2 * 365 + 300)
    house.happens(ADA, later, object="quiz:1", **{"is": "graded", "score": score(9)})
    house.happens(ADA, later, object="assign:2", **{"is": "graded", "score": score(9)})
    assert 1 == house.office.registrar.issue_waiting(50) - 2
    second = house.office.registrar.badge(ADA, "sampler")
    assert (first.id, first.list, first.place) == (second.id, second.list, second.place)
    one, two = told(first), told(second)
    assert one["awardedDate"] == two["awardedDate"]
    assert str(one["validFrom"]) < str(two["validFrom"])
    assert ("2029-03-02T23:00:00Z", "2032-03-02T23:00:00Z") == (
        one["validUntil"],
        two["validUntil"],
    )
    subjects = [as_object(each["credentialSubject"]) for each in (one, two)]
    assert subjects[0]["identifier"] == subjects[1]["identifier"]


def test_an_achievement_never_changes(house: House, tmp_path: Path) -> None:
    """Rules that say something else make another achievement; the older one stays as it was."""
    house.earns_all()
    first = house.office.registrar.badge(ADA, "cleaner")
    kept = house.office.store.badges.achievement(first.achievement)
    rules = tmp_path / "packs" / "p" / "rules.yaml"
    rules.write_text(rules.read_text().replace("Can repair faulty", "Can find and repair faulty"))
    house.running.rules.look()
    house.earns_all(BOB, START + timedelta(days=1))
    second = house.office.registrar.badge(BOB, "cleaner")
    assert first.achievement != second.achievement
    assert kept == house.office.store.badges.achievement(first.achievement)
    assert first == house.office.registrar.badge(ADA, "cleaner")


PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)


def test_an_author_s_picture_is_the_badge_s(house: House, tmp_path: Path) -> None:
    """SVG and PNG are made of it, and a later picture makes another achievement."""
    pack = tmp_path / "packs" / "p"
    (pack / "clean.svg").write_bytes(PICTURE)
    rules = (pack / "rules.yaml").read_text()
    changed = rules.replace("    if evidence falls", "    image: clean.svg\n    if evidence falls")
    (pack / "rules.yaml").write_text(changed)
    house.running.rules.look()
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    drawn = house.office.exporter().exported(badge, Format.SVG)
    assert b'<rect width="9" height="9"/>' in drawn
    assert house.office.exporter().exported(badge, Format.PNG).startswith(b"\x89PNG")
    found = house.office.publication.at(f"{badge.achievement.removeprefix(URL)}/image.svg")
    assert found is not None
    assert PICTURE == found.body
    (pack / "clean.svg").write_bytes(PICTURE.replace(b"9 9", b"8 8"))
    house.running.rules.look()
    house.earns_all(BOB, START + timedelta(days=1))
    assert badge.achievement != house.office.registrar.badge(BOB, "cleaner").achievement


def test_without_its_rules_an_award_is_not_issued(small_house: House, tmp_path: Path) -> None:
    """Nobody can say any more what it took, so nothing is claimed."""
    small_house.earns_all()
    with sqlite3.connect(tmp_path / "milepost.db") as database:
        database.execute("UPDATE reigns SET files = NULL")
    with pytest.raises(UnissuableError, match=r"the rules that awarded it \(\w+\) are not kept"):
        small_house.office.registrar.badge(ADA, "cleaner")
    assert 0 == small_house.office.registrar.issue_waiting(50)


def test_what_was_never_awarded_has_no_credential(small_house: House) -> None:
    """The sentence says what there is."""
    small_house.happens(ADA, START, object="lesson:3", **{"is": "completed"})
    with pytest.raises(NoAwardError, match=r"no `sampler` was awarded to .*; there is p/cleaner"):
        small_house.office.registrar.badge(ADA, "sampler")
    with pytest.raises(NoAwardError, match="nothing has been awarded"):
        small_house.office.registrar.badge(BOB, "sampler")


def test_what_was_made_without_an_address_gets_one(tmp_path: Path) -> None:
    """A badge of a key alone is made anew, with a status, once the service has an address."""
    url = f"sqlite:///{tmp_path / 'milepost.db'}"
    alone = Running(settings_for(tmp_path, url, public_url=""))
    House(alone).earns_all()
    alone.office.ensure_keys()
    first = alone.office.registrar.badge(ADA, "cleaner")
    alone.close()
    running = Running(settings_for(tmp_path, url))
    assert 3 == running.office.registrar.issue_waiting(50)
    second = running.office.registrar.badge(ADA, "cleaner")
    assert 0 == running.office.registrar.issue_waiting(50)
    running.close()
    assert first.id.startswith("urn:uuid:")
    assert first.list is None
    assert second.id.startswith(f"{URL}/credentials/")
    assert second.list == 1
    subjects = [as_object(told(each)["credentialSubject"]) for each in (first, second)]
    assert subjects[0]["identifier"] == subjects[1]["identifier"]
    assert "credentialStatus" in told(second)


def test_many_at_once_make_one(house: House) -> None:
    """Eight threads that ask for the same credential get the same one."""
    house.earns_all()
    found: list[BadgeRow] = []
    threads = [
        Thread(target=lambda: found.append(house.office.registrar.badge(ADA, "cleaner")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 8 == len(found)
    assert 1 == len(set(found))


def test_what_is_signed_anew_stays_where_it_is(house: House) -> None:
    """With the newest key; address, place, recipient and first day are the same."""
    house.earns_all()
    first = house.office.registrar.badge(ADA, "cleaner")
    add_key(house.office.store, house.running.settings, KeyKind.ED25519, START + timedelta(1000))
    assert first == house.office.registrar.badge(ADA, "cleaner")
    second = house.office.registrar.reissued(ADA, "cleaner")
    assert (first.id, first.list, first.place) == (second.id, second.list, second.place)
    assert first.key != second.key
    same = ("id", "awardedDate", "credentialStatus")
    assert [told(first)[name] for name in same] == [told(second)[name] for name in same]


def test_a_compromised_key_is_replaced(house: House) -> None:
    """What it signed is signed anew with another key, at the same address."""
    house.earns_all()
    first = house.office.registrar.badge(ADA, "cleaner")
    now = datetime(2026, 4, 1, tzinfo=UTC)
    assert house.office.store.badges.retire_key(first.key, now, compromised=True, because="lost")
    house.office.ensure_keys()
    second = house.office.registrar.badge(ADA, "cleaner")
    assert first.id == second.id
    assert first.key != second.key
    assert URL in second.id
