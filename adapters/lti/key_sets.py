"""
The public keys of LMSs, looked up at their addresses and kept for an hour.

A key that is not known is looked for anew, as an LMS that changes its key signs with the new
one at once; but not more often than every ten seconds, or tokens with made-up keys could make
this service call an LMS without an end. What failed is not tried again within that time either.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from adapters.badges.jsonvalue import JsonObject, as_text
from adapters.badges.verifying.sources import LookupFailedError, Sources
from adapters.lti.refusal import Help, RefusedError

KEPT = timedelta(hours=1)
AGAIN = timedelta(seconds=10)
PATIENCE = 12.0
"""Seconds to wait for somebody else's look-up, a little longer than one may take."""

LEAST_BITS = 2048
PUBLIC = ("kty", "n", "e")


class _KeySet(msgspec.Struct):
    keys: list[JsonObject]


@dataclass(frozen=True, slots=True)
class _Kept:
    """
    What lay at an address.

    Attributes:
        problem: Why nothing could be had, "" if something was.
    """

    at: datetime
    keys: Mapping[str, RSAKey]
    problem: str = ""


class KeySets:
    """Gives the keys of LMSs. Safe to use from several threads."""

    def __init__(self, web: Sources, now: Callable[[], datetime]) -> None:
        """
        Begin without any.

        Args:
            web: Looks addresses up.
            now: The machine's clock.
        """
        self._web = web
        self._now = now
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, Lock] = {}

    def key(self, url: str, name: str) -> RSAKey:
        """
        Give a key of the set at an address.

        Args:
            url: Of the set.
            name: The `kid`; "" for the only one there is.

        Raises:
            RefusedError: The set can't be had, or has no such key.
        """
        lock = self._locks.setdefault(url, Lock())
        if not lock.acquire(timeout=PATIENCE):
            raise RefusedError(Help.AGAIN, "keys", f"{url} takes long to answer")
        try:
            kept = self._kept.get(url)
            age = None if kept is None else abs(self._now() - kept.at)
            if (
                kept is None
                or age is None
                or age > KEPT
                or (age >= AGAIN and _in(kept, name) is None)
            ):
                kept = self._kept[url] = self._looked_up(url)
        finally:
            lock.release()
        if kept.problem:
            raise RefusedError(Help.AGAIN, "keys", f"the LMS's keys can't be had: {kept.problem}")
        found = _in(kept, name)
        if found is None:
            has = ", ".join(kept.keys) or "none"
            raise RefusedError(
                Help.SETUP, "key", f"there is no RSA key {name[:80]!r} at {url}; it has {has[:200]}"
            )
        return found

    def names(self, url: str) -> tuple[str, ...]:
        """
        Look a set up, and give the names of its keys.

        Raises:
            RefusedError: It can't be had.
        """
        found = self._looked_up(url)
        if found.problem:
            raise RefusedError(Help.AGAIN, "keys", found.problem)
        return tuple(found.keys)

    def _looked_up(self, url: str) -> _Kept:
        try:
            found = msgspec.json.decode(self._web.get(url), type=_KeySet).keys
        except LookupFailedError as error:
            return _Kept(self._now(), {}, str(error))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _Kept(self._now(), {}, f"what lies at {url} is no JSON Web Key Set")
        return _Kept(self._now(), {as_text(key.get("kid")): k for key in found if (k := _rsa(key))})


def _in(kept: _Kept, name: str) -> RSAKey | None:
    if name:
        return kept.keys.get(name)
    return next(iter(kept.keys.values())) if len(kept.keys) == 1 else None


def _rsa(key: JsonObject) -> RSAKey | None:
    """Give the public RSA key for signatures that a member is, None if it is another."""
    if key.get("kty") != "RSA" or key.get("use", "sig") != "sig":
        return None
    try:
        found = RSAKey.import_key({name: as_text(key.get(name)) for name in PUBLIC})
    except (JoseError, ValueError, TypeError):
        return None
    return found if found.raw_value.key_size >= LEAST_BITS else None
