"""Another issuer's badge as evidence: genuine, hers, counted by a rule; or told why not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from adapters.badges.accepting import NotAcceptedError, Reception, name_of
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.taking_back import revoke
from adapters.badges.verifying.sources import AtHome
from adapters.clock import machine_now
from adapters.running.running import Running
from adapters.store.badges import BadgeRow
from tests.adapters.badges.case import ADA, BOB, EMAIL, RULES, START, House, settings_for
from tests.adapters.badges.test_publication import Nowhere

THEIRS = "https://badges.college.example"
OUTSIDE = """\
  statistician:
    title: Statistician
    describes: Has shown statistics elsewhere, and cleaned data here.
    requires:
      - activity: outside
        is: completed
      - activity: lab
        is: completed
"""


@pytest.fixture
def college(tmp_path: Path) -> Iterator[House]:
    """Give another issuer, where Ada has earned something."""
    folder = tmp_path / "college"
    running = Running(settings_for(folder, f"sqlite:///{folder / 'milepost.db'}", THEIRS))
    house = House(running)
    house.earns_all()
    yield house
    running.close()


@pytest.fixture
def theirs(college: House) -> BadgeRow:
    """Give what Ada has from there."""
    return college.office.registrar.badge(ADA, "sampler")


@pytest.fixture
def ours(house: House, theirs: BadgeRow, tmp_path: Path) -> House:
    """Give our house, where a rule counts the other's badge."""
    name = name_of(msgspec.json.decode(theirs.document, type=JsonObject))
    pack = tmp_path / "packs" / "p"
    text = (pack / "pack.yaml").read_text()
    declared = f'  outside: {{lms: "{name}", kind: activity, title: Statistics elsewhere}}\n'
    (pack / "pack.yaml").write_text(text + declared)
    (pack / "rules.yaml").write_text(RULES + OUTSIDE)
    house.running.rules.look()
    profile = {"name": "Ada", "email": EMAIL}
    house.happens(ADA, START, **{"is": "profile", "fields": profile})
    house.happens(BOB, START, **{"is": "profile", "fields": {"email": "bob@uni.example"}})
    house.happens(ADA, START, object="lesson:3", **{"is": "completed"})
    return house


def reception(ours: House, college: House) -> Reception:
    """Give where badges are brought to; the other's documents are looked up at the other."""
    sources = AtHome(THEIRS, college.office.publication.at, Nowhere())
    service = ours.running.service
    now = START + timedelta(days=30)
    return Reception(ours.office.store, service.ingest, service.plan, sources, machine_now(), now)


@pytest.mark.parametrize("form", [Format.JSON, Format.JWT, Format.PNG, Format.PDF])
def test_a_badge_from_elsewhere_counts(ours: House, college: House, form: Format) -> None:
    """In any form; it counts from its own day, once, and stands as evidence with its address."""
    badge = college.office.registrar.badge(ADA, "sampler")
    data = college.office.exporter().exported(badge, form)
    found = reception(ours, college).accept(ADA, data)
    assert ("Sampler", ("p/outside",), ("Statistics elsewhere",), START) == (
        found.title,
        found.activities,
        found.titles,
        found.since,
    )
    reception(ours, college).accept(ADA, data)
    events = [each for each in ours.office.store.events_of(ADA) if each.source == "reviews"]
    assert 1 == len(events)
    made = ours.office.registrar.badge(ADA, "statistician")
    told = msgspec.json.decode(made.document, type=JsonObject)
    evidence = [as_object(each) for each in as_list(told["evidence"])]
    assert badge.id in [each.get("id") for each in evidence]


def test_an_older_badge_counts_too(ours: House, college: House, theirs: BadgeRow) -> None:
    """Open Badges 2.0 is named by its own class and issuer, so a rule names these."""
    college.office.store.badges.publish(theirs.id, START)
    data = college.office.exporter().exported(theirs, Format.OB2)
    with pytest.raises(NotAcceptedError, match=r"no rule counts it.*/ob2/issuer\|.*/ob2/achieve"):
        reception(ours, college).accept(ADA, data)


def test_somebody_else_s_badge_does_not_count(
    ours: House, college: House, theirs: BadgeRow
) -> None:
    """It was issued to another address; and who has none can't be told apart."""
    with pytest.raises(NotAcceptedError, match=r"it was not issued to bob@uni\.example"):
        reception(ours, college).accept(BOB, theirs.document)
    with pytest.raises(NotAcceptedError, match="nothing is known of a learner"):
        reception(ours, college).accept("eve", theirs.document)
    ours.happens("eve", START, object="lesson:3", **{"is": "completed"})
    with pytest.raises(NotAcceptedError, match="no e-mail address is known"):
        reception(ours, college).accept("eve", theirs.document)


def test_what_is_not_good_does_not_count(ours: House, college: House, theirs: BadgeRow) -> None:
    """Neither a revoked one, nor one that was changed, nor one that no rule counts."""
    changed = theirs.document.replace(b"Sampler", b"Doctor_")
    with pytest.raises(NotAcceptedError, match="it was changed after it was signed"):
        reception(ours, college).accept(ADA, changed)
    other = college.office.registrar.badge(ADA, "cleaner")
    with pytest.raises(NotAcceptedError, match=r'in pack.yaml does: \{lms: "badge:did:web:badges'):
        reception(ours, college).accept(ADA, other.document)
    later = START + timedelta(days=1)
    take = college.running.service.ingest
    revoke(college.office.store, take, theirs, "kay", "copied", later)
    with pytest.raises(NotAcceptedError, match="its issuer has revoked or suspended it"):
        reception(ours, college).accept(ADA, theirs.document)
