"""A person awards by hand: who, why and on what evidence stand in the credential."""

from datetime import timedelta

import msgspec
import pytest

from adapters.badges.giving import Gift, Given, GivingError, give
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.official import offence
from tests.adapters.badges.case import ADA, BOB, EMAIL, START, House
from tests.adapters.badges.test_publication import failing, look

WHY = "Has run the lab for three years"
PAGE = "https://lab.example/ada?year=2025"


def known(house: House, learner: str = BOB) -> None:
    """Let a learner be known, who has earned nothing."""
    profile = {"name": "Bob", "email": "bob@uni.example"}
    house.happens(learner, START, **{"is": "profile", "fields": profile})


def by_hand(house: House, **said: object) -> Given:
    """Let a person award something, a day later."""
    wanted = {"learner": BOB, "credential": "cleaner", "by": "Dr Kay", "because": WHY}
    gift = msgspec.convert(wanted | said, Gift)
    service = house.running.service
    later = START + timedelta(days=1)
    return give(house.office.store, service.ingest, service.plan, gift, later)


def test_what_a_person_awards_is_a_badge_that_says_so(house: House) -> None:
    """It is genuine, passes 1EdTech's schema, and names who, why, and the evidence."""
    known(house)
    given = by_hand(house, evidence=[PAGE, "Her lab books"])
    assert Given("p/cleaner", "Cleaner", ("Dr Kay",), 1) == given
    badge = house.office.registrar.badge(BOB, "cleaner")
    document = msgspec.json.decode(badge.document, type=JsonObject)

    assert ({}, "") == (failing(look(house, badge.document)), offence(document))
    assert [
        {
            "type": ["Evidence"],
            "name": "Awarded by Dr Kay, and not by rule",
            "narrative": WHY,
            "genre": "Award by hand",
        },
        {"id": PAGE, "type": ["Evidence"], "name": PAGE},
        {"type": ["Evidence"], "name": "Her lab books"},
    ] == document["evidence"]
    assert "result" not in as_object(document["credentialSubject"])


def test_what_a_rule_awards_says_nothing_of_a_person(small_house: House) -> None:
    """Only what was awarded by hand is marked."""
    small_house.earns_all()
    document = msgspec.json.decode(
        small_house.office.registrar.badge(ADA, "cleaner").document, type=JsonObject
    )

    assert "Award by hand" not in {as_object(e).get("genre") for e in as_list(document["evidence"])}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"credential": "clener"}, "no pack has a credential `clener`; did you mean `cleaner`?"),
        ({"learner": "nobody"}, "nothing is known of a learner `nobody`"),
        ({"by": BOB}, "nobody awards herself a credential: say who does with --by"),
        ({"by": "BOB@uni.example"}, "nobody awards herself a credential: say who does with --by"),
        ({"because": "  "}, "say why with --reason: it stands in the credential"),
        ({"evidence": [""]}, "a piece of evidence is empty"),
        ({"evidence": ["https://x.example/{}"]}, "`https://x.example/{}` is no web address"),
        ({"evidence": ["https:///x"]}, "`https:///x` is no web address"),
        ({"because": "x" * 70_000}, "reason: 70,000 characters, more than 2,000"),
    ],
)
def test_what_can_not_be_awarded_is_said(
    small_house: House, said: dict[str, object], told: str
) -> None:
    """Nothing is awarded then."""
    known(small_house)
    with pytest.raises(GivingError) as refused:
        by_hand(small_house, **said)

    assert told == str(refused.value)
    assert () == small_house.office.store.history.awards_of(BOB)


def test_what_is_held_is_not_awarded_again(small_house: House) -> None:
    """Whoever has earned it needs nobody's word."""
    small_house.earns_all(BOB)
    with pytest.raises(GivingError, match=r"holds p/cleaner already"):
        by_hand(small_house)


def test_a_revoked_one_is_awarded_anew(small_house: House) -> None:
    """A second award has a second badge; the first stays revoked."""
    known(small_house)
    by_hand(small_house)
    first = small_house.office.registrar.badge(BOB, "cleaner")
    event = {"is": "revoked", "credential": "p/cleaner", "because": "Forged", "by": "Dr Li"}
    small_house.happens(BOB, START + timedelta(days=2), **event)
    gift = Gift(BOB, "cleaner", "Dr Li", "It was not forged")
    service = small_house.running.service
    give(small_house.office.store, service.ingest, service.plan, gift, START + timedelta(days=3))
    second = small_house.office.registrar.badge(BOB, "cleaner")

    assert (1, 2) == (first.number, second.number)
    assert ["status"] == list(failing(look(small_house, first.document)))
    assert {} == failing(look(small_house, second.document, EMAIL.replace("ada", "bob")))
