"""
Where a verifier looks things up: DID documents, keys, status lists, in the web or at home.

Every answer is bounded in size and time, and no redirect is followed: who controls one address
must not be able to answer for another.
"""

import ipaddress
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from adapters.badges.publication import Published

SECONDS = 10.0
"""For each step of an answer."""

WHOLE = 20.0
"""Seconds for all of it."""

MOST_BYTES = 4 * 1024 * 1024
FRESH = timedelta(minutes=5)
FRESH_FAILURE = timedelta(seconds=20)
MOST_REMEMBERED = 64
MOST_REMEMBERED_BYTES = 128 * 1024
OK, GONE = 200, 410
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


class LookupFailedError(Exception):
    """Something could not be looked up; the message is a sentence."""


class Sources(Protocol):
    """Looks addresses up."""

    def get(self, url: str) -> bytes:
        """
        Give what lies at an address.

        Raises:
            LookupFailedError: Nothing could be had.
        """
        ...


class Web:
    """The web. Environment variables name a proxy or further certificates, as everywhere."""

    def __init__(self, *, public_only: bool = False) -> None:
        """
        Prepare; nothing is opened yet.

        Args:
            public_only: Refuse addresses of this machine and of private networks: for a page on
                which strangers say what to look up.
        """
        self._public_only = public_only

    def get(self, url: str) -> bytes:
        """Give what lies at an address; see `Sources`."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 443
        except ValueError:
            raise LookupFailedError(f"{url[:200]} is no web address") from None
        if parts.scheme not in ("https", "http") or not host:
            raise LookupFailedError(f"{url[:200]} is no web address")
        if parts.scheme == "http" and (self._public_only or host not in LOOPBACK):
            raise LookupFailedError(f"{url[:200]} is not encrypted, so anybody could answer")
        if self._public_only:
            _refuse_private(host, port)
        headers = {"Accept": "application/vc+ld+json, application/did+json, application/json, */*"}
        try:
            with (
                httpx.Client(timeout=SECONDS, follow_redirects=False) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                # An Open Badge 2.0 that was revoked says so at its address, as gone.
                if response.status_code not in (OK, GONE):
                    raise LookupFailedError(f"{url[:200]} answered {response.status_code}")
                return _bounded(response, url)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            why = str(error) or type(error).__name__
            raise LookupFailedError(f"{url[:200]} can't be reached: {why}") from None


def _bounded(response: httpx.Response, url: str) -> bytes:
    found = bytearray()
    until = monotonic() + WHOLE
    for part in response.iter_bytes():
        found += part
        if monotonic() > until:  # one who sends a letter now and then must hold nobody up
            raise LookupFailedError(f"{url[:200]} takes too long to answer")
        if len(found) > MOST_BYTES:
            raise LookupFailedError(f"{url[:200]} answered with too much")
    return bytes(found)


def _refuse_private(host: str, port: int) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise LookupFailedError(f"there is no host {host}") from None
    for *_, address in found:
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise LookupFailedError(f"{host} is an address of a private network")


class Remembering:
    """
    Another place to look things up, which is asked for one thing once in a while.

    A page names the same few endorsers to each of its readers; their servers need not be asked
    for each. What was not to be had is remembered too, for less long.
    """

    def __init__(self, others: Sources, now: Callable[[], datetime]) -> None:
        """
        Begin with nothing remembered.

        Args:
            others: What is asked.
            now: The machine's clock.
        """
        self._others = others
        self._now = now
        self._kept: dict[str, tuple[datetime, bytes | LookupFailedError]] = {}
        self._lock = Lock()

    def get(self, url: str) -> bytes:
        """Give what lies at an address; see `Sources`."""
        now = self._now()
        with self._lock:
            until, kept = self._kept.get(url, (now, b""))
        if until <= now:
            kept = self._asked(url)
            lasts = FRESH if isinstance(kept, bytes) else FRESH_FAILURE
            if isinstance(kept, bytes) and len(kept) > MOST_REMEMBERED_BYTES:
                return kept
            with self._lock:
                while len(self._kept) >= MOST_REMEMBERED:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[url] = now + lasts, kept
        if isinstance(kept, LookupFailedError):
            raise LookupFailedError(str(kept))
        return kept

    def _asked(self, url: str) -> bytes | LookupFailedError:
        try:
            return self._others.get(url)
        except LookupFailedError as error:
            return error


class AtHome:
    """What this issuer publishes itself, looked up without a network; the rest elsewhere."""

    def __init__(
        self, public_url: str, published: Callable[[str], Published | None], others: Sources
    ) -> None:
        """
        Begin.

        Args:
            public_url: The issuer's.
            published: Gives what lies at a path under it.
            others: Looks everything else up.
        """
        self._url = public_url
        self._published = published
        self._others = others

    def get(self, url: str) -> bytes:
        """Give what lies at an address; see `Sources`."""
        if not self._url or not url.startswith(f"{self._url}/"):
            return self._others.get(url)
        found = self._published(url.removeprefix(self._url))
        if found is None:
            raise LookupFailedError(f"nothing is published at {url[:200]}")
        return found.body
