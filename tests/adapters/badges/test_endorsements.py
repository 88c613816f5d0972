"""Others endorse what we award: carried as they signed it, and judged by their own proof."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import msgspec
import pytest

from adapters.badges import offering
from adapters.badges.did import method_of
from adapters.badges.endorsing.judging import MOST, MOST_FAILURES, Endorsed
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject, as_list, as_object
from adapters.badges.keys import KeyKind
from adapters.badges.model import misfit
from adapters.badges.proof import signed
from adapters.badges.verifying.sources import (
    FRESH,
    FRESH_FAILURE,
    MOST_REMEMBERED,
    MOST_REMEMBERED_BYTES,
    AtHome,
    LookupFailedError,
    Remembering,
    Web,
)
from adapters.badges.verifying.verify import VerdictDocument, verify
from adapters.doctor.finding import State
from adapters.doctor.issuing import look_at_issuing
from adapters.running.running import Running
from tests.adapters.badges.case import ADA, BOB, RULES, START, URL, House, settings_for
from tests.adapters.badges.endorser import COMMENT, Endorser
from tests.adapters.badges.test_publication import Nowhere, failing, look
from tests.adapters.badges.test_registrar import told

DID = "did:web:badges.uni.example"


def named_in(rules: str, *files: str) -> str:
    """Give the rules with a credential `cleaner` that others endorse."""
    named = ", ".join(f"endorsements/{file}" for file in files)
    return rules.replace(
        "    if evidence falls", f"    endorsed by: [{named}]\n    if evidence falls"
    )


def achievement_id(house: House, credential: str = "p/cleaner") -> str:
    """Give the address of what would be awarded now."""
    fingerprint = house.running.service.plan.ruleset.fingerprint
    offered = house.office.offering.offered(fingerprint)
    (found,) = (each.id for each in offered if f"/{credential}/" in each.id)
    return found


def receives(house: House, folder: Path, **files: bytes) -> None:
    """Put signed files into the pack, and name them."""
    pack = folder / "packs" / "p"
    (pack / "endorsements").mkdir(exist_ok=True)
    for name, data in files.items():
        (pack / "endorsements" / f"{name}.json").write_bytes(data)
    (pack / "rules.yaml").write_text(named_in(RULES, *(f"{name}.json" for name in files)))
    house.running.rules.look()
    assert () == house.running.rules.refused


def endorsed(document: JsonObject) -> list[object]:
    """Give what is carried in favour of the achievement."""
    achievement = as_object(as_object(document["credentialSubject"])["achievement"])
    return as_list(achievement.get("endorsement"))


def test_an_endorsement_is_carried_as_it_was_signed(house: House, tmp_path: Path) -> None:
    """Unchanged, in a credential that fits, verifies, and says who endorses it."""
    agency = Endorser()
    theirs = agency.endorses(achievement_id(house))
    receives(house, tmp_path, agency=msgspec.json.encode(theirs))
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    document = told(badge)
    assert "" == misfit(document)
    assert [theirs] == endorsed(document)
    assert "endorsementJwt" not in badge.document.decode()
    found = look(house, badge.document)
    assert found.verified
    assert (
        Endorsed(
            name="endorsement of the achievement",
            passed=True,
            because=f"signed by {agency.did}, a key that no web address vouches for",
            of="achievement",
            by="Quality Agency",
            by_id=agency.did,
            comment=COMMENT,
        ),
    ) == found.endorsements


@pytest.mark.parametrize("form", [Format.JSON, Format.JWT, Format.PNG, Format.SVG, Format.PDF])
def test_it_goes_along_in_every_form(small_house: House, tmp_path: Path, form: Format) -> None:
    """Token, pictures and paper carry it too, and it holds in each."""
    receives(small_house, tmp_path, agency=Endorser().file(achievement_id(small_house)))
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    found = look(small_house, small_house.office.exporter().exported(badge, form))
    assert {} == failing(found)
    assert [True] == [each.passed for each in found.endorsements]


def test_a_record_tells_of_those_of_its_parts(house: House, tmp_path: Path) -> None:
    """The stack carries no endorsement, its part does."""
    receives(house, tmp_path, agency=Endorser().file(achievement_id(house)))
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "analyst")
    found = look(house, house.office.exporter().exported(badge, Format.CLR))
    assert {} == failing(found)
    assert [("achievement", True)] == [(each.of, each.passed) for each in found.endorsements]


def test_the_issuer_is_endorsed_in_every_credential(tmp_path: Path) -> None:
    """What config.toml names is carried in the issuer, beside what speaks for the achievement."""
    association = Endorser(name="Association of Universities")
    file = tmp_path / "association.json"
    file.write_bytes(association.file(DID, "A member since 1990."))
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}")
    settings = replace(settings, issuer=replace(settings.issuer, endorsements=(file,)))
    running = Running(settings)
    house = House(running)
    receives(house, tmp_path, agency=Endorser().file(achievement_id(house)))
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    found = look(house, badge.document)
    record = look(house, house.office.exporter().exported(
        house.office.registrar.badge(ADA, "analyst"), Format.CLR
    ))  # fmt: skip
    running.close()
    assert "" == misfit(told(badge))
    assert {} == failing(found)
    assert [
        ("achievement", "Quality Agency", True),
        ("issuer", "Association of Universities", True),
    ] == [(each.of, each.by, each.passed) for each in found.endorsements]
    assert {} == failing(record)
    assert {"achievement", "issuer"} == {each.of for each in record.endorsements}
    assert all(each.passed for each in record.endorsements)


def test_an_endorsement_leaves_the_achievement_what_it_was(house: House, tmp_path: Path) -> None:
    """Neither its address nor the ruleset changes; who holds one keeps it until it is reissued."""
    house.earns_all()
    first = house.office.registrar.badge(ADA, "cleaner")
    before = house.running.service.plan.ruleset.fingerprint
    theirs = Endorser().endorses(first.achievement)
    receives(house, tmp_path, agency=msgspec.json.encode(theirs))
    assert before == house.running.service.plan.ruleset.fingerprint
    assert first == house.office.registrar.badge(ADA, "cleaner")
    house.earns_all(BOB, START + timedelta(days=1))
    second = house.office.registrar.badge(BOB, "cleaner")
    assert first.achievement == second.achievement
    assert [theirs] == endorsed(told(second))
    again = house.office.registrar.reissued(ADA, "cleaner")
    assert (first.id, first.achievement) == (again.id, again.achievement)
    assert [theirs] == endorsed(told(again))


def test_what_was_awarded_by_older_rules_can_be_endorsed_later(
    small_house: House, tmp_path: Path
) -> None:
    """The file lies in the pack of today, and is about the address of then."""
    small_house.earns_all()
    first = small_house.office.registrar.badge(ADA, "cleaner")
    theirs = Endorser().endorses(first.achievement)
    receives(small_house, tmp_path, agency=msgspec.json.encode(theirs))
    pack = tmp_path / "packs" / "p"
    rules = (pack / "rules.yaml").read_text()
    more = "is: completed\n        attempts: at least 1"
    (pack / "rules.yaml").write_text(rules.replace("is: completed", more))
    small_house.running.rules.look()
    assert () == small_house.running.rules.refused
    assert achievement_id(small_house) != first.achievement
    again = small_house.office.registrar.reissued(ADA, "cleaner")
    assert first.achievement == again.achievement
    assert [theirs] == endorsed(told(again))


def test_what_is_no_endorsement_of_it_is_left_out(house: House, tmp_path: Path) -> None:
    """Of another version, expired, or our own word: the award is issued without it."""
    about = achievement_id(house)
    receives(
        house,
        tmp_path,
        older=Endorser().file(about[:-16] + "0" * 16),
        expired=Endorser().file(about, validUntil="2026-02-01T00:00:00Z"),
        good=Endorser(name="Employer").file(about),
    )
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    carried = [as_object(each) for each in endorsed(told(badge))]
    assert ["Employer"] == [as_object(each["issuer"])["name"] for each in carried]


@pytest.fixture
def served() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Give a web server on this machine, and what lies on it by path."""
    lies: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = lies.get(self.path)
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(found or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}", lies
    server.shutdown()
    thread.join()
    server.server_close()


