"""What verifiers look up, and what they make of what is good, changed or taken back."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from adapters.badges.baking import png, svg
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.keys import KeyKind
from adapters.badges.official import offence
from adapters.badges.taking_back import TakingBackError, lift, revoke, suspend
from adapters.badges.verifying.sources import AtHome, LookupFailedError, Sources
from adapters.badges.verifying.verify import VerdictDocument, verify
from adapters.running.running import Running
from tests.adapters.badges.case import ADA, EMAIL, START, URL, House, settings_for

NOW = datetime(2026, 12, 1, tzinfo=UTC)
TAKEN_BACK = "its issuer has revoked or suspended it"


@dataclass
class Nowhere:
    """Looks nothing up, and notes what it was asked for."""

    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> bytes:
        """Find nothing."""
        self.asked.append(url)
        raise LookupFailedError(f"{url} can't be reached")


def sources(house: House) -> Sources:
    """Give the house's own documents, and nothing else."""
    return AtHome(URL, house.office.publication.at, Nowhere())


def look(house: House, data: bytes, email: str = "") -> VerdictDocument:
    """Verify a file today."""
    return verify(data, sources(house), datetime.now(UTC), email)  # noqa: TID251 - lists are signed on the machine's clock


def failing(found: VerdictDocument) -> dict[str, str]:
    """Give the checks that did not pass, with their reasons."""
    assert found.verified is all(check.passed for check in found.checks)
    return {check.name: check.because for check in found.checks if not check.passed}


SINGLE = (Format.JSON, Format.JWT, Format.PNG, Format.SVG, Format.PDF)


@pytest.mark.parametrize("form", SINGLE)
def test_every_format_is_genuine(house: House, form: Format) -> None:
    """JSON, token, both pictures and paper pass every check, and are of whom they say."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    found = look(house, house.office.exporter().exported(badge, form), EMAIL)
    assert {} == failing(found)
    assert ["format", "proof", "dates", "status", "recipient"] == [c.name for c in found.checks]
    assert ("Cleaner", "Example University (did:web:badges.uni.example)") == (
        found.title,
        found.issuer,
    )


def test_a_record_carries_the_stack(house: House) -> None:
    """The whole and its parts, each as it was signed, with what is part of what."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "analyst")
    data = house.office.exporter().exported(badge, Format.CLR)
    found = look(house, data, EMAIL)
    assert {} == failing(found)
    assert 5 + 3 * 4 == len(found.checks)
    subject = as_object(json.loads(data)["credentialSubject"])
    carried = [as_object(each) for each in as_list(subject["verifiableCredential"])]
    assert ["Analyst", "Sampler", "Cleaner"] == [each["name"] for each in carried]
    of = [house.office.registrar.badge(ADA, name).achievement for name in ("sampler", "cleaner")]
    assert [(part, "isPartOf", badge.achievement) for part in of] == [
        (each["sourceId"], each["associationType"], each["targetId"])
        for each in map(as_object, as_list(subject["association"]))
    ]


def test_a_record_with_a_changed_part_is_seen_through(small_house: House) -> None:
    """A part that was changed fails by itself, and the record's own proof with it."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "analyst")
    record = json.loads(small_house.office.exporter().exported(badge, Format.CLR))
    part = record["credentialSubject"]["verifiableCredential"][1]
    part["credentialSubject"]["achievement"]["name"] = "Doctor"
    assert {"proof", "part 2: proof"} == set(
        failing(look(small_house, json.dumps(record).encode()))
    )


def test_an_older_backpack_finds_the_same(house: House) -> None:
    """Open Badges 2.0: while it is public it is genuine, and gone once it is revoked."""
    house.earns_all()
    office = house.office
    badge = office.registrar.badge(ADA, "sampler")
    data = office.exporter().exported(badge, Format.OB2)
    assert "nothing is published at" in failing(look(house, data))["proof"]
    office.store.badges.publish(badge.id, START)
    found = look(house, data, EMAIL)
    assert {} == failing(found)
    assert ("Sampler", "Example University (https://badges.uni.example/ob2/issuer)") == (
        found.title,
        found.issuer,
    )
    changed = json.loads(data) | {"issuedOn": "2020-01-01T00:00:00Z"}
    assert {"proof": "its issuer's server says something else than this file"} == failing(
        look(house, json.dumps(changed).encode())
    )
    revoke(
        office.store,
        house.running.service.ingest,
        badge,
        "kay",
        "copied",
        START + timedelta(days=1),
    )
    assert {"status": "its issuer has revoked it"} == failing(look(house, data))
    told = office.publication.at(badge.id.removeprefix(URL).replace("/cred", "/ob2/cred"))
    assert told is not None
    assert 410 == told.status


def test_it_is_of_nobody_else(small_house: House) -> None:
    """Another address than the one that it was issued to is told so."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    assert {"recipient": "it was not issued to eve@uni.example"} == failing(
        look(small_house, badge.document, "eve@uni.example")
    )


