"""Keys are sealed with the operator's secret, change without harm, or lie elsewhere."""

import stat
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from adapters.badges.desk import add_key, add_public_key, ensure_keys, open_desk, secret_of
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import KeyKind, SecretError, new_key, public_key
from adapters.badges.signing import UnissuableError
from adapters.badges.verifying.sources import LookupFailedError, Web
from adapters.badges.verifying.verify import verify
from adapters.badges.web_token import TokenError, credential_in, holds, issued
from adapters.doctor.finding import State
from adapters.doctor.issuing import look_at_issuing
from adapters.running.office import open_office
from adapters.running.running import Running
from adapters.store.store import open_store
from tests.adapters.badges.case import ADA, START, House, settings_for
from tests.adapters.badges.hsm import PEM


@pytest.mark.parametrize("kind", list(KeyKind))
def test_the_private_part_is_sealed(kind: KeyKind) -> None:
    """PKCS#8 under the secret; without one no key is made."""
    made = new_key(kind, "a secret", START)
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in made.sealed
    assert "d" not in made.public.jwk
    with pytest.raises(SecretError, match="there is no secret"):
        new_key(kind, "", START)


def test_another_secret_opens_nothing(small_house: House) -> None:
    """An operator who lost the secret is told so, and nothing is issued."""
    small_house.earns_all()
    settings = small_house.running.settings
    other = replace(settings, issuer=replace(settings.issuer, secret="another"))
    office = open_office(small_house.office.store, other, small_house.running.now)
    with pytest.raises(UnissuableError, match="the secret is not the one that the key was sealed"):
        office.registrar.badge(ADA, "cleaner")


def test_a_secret_is_made_beside_the_database(tmp_path: Path) -> None:
    """Where none is set; only its owner can read it, and it stays the same."""
    store = open_store(f"sqlite:///{tmp_path / 'milepost.db'}")
    settings = settings_for(tmp_path, "")
    nothing = replace(settings.issuer, secret="")
    assert "" == secret_of(nothing, store, create=False)
    made = secret_of(nothing, store, create=True)
    file = tmp_path / "milepost.db.secret"
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert made == secret_of(nothing, store, create=True) == file.read_text().strip()
    assert len(made) > 40
    store.close()


def test_beside_postgresql_a_secret_is_asked_for(postgresql_url: str, tmp_path: Path) -> None:
    """No file lies beside a server's database, so the operator says where."""
    store = open_store(postgresql_url)
    settings = settings_for(tmp_path, postgresql_url)
    with pytest.raises(SecretError, match=r"set \[issuer\] secret or secret_file"):
        secret_of(replace(settings.issuer, secret=""), store, create=True)
    kept = replace(settings.issuer, secret="", secret_file=str(tmp_path / "kept"))
    assert secret_of(kept, store, create=True) == (tmp_path / "kept").read_text().strip()
    store.close()


def test_a_signer_elsewhere_signs(tmp_path: Path) -> None:
    """With `[issuer] signer`, the database has the public part alone, and what is signed holds."""
    settings = settings_for(tmp_path, f"sqlite:///{tmp_path / 'milepost.db'}")
    settings = replace(
        settings,
        issuer=replace(settings.issuer, secret="", signer="tests.adapters.badges.hsm:open_signer"),
    )
    running = Running(settings)
    house = House(running)
    house.earns_all()
    with pytest.raises(UnissuableError, match="there is no ed25519 key that signs"):
        house.office.registrar.badge(ADA, "cleaner")
    add_public_key(house.office.store, public_key(KeyKind.ED25519, PEM), START)
    badge = house.office.registrar.badge(ADA, "cleaner")
    assert [b""] == [key.sealed for key in house.office.store.badges.all_keys()]
    assert badge.key.encode() in badge.document
    running.close()


@pytest.mark.parametrize("named", ["no.such:thing", "json:loads", "json", "tests.adapters:x"])
def test_a_signer_that_is_none_is_named(small_house: House, named: str) -> None:
    """Whatever goes wrong in a foreign package is told with its name."""
    settings = small_house.running.settings
    other = replace(settings, issuer=replace(settings.issuer, signer=named))
    with pytest.raises(SecretError, match=f"the signer {named} can't be used"):
        open_desk(small_house.office.store, other)


