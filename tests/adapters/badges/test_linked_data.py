"""What is signed: canonical statements, nothing undefined, nothing relative, no network."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from adapters.badges import contexts, linked_data, multibase
from adapters.badges.contexts import PINNED, context
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.badges.linked_data import LinkedDataError, canonical, refuse_poison
from adapters.badges.pinned import ChangedFileError
from adapters.badges.proof import holds, signed

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
VECTOR: JsonObject = {
    "@context": [contexts.CREDENTIALS, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
DIGEST = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
SIGNATURE = (
    "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
)


def test_the_vector_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """W3C Data Integrity EdDSA Cryptosuites 1.0, appendix B.1: the same digest and signature."""
    vocabulary: JsonObject = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
    monkeypatch.setattr(
        linked_data, "context", lambda url: vocabulary if url == EXAMPLES else context(url)
    )
    assert DIGEST == hashlib.sha256(canonical(VECTOR)).hexdigest()
    key = Ed25519PrivateKey.from_private_bytes(multibase.decode(SECRET)[2:])
    assert multibase.ed25519_key(PUBLIC) == key.public_key().public_bytes_raw()
    method = f"did:key:{PUBLIC}#{PUBLIC}"
    found = signed(VECTOR, key.sign, method, datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))
    proof = as_object(as_list(found["proof"])[0])
    assert SIGNATURE == proof["proofValue"]


def document(**more: object) -> JsonObject:
    """Give a small credential."""
    return {
        "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES],
        "id": "urn:uuid:1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:web:x", "type": ["Profile"], "name": "Uni"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:2", "type": ["AchievementSubject"]},
        **more,
    }


def test_an_undefined_term_is_refused() -> None:
    """What no context defines would not be covered by the signature."""
    with pytest.raises(LinkedDataError, match="no context defines colour"):
        canonical(document(colour="red"))


def test_a_relative_type_is_refused() -> None:
    """A type that no context defines means nothing."""
    with pytest.raises(LinkedDataError, match="no context defines the type Medal"):
        canonical(document(type=["VerifiableCredential", "Medal"]))


def test_a_relative_id_is_refused() -> None:
    """An id that is no whole address is another one elsewhere."""
    with pytest.raises(LinkedDataError, match="the id abc is not a whole address"):
        canonical(document(id="abc"))


def test_an_unknown_context_is_not_fetched() -> None:
    """Nobody decides by a credential where we send requests."""
    with pytest.raises(LinkedDataError, match=r"https://evil\.example/ctx is not among"):
        canonical(document(**{"@context": [contexts.CREDENTIALS, "https://evil.example/ctx"]}))


def test_contexts_are_those_that_were_pinned() -> None:
    """Each shipped context has the bytes whose hash stands beside its address."""
    for url in PINNED:
        assert "@context" in contexts.context(url)


def test_a_changed_context_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation whose contexts somebody touched signs nothing."""
    copied = tmp_path / "contexts"
    shutil.copytree(contexts.FOLDER, copied)
    (copied / "clr-2.0.1.json").write_text('{"@context": {}}')
    monkeypatch.setattr(contexts, "FOLDER", copied)
    contexts.context.cache_clear()
    try:
        with pytest.raises(ChangedFileError, match="is not the file that was shipped"):
            contexts.context(contexts.CLR)
    finally:
        contexts.context.cache_clear()


def test_control_signs_are_escaped_as_others_do() -> None:
    r"""U+0007 and U+007F stand as \u0007 and \u007F, as RDFC-1.0 asks."""
    found = canonical(document(name="bell \x07 and delete \x7f"))
    assert rb'"bell \u0007 and delete \u007F"' in found


@given(st.binary(max_size=40))
def test_multibase_gives_back_what_it_was_given(data: bytes) -> None:
    """Whatever is written in base58btc is read again."""
    assert data == multibase.decode(multibase.encode(data))


@pytest.mark.parametrize("text", ["", "x6Mk", "z0OIl", "uABC"])
def test_what_is_no_multibase_is_refused(text: str) -> None:
    """Neither another base nor a sign of none is guessed at."""
    with pytest.raises(ValueError, match="base58btc"):
        multibase.decode(text)


KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a test").digest())
PUBLIC_BYTES = KEY.public_key().public_bytes_raw()
WHEN = datetime(2026, 3, 1, tzinfo=UTC)


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_proof_is_of_one_text(name: str, other: str) -> None:
    """A proof holds for the name that was signed, and for no other, whatever signs are in it."""
    found = signed(document(name=name), KEY.sign, "did:web:x#k", WHEN)
    proof = as_object(as_list(found["proof"])[0])
    assert holds(found, proof, PUBLIC_BYTES)
    assert (name == other) == holds({**found, "name": other}, proof, PUBLIC_BYTES)


def test_a_proof_names_what_it_is() -> None:
    """Type, suite, purpose and key stand in it, and it is one of a list."""
    found = signed(document(), KEY.sign, "did:web:x#k", WHEN)
    proof = as_object(as_list(found["proof"])[0])
    told = {name: value for name, value in proof.items() if name != "proofValue"}
    assert {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-03-01T00:00:00Z",
        "verificationMethod": "did:web:x#k",
        "proofPurpose": "assertionMethod",
    } == told
    assert as_text(proof["proofValue"]).startswith("z")


def clique(size: int) -> str:
    """Give statements in which every nameless node knows every other."""
    return "".join(
        f"_:b{one} <urn:x:knows> _:b{other} .\n"
        for one in range(size)
        for other in range(size)
        if one != other
    )


def test_what_could_take_for_ever_is_refused() -> None:
    """Nameless nodes that look alike and hang together: a few are put in order, many are not."""
    refuse_poison(clique(3))
    with pytest.raises(LinkedDataError, match="too many of its nameless parts look alike"):
        refuse_poison(clique(12))


def test_many_parts_that_differ_are_no_poison() -> None:
    """Fifty pieces of evidence without ids, some alike, are put in order at once."""
    evidence = [{"type": ["Evidence"], "name": f"{number % 40}"} for number in range(50)]
    assert canonical(document(evidence=evidence))