Tamper = Callable[[JsonObject], object]


def subject(document: JsonObject) -> JsonObject:
    """Give the subject."""
    return as_object(document["credentialSubject"])


def achievement(document: JsonObject) -> JsonObject:
    """Give what was achieved."""
    return as_object(subject(document)["achievement"])


def first(document: JsonObject, name: str) -> JsonObject:
    """Give the first of a list."""
    return as_object(as_list(document[name])[0])


TAMPERED: dict[str, Tamper] = {
    "another name": lambda d: achievement(d).update(name="Doctor"),
    "another description": lambda d: achievement(d).update(description="Can fly."),
    "another recipient": lambda d: first(subject(d), "identifier").update(identityHash="sha256$0"),
    "another subject": lambda d: subject(d).update(id="urn:uuid:0"),
    "an earlier day": lambda d: d.update(awardedDate="2020-01-01T00:00:00Z"),
    "a later end": lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
    "easier criteria": lambda d: achievement(d).update(criteria={"narrative": "nothing"}),
    "a better mark": lambda d: first(subject(d), "result").update(value="100"),
    "more evidence": lambda d: as_list(d["evidence"]).append(
        {"type": ["Evidence"], "name": "more"}
    ),
    "another place in the list": lambda d: first(d, "credentialStatus").update(
        statusListIndex="7", id=f"{URL}/status/revocation/1#7"
    ),
    "no status": lambda d: d.pop("credentialStatus"),
    "an added property": lambda d: d.update(termsOfUse=[{"type": "x:Free"}]),
    "an undefined property": lambda d: d.update(honours="summa cum laude"),
    "another context": lambda d: as_list(d["@context"]).pop(),
    "another issuer": lambda d: as_object(d["issuer"]).update(id="did:web:evil.example"),
    "another issuer's name": lambda d: as_object(d["issuer"]).update(name="Oxford"),
    "another signature": lambda d: first(d, "proof").update(proofValue="z" + "3" * 88),
    "another key": lambda d: first(d, "proof").update(verificationMethod="did:web:evil.example#k"),
    "a later signature": lambda d: first(d, "proof").update(created="2030-01-01T00:00:00Z"),
    "another purpose": lambda d: first(d, "proof").update(proofPurpose="authentication"),
    "no proof": lambda d: d.pop("proof"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_changed_is_seen(small_house: House, what: str) -> None:
    """No part of a credential can be changed without its proof failing."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "sampler")
    assert {} == failing(look(small_house, badge.document))
    document = msgspec.json.decode(badge.document, type=JsonObject)
    TAMPERED[what](document)
    assert "proof" in failing(look(small_house, msgspec.json.encode(document)))


def test_a_token_can_t_be_changed(small_house: House) -> None:
    """Neither its payload nor its algorithm, nor can it be signed by a key that it brings."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "sampler")
    token = small_house.office.exporter().exported(badge, Format.JWT).decode()
    head, body, signature = token.split(".")
    for changed in (
        f"{head}.{body[:-8]}AAAAAAAA.{signature}",
        f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.",
        f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{body}.{signature}",
    ):
        assert failing(look(small_house, changed.encode()))


def test_a_revoked_credential_is_known_to_be(house: House) -> None:
    """From the moment on at which a person revokes it, every verifier is told."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    assert {} == failing(look(house, badge.document))
    take = house.running.service.ingest
    with pytest.raises(TakingBackError, match="say why"):
        revoke(house.office.store, take, badge, "kay", " ", START + timedelta(days=1))
    revoke(house.office.store, take, badge, "kay", "not her own work", START + timedelta(days=1))
    assert {"status": TAKEN_BACK} == failing(look(house, badge.document))
    with pytest.raises(TakingBackError, match="it was taken back already, on 2026-03-03"):
        revoke(house.office.store, take, badge, "kay", "again", START + timedelta(days=2))


def test_a_suspension_is_lifted(house: House) -> None:
    """A suspended credential is not good until it is good again; the award stays."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    suspend(house.office.store, badge, "fees", START)
    assert {"status": TAKEN_BACK} == failing(look(house, badge.document))
    lift(house.office.store, badge)
    assert {} == failing(look(house, badge.document))


def test_a_suspension_may_have_a_list_of_its_own(tmp_path: Path) -> None:
    """Where the operator asks for it, credentials name two; 1EdTech's schema knows of one."""
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}")
    running = Running(replace(settings, issuer=replace(settings.issuer, suspension_list=True)))
    house = House(running)
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    suspend(house.office.store, badge, "fees", START)

    assert {"status": "its issuer has suspended it"} == failing(look(house, badge.document))
    document = msgspec.json.decode(badge.document, type=JsonObject)
    assert ["revocation", "suspension"] == [
        as_object(each)["statusPurpose"] for each in as_list(document["credentialStatus"])
    ]
    assert "" == offence(document)
    running.close()


def test_evidence_that_falls_revokes_and_comes_back(house: House) -> None:
    """`if evidence falls: revoke` sets the bit, and evidence that returns takes it away."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    undone = START + timedelta(days=1)
    house.happens(ADA, undone, object="lesson:3", **{"is": "completed", "undone": True})
    assert {"status": TAKEN_BACK} == failing(look(house, badge.document))
    house.happens(ADA, undone + timedelta(days=1), object="lesson:3", **{"is": "completed"})
    assert {} == failing(look(house, badge.document))


def test_erasing_never_makes_good_again(house: House) -> None:
    """Who forgets a learner's awards has revoked her credentials, and not restored them."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    with house.office.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM awards")
    assert {"status": TAKEN_BACK} == failing(look(house, badge.document))


def test_an_expired_one_is_told_when(small_house: House) -> None:
    """After its last day it is genuine, and good no more."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "sampler")
    then = datetime(2030, 1, 1, tzinfo=UTC)
    found = verify(badge.document, sources(small_house), then)
    assert "it expired on 2029-03-02" == failing(found)["dates"]


def test_a_retired_key_has_signed_well_and_a_compromised_one_has_not(small_house: House) -> None:
    """Rotation leaves the older key published; a key that somebody else has is gone."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    badges = small_house.office.store.badges
    badges.retire_key(badge.key, START, compromised=False)
    small_house.office.ensure_keys()
    assert {} == failing(look(small_house, badge.document))
    badges.retire_key(badge.key, START, compromised=True, because="stolen")
    because = failing(look(small_house, badge.document))["proof"]
    assert f"does not list did:web:badges.uni.example#{badge.key} among the keys" in because


def test_the_did_document_has_what_verifiers_want(small_house: House) -> None:
    """Absolute ids, texts in assertionMethod, the controller the issuer itself."""
    found = small_house.office.publication.at("/.well-known/did.json")
    assert found is not None
    document = json.loads(found.body)
    assert ("did:web:badges.uni.example", "application/did+json") == (
        document["id"],
        found.media_type,
    )
    methods = document["verificationMethod"]
    assert {each["id"] for each in methods} == set(document["assertionMethod"])
    assert {"did:web:badges.uni.example"} == {each["controller"] for each in methods}
    assert {"Multikey", "JsonWebKey"} == {each["type"] for each in methods}
    assert not any(secret in found.body for secret in (b'"d"', b'"p"', b'"q"'))
    keys = small_house.office.publication.at("/.well-known/jwks.json")
    assert keys is not None
    assert {"EdDSA", "RS256"} == {each["alg"] for each in json.loads(keys.body)["keys"]}
    rsa = next(k for k in small_house.office.desk().keys if k.public.kind is KeyKind.RS256)
    bare = small_house.office.publication.at(f"/keys/{rsa.public.id}")
    assert bare is not None
    assert "RSA" == json.loads(bare.body)["kty"]


def test_nobody_reads_what_is_not_public(house: House) -> None:
    """A credential is shown when its learner says so, and withdrawn as she says."""
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    name = badge.id.rpartition("/")[2]
    publication, badges = house.office.publication, house.office.store.badges
    assert publication.credential(name) is None
    badges.publish(badge.id, START)
    shown = publication.credential(name)
    assert shown is not None
    assert badge.document == shown.document
    badges.publish(badge.id, None)
    assert publication.credential(name) is None
    assert publication.credential("no-such") is None


def test_what_an_achievement_is_can_be_read(small_house: House) -> None:
    """The achievement lies at the address that stands in the credential, with its picture."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    path = badge.achievement.removeprefix(URL)
    found = small_house.office.publication.at(path)
    assert found is not None
    told = msgspec.json.decode(badge.document, type=JsonObject)
    assert achievement(told) == json.loads(found.body)
    picture = small_house.office.publication.at(f"{path}/image.svg")
    assert picture is not None
    assert b"<title>Cleaner, Example University</title>" in picture.body
    assert small_house.office.publication.at("/achievements/p/cleaner/0") is None
    assert small_house.office.publication.at("/status/revocation/2") is None


def test_a_picture_is_baked_in_ascii(small_house: House) -> None:
    """One chunk of ASCII behind the header, and baked again it holds the newer one alone."""
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    picture = small_house.office.exporter().exported(badge, Format.PNG)
    assert b"IHDR" == picture[12:16]
    assert b"iTXtopenbadgecredential\0\0\0\0\0{" in picture[:80]
    again = png.baked(picture, '{"a":"b"}')
    assert '{"a":"b"}' == png.text_in(again)
    assert 1 == again.count(b"openbadgecredential")
    drawn = small_house.office.exporter().exported(badge, Format.SVG).decode()
    assert re.search(r"<svg [^>]*><openbadges:credential><!\[CDATA\[\{", drawn)
    assert '{"a":"]]>"}' == json.dumps(json.loads(svg.text_in(svg.baked(drawn, '{"a":"]]>"}'))),
                                       separators=(",", ":"))  # fmt: skip


@pytest.mark.parametrize(
    ("data", "because"),
    [
        (b"", "it is no JSON, and it is no signed web token"),
        (b"{", "it is no JSON"),
        (b"\xff\xfe\x00", "it is no JSON, no token, and no picture and no PDF"),
        (b"\x89PNG\r\n\x1a\n", "the PNG ends in the middle"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><a/></svg>", "the picture holds no credential"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><svg/>", "the SVG defines entities"),
        (b"%PDF-1.7 and no more", "the PDF can't be read"),
        (b"a.b.c", "it is no JSON, and it is no signed web token"),
        (b"{}", "it is no Open Badges 3.0 or CLR credential"),
        (b"[" * 100_000, "it is no JSON"),
        (b'{"a":' * 100_000, "it is no JSON"),
    ],
)
def test_what_is_no_credential_is_told_so(data: bytes, because: str) -> None:
    """Garbage gets a sentence, and nothing is looked up for it."""
    nowhere = Nowhere()
    found = verify(data, nowhere, NOW)
    assert because in failing(found)["format"]
    assert [] == nowhere.asked