def test_who_lives_in_the_web_is_asked_for_the_key(
    house: House, tmp_path: Path, served: tuple[str, dict[str, bytes]]
) -> None:
    """Its endorsement goes along unasked, and holds while its own server says whose key it is."""
    address, lies = served
    agency = Endorser(f"http://{address}")
    receives(house, tmp_path, agency=agency.file(achievement_id(house)))
    house.earns_all()
    badge = house.office.registrar.badge(ADA, "cleaner")
    sources = AtHome(URL, house.office.publication.at, Web())

    def verdict() -> VerdictDocument:
        now = datetime.now(UTC)  # noqa: TID251 - lists are signed on the machine's clock
        return verify(badge.document, sources, now)

    assert [False] == [each.passed for each in verdict().endorsements]
    assert "answered 404" in verdict().endorsements[0].because
    assert verdict().verified
    lies["/.well-known/did.json"] = agency.did_document
    assert [True] == [each.passed for each in verdict().endorsements]
    lies["/.well-known/did.json"] = Endorser(f"http://{address}").did_document
    assert "does not list" in verdict().endorsements[0].because


def _comment(document: JsonObject) -> None:
    as_object(document["credentialSubject"])["endorsementComment"] = "The best there is."


def _about(document: JsonObject) -> None:
    as_object(document["credentialSubject"])["id"] = "https://elsewhere.example/achievement"


