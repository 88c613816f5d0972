"""
Who endorses what a credential stands for, each endorsement judged on its own.

An issuer signs what it passes on, and vouches for none of it: an endorsement counts if its own
proof holds, it is about this very thing, and somebody else says so. One that does not count
takes nothing from the credential: docs/decisions/endorsements-stand-on-their-own.md.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from adapters.badges.did import KEY
from adapters.badges.gate import ENDORSEMENT
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text, id_of, types_of
from adapters.badges.verifying.checks import dates, proof
from adapters.badges.verifying.reading import Presented
from adapters.badges.verifying.sources import LookupFailedError, Sources
from adapters.badges.verifying.status import status

NOBODY = ", a key that no web address vouches for"
MOST = 12
"""Endorsements of one credential that are looked at; each may ask a server of its own."""


MOST_FAILURES = 3
"""Look-ups that may fail before no more are made."""


class Endorsed(msgspec.Struct, frozen=True):
    """
    One endorsement, as a check of its own: `name`, whether it `passed`, and the reason.

    Attributes:
        of: `achievement`, `issuer` or `credential`.
        by: Who says so, as they call themselves.
        by_id: Their id, which is what its proof is of.
        comment: What they say.
    """

    name: str
    passed: bool
    because: str
    of: str
    by: str
    by_id: str
    comment: str

    @property
    def is_key(self) -> bool:
        """Say whether it is known by a key alone, which anybody may give any name to."""
        return self.by_id.startswith(KEY)


def endorsements(credential: JsonObject, sources: Sources, now: datetime) -> tuple[Endorsed, ...]:
    """Judge the endorsements in a credential, and in the parts that a record carries."""
    found: list[Endorsed] = []
    sources = _Patient(sources)
    for of, about, issuer, document in _carried(credential):
        if len(found) == MOST:
            break
        one = judged(document, of, about, issuer, sources, now)
        if one not in found:
            found.append(one)
    return tuple(found)


class _Patient:
    """Looks things up until too much was not to be had: nobody waits for a dozen dead servers."""

    def __init__(self, others: Sources) -> None:
        self._others = others
        self._failures = 0

    def get(self, url: str) -> bytes:
        """Give what lies at an address; see `Sources`."""
        if self._failures >= MOST_FAILURES:
            raise LookupFailedError("too many servers that it names did not answer")
        try:
            return self._others.get(url)
        except LookupFailedError:
            self._failures += 1
            raise


def judged(
    document: JsonObject, of: str, about: str, issuer: str, sources: Sources, now: datetime
) -> Endorsed:
    """
    Judge one endorsement.

    Args:
        document: As it is carried.
        of: What it is of, for the reader.
        about: The id of that.
        issuer: Who carries it.
        sources: Where keys and lists are looked up.
        now: The machine's clock.
    """
    wrong = _wrong(document, about, issuer, sources, now)
    by = id_of(document.get("issuer"))
    return Endorsed(
        name=f"endorsement of the {of}",
        passed=not wrong,
        because=wrong or f"signed by {by}{NOBODY if by.startswith(KEY) else ''}",
        of=of,
        by=name_of(document),
        by_id=by,
        comment=comment_of(document),
    )


def _wrong(document: JsonObject, about: str, issuer: str, sources: Sources, now: datetime) -> str:
    """Say why an endorsement does not count, "" where it does."""
    said = id_of(document.get("credentialSubject"))
    if ENDORSEMENT not in types_of(document):
        return "it is no EndorsementCredential"
    if not about or said != about:
        return f"it is about something else: {said[:200] or 'nothing'}"
    if id_of(document.get("issuer")) == issuer:
        return "it is the issuer's own word, and nobody endorses herself"
    shown = Presented("json", document)
    for check in (proof(shown, sources), dates(document, now), status(document, sources, now)):
        if not check.passed:
            return check.because
    return ""


def name_of(document: JsonObject) -> str:
    """Give what an endorser is called, by herself."""
    issuer = document.get("issuer")
    return as_text(as_object(issuer).get("name")) or id_of(issuer)


def comment_of(document: JsonObject) -> str:
    """Give what an endorser says."""
    return as_text(as_object(document.get("credentialSubject")).get("endorsementComment"))


def _carried(credential: JsonObject) -> Iterator[tuple[str, str, str, JsonObject]]:
    """Yield what endorsements are of, the id of that, who carries them, and they themselves."""
    yield from _of_one(credential)
    subject = as_object(credential.get("credentialSubject"))
    for part in as_list(subject.get("verifiableCredential")):
        yield from _of_one(as_object(part))


def _of_one(credential: JsonObject) -> Iterator[tuple[str, str, str, JsonObject]]:
    own = id_of(credential.get("issuer"))
    subject = as_object(credential.get("credentialSubject"))
    achievement = as_object(subject.get("achievement"))
    for of, thing in (
        ("achievement", achievement),
        ("issuer", as_object(credential.get("issuer"))),
        ("credential", credential),
    ):
        for each in as_list(thing.get("endorsement")):
            yield of, as_text(thing.get("id")), own, as_object(each)
