"""Whatever stands in a token, it is let in or refused with a reason; nothing else comes of it."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from adapters.badges.verifying.sources import Web
from adapters.clock import machine_now
from adapters.lti.door import Door
from adapters.lti.id_token import CLAIM
from adapters.lti.key_sets import KeySets
from adapters.lti.naming import DEFAULT, Naming
from adapters.lti.refusal import RefusedError
from adapters.lti.started import Beginnings
from adapters.settings.tree import PlatformSettings
from tests.adapters.lti.lms import CLIENT, DEPLOYMENT, Platform, Said, signed

FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
CLAIMS = (
    "iss", "aud", "azp", "sub", "nonce", "iat", "exp", "nbf", "email",
    *(f"{CLAIM}{name}" for name in (
        "message_type", "version", "deployment_id", "roles", "custom", "ext", "lis",
    )),
)  # fmt: skip

Comes = Callable[[Callable[[Said], str]], str]


@pytest.fixture
def comes(lms: Platform) -> Comes:
    """Give what goes all the way with a token: who is let in, else the word of the refusal."""
    known = PlatformSettings(
        lms.address,
        CLIENT,
        (DEPLOYMENT,),
        f"{lms.address}/mod/lti/auth.php",
        f"{lms.address}/mod/lti/certs.php",
        Naming(DEFAULT),
    )
    used: set[str] = set()

    def use(nonce: str, *_: object) -> bool:
        found = nonce not in used
        used.add(nonce)
        return found

    door = Door(
        lambda: {"moodle": known},
        "https://badges.uni.example",
        Beginnings(lambda: "the secret of a test", machine_now),
        KeySets(Web(), machine_now),
        use,
        machine_now,
    )

    def come(token: Callable[[Said], str]) -> str:
        sent = door.begin(lms.begins("12"))
        asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.url).query).items()}
        brought = {"state": asked["state"], "id_token": token(lms.says(asked))}
        try:
            return door.launch(brought, {sent.cookie: sent.value}).learner
        except RefusedError as error:
            return error.code if error.because else "without a reason"

    return come


def part(value: object) -> str:
    """Give a part of a token."""
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_whole_one_is_let_in(comes: Comes, lms: Platform) -> None:
    """What the others are held against."""
    assert f"{lms.address}|12" == comes(lambda said: signed(lms.key, said))


@FEW
@example(name="crit", value=1)
@example(name="crit", value=["b64"])
@example(name="b64", value=False)
@example(name="alg", value=["RS256"])
@example(name="kid", value=7)
@given(
    name=st.sampled_from(("alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "zip")) | st.text(),
    value=ANYTHING,
)
def test_any_header(comes: Comes, lms: Platform, name: str, value: object) -> None:
    """A header is read before anything vouches for it, and may hold whatever it likes."""

    def token(said: Said) -> str:
        header = {"alg": "RS256", "kid": lms.key.kid, name: value}
        return f"{part(header)}.{part(said)}.{signed(lms.key, said).rpartition('.')[2]}"

    assert comes(token) in {"token", "algorithm", "key", "signature"}


@FEW
@given(name=st.sampled_from(CLAIMS), value=ANYTHING)
def test_any_claim(comes: Comes, lms: Platform, name: str, value: object) -> None:
    """An LMS that says something odd lets nobody in under a name that is not hers."""
    expected = f"{lms.address}|{value if name == 'sub' else 12}"
    found = comes(lambda said: signed(lms.key, {**said, name: value}))
    assert found == expected or "|" not in found


@FEW
@given(text=st.text() | st.text(alphabet="aA0.=-_", max_size=40))
def test_any_text(comes: Comes, text: str) -> None:
    """What is no token at all is said to be none."""
    assert comes(lambda _: text) in {"token", "algorithm"}