def test_the_doctor_says_whether_credentials_can_be_signed(small_house: House) -> None:
    """With the right secret, with a wrong one, and that nobody finds the issuer from here."""
    settings = small_house.running.settings
    good, away = look_at_issuing(settings)
    assert (State.GOOD, State.WARNING) == (good.state, away.state)
    assert "credentials are signed as did:web:badges.uni.example" in good.says
    assert "verifiers can't find it: https://badges.uni.example/.well-known/did.json" in away.says
    other = replace(settings, issuer=replace(settings.issuer, secret="another"))
    (wrong,) = look_at_issuing(other)
    assert (State.WRONG, True) == (wrong.state, "the secret is not the one" in wrong.says)
    assert [] == list(look_at_issuing(replace(settings, web=replace(settings.web, public_url=""))))


def test_keys_are_made_once(small_house: House) -> None:
    """Two kinds when the service starts; another start makes none."""
    kinds = {key.public.kind for key in small_house.office.desk().keys}
    assert {KeyKind.ED25519, KeyKind.RS256} == kinds
    office = small_house.office
    assert () == ensure_keys(office.store, small_house.running.settings, START)


CREDENTIAL: JsonObject = {
    "id": "urn:uuid:1",
    "issuer": {"id": "did:web:x"},
    "validFrom": "2026-01-01T00:00:00Z",
    "validUntil": "2027-01-01T00:00:00Z",
    "credentialSubject": {"id": "urn:uuid:2"},
    "name": "x" * 200_000,
}


@pytest.mark.parametrize("kind", [KeyKind.RS256, KeyKind.ES256])
def test_a_token_is_the_credential(small_house: House, kind: KeyKind) -> None:
    """Whatever its size; its claims say what it says, and the signature is of the key."""
    office = small_house.office
    add_key(office.store, small_house.running.settings, kind, START)
    desk = office.desk()
    key = desk.key(kind).public
    token = issued(CREDENTIAL, key, "did:web:x#k", desk.signer)
    assert CREDENTIAL == credential_in(token)
    assert holds(token, {**key.jwk})
    other = next(each.public for each in desk.keys if each.public.id != key.id)
    assert not holds(token, {**other.jwk})


def test_claims_that_say_something_else_are_refused(small_house: House) -> None:
    """The claims beside a credential may not contradict it."""
    desk = small_house.office.desk()
    key = desk.key(KeyKind.RS256).public
    token = issued({**CREDENTIAL, "exp": 0, "vc": {}}, key, "did:web:x#k", desk.signer)
    with pytest.raises(TokenError, match="vc"):
        credential_in(token)


@dataclass
class Elsewhere:
    """One key at one address."""

    url: str
    key: JsonObject

    def get(self, url: str) -> bytes:
        """Give the key at its address, and nothing at any other."""
        if url != self.url:
            raise LookupFailedError(f"nothing lies at {url}")
        return msgspec.json.encode(self.key)


@pytest.mark.parametrize(
    ("issuer", "address", "is_theirs"),
    [
        ("did:web:x.example", "https://x.example/keys/1", True),
        ("did:web:x.example:a", "https://x.example/a/keys/1", True),
        ("did:web:x.example:a", "https://x.example/b/keys/1", False),
        ("did:web:x.example:a", "https://x.example/ab/keys/1", False),
        ("did:web:x.example", "https://x.example.evil.example/keys/1", False),
        ("did:web:x.example%3A8443", "https://x.example:8443/keys/1", True),
    ],
)
def test_a_key_at_an_address_is_its_issuer_s_own(
    small_house: House, issuer: str, address: str, is_theirs: bool
) -> None:
    """1EdTech lets a `kid` be an address; where many share a host, each has its own folder."""
    desk = small_house.office.desk()
    key = desk.key(KeyKind.RS256).public
    credential: JsonObject = {
        **CREDENTIAL,
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer},
        "name": "x",
    }
    token = issued(credential, key, address, desk.signer)
    found = verify(token.encode(), Elsewhere(address, {**key.jwk}), START)
    (proof,) = [check for check in found.checks if check.name == "proof"]
    assert is_theirs is proof.passed, proof.because


@pytest.mark.parametrize(
    ("url", "because"),
    [
        ("ftp://x.example/", "is no web address"),
        ("https://[x.example/", "is no web address"),
        ("https://x.example:port/", "is no web address"),
        ("http://x.example/did.json", "is not encrypted"),
        ("https://localhost:1/did.json", "is an address of a private network"),
        ("https://127.0.0.1:1/", "is an address of a private network"),
        ("https://10.0.0.1/", "is an address of a private network"),
        ("https://[::1]:1/", "is an address of a private network"),
        ("https://169.254.169.254/latest", "is an address of a private network"),
        ("http://localhost:1/", "is not encrypted"),
    ],
)
def test_strangers_send_us_nowhere(url: str, because: str) -> None:
    """A page on which anybody says what to look up reaches no private address."""
    with pytest.raises(LookupFailedError, match=because):
        Web(public_only=True).get(url)
