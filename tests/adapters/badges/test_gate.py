"""Nothing leaves that 1EdTech's own schema, the data model or its own proof turns away."""

import copy
from collections.abc import Callable

import msgspec
import pytest

from adapters.badges.gate import UnfitError, let_out
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.keys import KeyKind
from adapters.badges.official import DIGEST, FILE, offence
from adapters.badges.pinned import ChangedFileError, pinned
from tests.adapters.badges.case import ADA, House

Change = Callable[[JsonObject], object]

OFFENCES: dict[str, tuple[Change, str]] = {
    "no address": (lambda d: d.pop("id"), "/: "),
    "a day without a time": (lambda d: d.update(validFrom="2026-03-02"), "/validFrom: "),
    "no zone": (lambda d: d.update(awardedDate="2026-03-02T09:00:00"), "/awardedDate: "),
    "another context": (
        lambda d: d.update({"@context": as_list(d["@context"])[::-1]}),
        "/@context: ",
    ),
    "no criteria": (lambda d: achievement(d).pop("criteria"), "/credentialSubject/achievement: "),
    "a type that is none": (lambda d: d.update(type=["VerifiableCredential"]), "/type: "),
    "no recipient": (lambda d: d.update(credentialSubject="ada"), "/credentialSubject: "),
    "credits in words": (
        lambda d: as_object(d["credentialSubject"]).update(creditsEarned="two"),
        "/credentialSubject/creditsEarned: ",
    ),
    "an issuer without an address": (
        lambda d: as_object(d["issuer"]).pop("id"),
        "/issuer",
    ),
}


def achievement(document: JsonObject) -> JsonObject:
    """Give the achievement of a credential."""
    return as_object(as_object(document["credentialSubject"])["achievement"])


def issued(house: House, name: str) -> JsonObject:
    """Give a credential that was issued."""
    house.earns_all()
    return msgspec.json.decode(house.office.registrar.badge(ADA, name).document, type=JsonObject)


@pytest.mark.parametrize("name", ["sampler", "cleaner", "analyst"])
def test_what_is_issued_is_as_1edtech_wants_it(small_house: House, name: str) -> None:
    """Levels, credits, evidence and parts of a stack: nothing is found wrong."""
    assert "" == offence(issued(small_house, name))


def test_the_schema_turns_away_what_it_should(small_house: House) -> None:
    """Each is told with its place."""
    good = issued(small_house, "sampler")
    for what, (change, place) in OFFENCES.items():
        bad = copy.deepcopy(good)
        change(bad)
        told = offence(bad)
        assert bool(place) is bool(told), what
        assert told.startswith(place), (what, told)


def test_what_the_schema_turns_away_does_not_leave(small_house: House) -> None:
    """The data model is ours and the schema is theirs: both are asked."""
    good = issued(small_house, "sampler")
    key = small_house.office.desk().key(KeyKind.ED25519).public
    assert good == let_out(good, key)
    for what in ("no zone", "no criteria", "credits in words"):
        bad = copy.deepcopy(good)
        OFFENCES[what][0](bad)
        with pytest.raises(UnfitError, match="does not fit"):
            let_out(bad, key)
    listed = {**good, "credentialSubject": {**as_object(good["credentialSubject"]), "term": ""}}
    with pytest.raises(UnfitError):
        let_out(listed, key)


def test_the_schema_is_the_one_that_was_published() -> None:
    """A byte more, and it is not taken."""
    assert pinned(FILE, DIGEST)
    with pytest.raises(ChangedFileError, match="install Milepost again"):
        pinned(FILE, DIGEST[::-1])
