"""We endorse what others award: signed by our key, fit for them to carry, and good everywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from adapters.badges.endorsing.given import NotEndorsableError
from adapters.badges.exporting import Format
from adapters.badges.jsonvalue import JsonObject, as_object
from adapters.badges.model import misfit
from adapters.badges.verifying.sources import AtHome
from adapters.badges.verifying.verify import verify
from adapters.cli import application
from adapters.running.running import Running
from adapters.verbs.endorse import lies_where_it_says
from tests.adapters.badges.case import ADA, House, settings_for
from tests.adapters.badges.test_accepting import THEIRS
from tests.adapters.badges.test_endorsements import achievement_id, endorsed, receives
from tests.adapters.badges.test_publication import Nowhere
from tests.adapters.badges.test_registrar import told

COMMENT = "We hire whoever holds it."


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
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of our own house, which is a key without an address."""
    folder = tmp_path / "ours"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("MILEPOST_CONFIG", "MILEPOST_DATABASE__URL"):
        monkeypatch.delenv(name, raising=False)
    settings = settings_for(folder, f"sqlite:///{folder / 'ours.db'}", "")
    Running(settings).close()
    (folder / "config.toml").write_text(
        '[issuer]\nname = "Employer"\n[database]\nurl = "sqlite:///ours.db"\n'
    )
    return folder


def run(*words: str) -> Result:
    """Call milepost credential endorse."""
    arguments = ("credential", "endorse", *words)
    return CliRunner().invoke(application("credential"), arguments)


def achievement_file(college: House, folder: Path) -> tuple[str, Path]:
    """Give the other's achievement: its address, and what lies there."""
    about = achievement_id(college)
    college.running.issue()
    found = college.office.publication.at(about.removeprefix(THEIRS))
    assert found is not None
    file = folder / "achievement.json"
    file.write_bytes(found.body)
    return about, file


def test_what_we_endorse_another_can_carry(college: House, ours: Path, tmp_path: Path) -> None:
    """Signed here, put into their pack, carried in their credential, and judged good."""
    about, file = achievement_file(college, tmp_path)
    done = run(str(file), "--comment", COMMENT, "--until", "2031-01-31", "--out", "signed.json")
    assert 0 == done.exit_code, done.output
    signed = msgspec.json.decode((ours / "signed.json").read_bytes(), type=JsonObject)
    assert "" == misfit(signed, "EndorsementCredential")
    assert ("2031-02-01T00:00:00Z", "Endorsement of Cleaner") == (
        signed["validUntil"],
        signed["name"],
    )
    assert {
        "id": about, "type": ["EndorsementSubject"], "endorsementComment": COMMENT,
    } == signed["credentialSubject"]  # fmt: skip
    assert "credentialStatus" not in signed
    receives(college, tmp_path / "college", employer=(ours / "signed.json").read_bytes())
    badge = college.office.registrar.reissued(ADA, "cleaner")
    assert [signed] == endorsed(told(badge))
    sources = AtHome(THEIRS, college.office.publication.at, Nowhere())
    found = verify(badge.document, sources, datetime.now(UTC))  # noqa: TID251 - signed on the machine's clock
    assert [("Employer", COMMENT, True)] == [
        (each.by, each.comment, each.passed) for each in found.endorsements
    ]


def test_a_credential_is_endorsed_only_if_it_is_genuine(
    college: House, ours: Path, tmp_path: Path
) -> None:
    """One whose issuer can't be reached is not, and nothing is written."""
    badge = college.office.registrar.badge(ADA, "cleaner")
    file = tmp_path / "badge.png"
    file.write_bytes(college.office.exporter().exported(badge, Format.PNG))
    done = run(str(file), "--comment", COMMENT, "--out", "signed.json")
    assert 1 == done.exit_code
    assert "can't be endorsed: it is not to be relied on" in done.output
    assert not (ours / "signed.json").exists()


def test_whose_it_is_can_be_endorsed(college: House, ours: Path, tmp_path: Path) -> None:
    """Of an achievement its creator, by a DID; of a profile the profile."""
    _, file = achievement_file(college, tmp_path)
    profile = tmp_path / "profile.json"
    profile.write_bytes(msgspec.json.encode(college.office.desk().issuer.profile))
    for words in ((str(file), "--issuer"), (str(profile),)):
        done = run(*words, "--comment", COMMENT, "--out", "signed.json")
        assert 0 == done.exit_code, done.output
        signed = msgspec.json.decode((ours / "signed.json").read_bytes(), type=JsonObject)
        assert "did:web:badges.college.example" == as_object(signed["credentialSubject"])["id"]


@pytest.mark.parametrize(
    ("document", "words", "because"),
    [
        ({"type": ["Thing"], "id": "https://a.example"}, (), "there is no achievement in it"),
        ({"type": ["Achievement"], "name": "A"}, (), "it has no address or id"),
        ({"type": ["Achievement"], "id": "https://a.example"}, ("--issuer",), "no issuer in it"),
        (
            {"type": ["Profile"], "id": "https://a.example"},
            ("--comment", " "),
            "say with --comment",
        ),
        ({"type": ["Profile"], "id": "https://a.example"}, ("--until", "2001-01-01"), "have ended"),
        ("[]", (), "it is no JSON"),
    ],
)
def test_what_can_t_be_endorsed_is_told(
    ours: Path, document: object, words: tuple[str, ...], because: str
) -> None:
    """In a sentence, and nothing is written."""
    (ours / "x.json").write_bytes(msgspec.json.encode(document))
    said = () if "--comment" in words else ("--comment", COMMENT)
    done = run("x.json", *said, *words, "--out", "signed.json")
    assert 1 == done.exit_code
    assert because in done.output
    assert not (ours / "signed.json").exists()


def test_we_do_not_endorse_our_own(college: House, tmp_path: Path) -> None:
    """Neither an achievement of ours nor ourselves."""
    _, file = achievement_file(college, tmp_path)
    folder = tmp_path / "college"
    config = folder / "config.toml"
    config.write_text(
        f'[web]\npublic_url = "{THEIRS}"\n[issuer]\nsecret = "the secret of a test"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MILEPOST_CONFIG", str(config))
        url = f"sqlite:///{folder / 'milepost.db'}"
        done = run(str(file), "--comment", "Good", "--out", "s.json", "--database", url)
    assert "Cleaner is our own, and nobody endorses herself" in done.output


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({"id": "https://a.example/x"}, False),
        ({"id": "https://a.example/y"}, True),
        ({"id": "did:web:a.example"}, False),
        ({"id": "did:web:a.example:them"}, False),
        ({"id": "did:web:b.example"}, True),
        ({"id": "https://b.example/x", "credentialSubject": {}}, False),
    ],
)
def test_what_lies_at_an_address_is_what_it_says(told: JsonObject, *, refused: bool) -> None:
    """Nobody gets somebody else endorsed by laying a copy on a server."""
    if refused:
        with pytest.raises(NotEndorsableError, match="what lies there calls itself"):
            lies_where_it_says("https://a.example/x", told)
    else:
        lies_where_it_says("https://a.example/x", told)
    lies_where_it_says("file.json", told)
