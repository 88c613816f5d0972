"""The keys of an LMS: kept, looked for anew when they change, and not asked for without an end."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import ECKey

from adapters.badges.verifying.sources import Web
from adapters.lti.key_sets import KeySets
from adapters.lti.refusal import RefusedError
from tests.adapters.lti.lms import Platform, new_key


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        """Begin at some time."""
        self.at = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Give the time."""
        return self.at

    def passes(self, **much: int) -> None:
        """Let time pass."""
        self.at += timedelta(**much)


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


@pytest.fixture
def keys(clock: Clock) -> KeySets:
    """Give key sets that reach the LMS over the network."""
    return KeySets(Web(), clock)


@pytest.fixture
def url(lms: Platform) -> str:
    """Give where the LMS's keys are; it has one."""
    lms.key = new_key("first")
    lms.published = [lms.key]
    return f"{lms.address}/mod/lti/certs.php"


def refused(keys: KeySets, url: str, name: str) -> str:
    """Give the word and the reason for which there is no such key."""
    with pytest.raises(RefusedError) as caught:
        keys.key(url, name)
    return f"{caught.value.code}: {caught.value.because}"


def test_keys_are_kept_for_an_hour(lms: Platform, keys: KeySets, url: str, clock: Clock) -> None:
    """One look-up serves all launches of an hour, then a key that was withdrawn is gone."""
    for _ in range(3):
        assert lms.key.thumbprint() == keys.key(url, "first").thumbprint()
    assert 1 == lms.looked_up
    lms.published = [new_key("second")]
    clock.passes(minutes=61)
    assert refused(keys, url, "first").startswith("key: there is no RSA key 'first' at http")
    assert 2 == lms.looked_up


def test_a_new_key_is_found_at_once(lms: Platform, keys: KeySets, url: str, clock: Clock) -> None:
    """An LMS that changes its key signs with the new one before the hour is over."""
    keys.key(url, "first")
    second = new_key("second")
    lms.published.append(second)
    clock.passes(seconds=10)
    assert second.thumbprint() == keys.key(url, "second").thumbprint()
    assert lms.key.thumbprint() == keys.key(url, "first").thumbprint()
    assert 2 == lms.looked_up


def test_made_up_keys_call_nobody(lms: Platform, keys: KeySets, url: str, clock: Clock) -> None:
    """A hundred tokens with made-up keys are one look-up, not a hundred."""
    keys.key(url, "first")
    for number in range(100):
        assert refused(keys, url, f"made-up-{number}").startswith("key: ")
    assert 1 == lms.looked_up
    clock.passes(seconds=10)
    for number in range(100):
        assert refused(keys, url, f"made-up-{number}").startswith("key: ")
    assert 2 == lms.looked_up


def test_what_can_t_be_had_is_tried_again_later(
    lms: Platform, keys: KeySets, url: str, clock: Clock
) -> None:
    """An LMS that is down is asked every ten seconds; once it is up, all is well."""
    lms.broken = True
    said = f"keys: the LMS's keys can't be had: {url} answered 500"
    assert said == refused(keys, url, "first")
    assert said == refused(keys, url, "first")
    assert 1 == lms.looked_up
    lms.broken = False
    clock.passes(seconds=10)
    assert lms.key.thumbprint() == keys.key(url, "first").thumbprint()


def test_a_token_may_leave_the_name_away(lms: Platform, keys: KeySets, url: str) -> None:
    """Where there is one key it is meant; where there are two, nothing is guessed."""
    assert lms.key.thumbprint() == keys.key(url, "").thumbprint()
    lms.published.append(new_key("second"))
    assert refused(KeySets(Web(), Clock()), url, "").startswith("key: there is no RSA key ''")


class Saying:
    """Lets an address say something."""

    def __init__(self, body: bytes) -> None:
        """Keep what it says."""
        self.body = body

    def get(self, _: str) -> bytes:
        """Say it."""
        return self.body


@pytest.mark.parametrize("body", [b"", b"[]", b'{"keys": 1}', b'{"keys": [1]}', b"\xff", b"<html>"])
def test_what_is_no_key_set(clock: Clock, body: bytes) -> None:
    """A page in place of the keys is said to be none."""
    said = "keys: the LMS's keys can't be had: what lies at https://a is no JSON Web Key Set"
    assert said == refused(KeySets(Saying(body), clock), "https://a", "x")


def test_keys_of_other_kinds_are_left_out(clock: Clock, lms: Platform) -> None:
    """One key that is of no use here does not spoil the others; a short one is of none."""
    good = {**lms.key.as_dict(private=False), "kid": "good"}
    others: list[dict[str, object]] = [
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "ec"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "oct"},
        {"kty": "RSA", "kid": "broken"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "short"},
        {**good, "use": "enc", "kid": "enc"},
        {},
    ]
    keys = KeySets(Saying(json.dumps({"keys": [*others, good]}).encode()), clock)
    assert ("good",) == keys.names("https://a")