def _who(document: JsonObject) -> None:
    as_object(document["issuer"])["id"] = Endorser().did


def _unsigned(document: JsonObject) -> None:
    del document["proof"]


def _kind(document: JsonObject) -> None:
    document["type"] = ["VerifiableCredential"]


@pytest.mark.parametrize(
    ("tamper", "because"),
    [
        (_comment, "it was changed after it was signed"),
        (_about, "it is about something else: https://elsewhere.example/achievement"),
        (_who, "which is not its issuer"),
        (_unsigned, "it is not signed"),
        (_kind, "it is no EndorsementCredential"),
    ],
)
def test_a_false_one_does_not_count(
    small_house: House, tamper: Callable[[JsonObject], None], because: str
) -> None:
    """Whoever issues a credential with a false endorsement in it has it told, each on its own."""
    good = Endorser(name="Employer").endorses(achievement_id(small_house))
    bad = Endorser().endorses(achievement_id(small_house))
    tamper(bad)
    found = look(small_house, _signed_with(small_house, [good, bad]))
    assert {} == failing(found)
    assert [True, False] == [each.passed for each in found.endorsements]
    assert because in found.endorsements[1].because


def _signed_with(house: House, endorsements: list[JsonObject]) -> bytes:
    """Give a credential that a careless issuer signs with whatever it was sent."""
    house.earns_all()
    document = told(house.office.registrar.badge(ADA, "cleaner"))
    del document["proof"]
    as_object(as_object(document["credentialSubject"])["achievement"])["endorsement"] = endorsements
    desk = house.office.desk()
    key = desk.key(KeyKind.ED25519).public
    method = method_of(desk.issuer.did, key)
    made = signed(document, lambda data: desk.signer.sign(key, data), method, START)
    return msgspec.json.encode(made)


def test_nobody_endorses_herself(small_house: House) -> None:
    """The issuer's own word, well signed, is no endorsement."""
    desk = small_house.office.desk()
    about = achievement_id(small_house)
    own = Endorser()
    own.did = desk.issuer.did
    found = look(small_house, _signed_with(small_house, [own.endorses(about)]))
    assert ["it is the issuer's own word, and nobody endorses herself"] == [
        each.because for each in found.endorsements
    ]


def test_many_are_not_all_looked_at(small_house: House) -> None:
    """A credential made to keep a verifier busy is told of twelve, and asks few dead servers."""
    about = achievement_id(small_house)
    many = [Endorser(f"https://{n}.example").endorses(about) for n in range(MOST + 3)]
    data = _signed_with(small_house, many)
    nowhere = Nowhere()
    sources = AtHome(URL, small_house.office.publication.at, nowhere)
    found = verify(data, sources, datetime.now(UTC))  # noqa: TID251 - as above
    assert (MOST, MOST_FAILURES) == (len(found.endorsements), len(nowhere.asked))
    assert "too many servers that it names did not answer" == found.endorsements[-1].because


def test_an_endorsement_can_be_verified_by_itself(small_house: House) -> None:
    """As a file like any other, good or changed."""
    theirs = Endorser().endorses("https://elsewhere.example/achievement")
    good = look(small_house, msgspec.json.encode(theirs))
    assert {} == failing(good)
    assert "EndorsementCredential in JSON" == good.checks[0].because
    _comment(theirs)
    assert ["proof"] == list(failing(look(small_house, msgspec.json.encode(theirs))))


def test_a_file_that_goes_bad_changes_nothing(small_house: House, tmp_path: Path) -> None:
    """The pack is refused, and what was in force goes on with the file as it was."""
    theirs = Endorser().endorses(achievement_id(small_house))
    receives(small_house, tmp_path, agency=msgspec.json.encode(theirs))
    (tmp_path / "packs" / "p" / "endorsements" / "agency.json").write_text("{}")
    small_house.running.rules.look()
    assert ["E213"] == [each.code for each in small_house.running.rules.refused]
    small_house.earns_all()
    assert [theirs] == endorsed(told(small_house.office.registrar.badge(ADA, "cleaner")))


def test_no_misfit_keeps_a_learner_from_her_credential(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw in another's file is left out, and the award is signed without it."""
    theirs = {**Endorser().endorses(DID), "approvedBy": "the minister"}
    monkeypatch.setattr(offering, "passed_on", lambda _, about, *__: {n: [theirs] for n in about})
    small_house.earns_all()
    badge = small_house.office.registrar.badge(ADA, "cleaner")
    assert b"endorsement" not in badge.document
    assert look(small_house, badge.document).verified


def test_the_doctor_says_whether_it_counts(tmp_path: Path) -> None:
    """Of each file that config.toml names: good, changed, about somebody else, or not there."""
    good, bad, other = (tmp_path / f"{name}.json" for name in ("good", "bad", "other"))
    good.write_bytes(Endorser(name="Association").file(DID))
    bad.write_bytes(good.read_bytes().replace(b"standards", b"standard_"))
    other.write_bytes(Endorser().file("did:web:elsewhere.example"))
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}")
    Running(settings).close()
    files = (good, bad, other, tmp_path / "none.json")
    settings = replace(settings, issuer=replace(settings.issuer, endorsements=files))
    found = [each for each in look_at_issuing(settings) if ".json" in each.says]
    changed = "it was changed after it was signed, or another key signed it"
    about = "it is about something else: did:web:elsewhere.example"
    assert [
        (State.GOOD, f"Association endorses it: {good}"),
        (State.WARNING, f"{bad} does not count: {changed}"),
        (State.WARNING, f"{other} does not count: {about}"),
        (State.WARNING, f"{tmp_path / 'none.json'} can't be read: No such file or directory"),
    ] == [(each.state, each.says) for each in found][:4]


def test_what_was_looked_up_is_remembered_for_a_while() -> None:
    """A page asks an endorser's server once in five minutes; a dead one a little sooner."""
    now = START
    asked: list[str] = []
    there = {"https://a.example": b"A"}

    class Counting:
        def get(self, url: str) -> bytes:
            asked.append(url)
            if url not in there:
                raise LookupFailedError(f"nothing at {url}")
            return there[url]

    sources = Remembering(Counting(), lambda: now)
    assert [b"A", b"A"] == [sources.get("https://a.example") for _ in range(2)]
    for _ in range(2):
        with pytest.raises(LookupFailedError, match=r"nothing at https://b\.example"):
            sources.get("https://b.example")
    assert ["https://a.example", "https://b.example"] == asked
    there["https://b.example"] = b"B"
    now += FRESH_FAILURE
    assert b"B" == sources.get("https://b.example")
    assert 3 == len(asked)
    now += FRESH
    there["https://a.example"] = b"a" * (MOST_REMEMBERED_BYTES + 1)
    assert [there["https://a.example"]] * 2 == [sources.get("https://a.example") for _ in range(2)]
    assert 5 == len(asked)
    there |= {f"https://{number}.example": b"" for number in range(MOST_REMEMBERED + 1)}
    for number in range(MOST_REMEMBERED + 1):
        sources.get(f"https://{number}.example")
    sources.get("https://0.example")
    assert 5 + MOST_REMEMBERED + 2 == len(asked)
