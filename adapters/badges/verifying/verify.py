"""The verdict on a credential: every check, in the order in which a person would ask."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from adapters.badges.endorsing.judging import Endorsed, endorsements
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text
from adapters.badges.verifying import checks
from adapters.badges.verifying.checks import Check
from adapters.badges.verifying.hosted import hosted_checks, is_hosted
from adapters.badges.verifying.reading import Presented, UnreadableError, presented
from adapters.badges.verifying.sources import Sources
from adapters.badges.verifying.status import status


class VerdictDocument(msgspec.Struct, frozen=True):
    """
    What `verify --json` prints.

    Attributes:
        verified: Whether every check passed.
        checks: In order; after the first that makes the rest pointless there are none.
        title: Of what was achieved, as the credential says.
        issuer: Who says so, by name and id.
        endorsements: Who else speaks for it, each judged on its own: one that does not count
            takes nothing from the credential.
    """

    verified: bool
    checks: tuple[Check, ...]
    title: str = ""
    issuer: str = ""
    endorsements: tuple[Endorsed, ...] = ()


def verify(data: bytes, sources: Sources, now: datetime, email: str = "") -> VerdictDocument:
    """
    Say whether a file is a genuine credential that is good now.

    Args:
        data: The file.
        sources: Where keys and lists are looked up.
        now: The present, on the machine's clock or the service's.
        email: Whom it should have been issued to; "" to leave that open.
    """
    return examined(data, sources, now, email)[0]


def examined(
    data: bytes, sources: Sources, now: datetime, email: str = ""
) -> tuple[VerdictDocument, JsonObject]:
    """Say the same, and give what the credential says; of an Open Badge 2.0 in 3.0's shape."""
    try:
        shown = presented(data)
    except UnreadableError as error:
        return VerdictDocument(verified=False, checks=(_unread(error),)), {}
    document = shown.document
    endorsed: tuple[Endorsed, ...] = ()
    if is_hosted(document):
        made, document = hosted_checks(document, sources, now, email)
    else:
        made = [*_checks(shown, sources, now, email), *_of_parts(shown, sources, now)]
        if made[0].passed:
            endorsed = endorsements(document, sources, now)
    verdict = VerdictDocument(
        verified=all(check.passed for check in made),
        checks=tuple(made),
        title=_title(document),
        issuer=_issuer(document),
        endorsements=endorsed,
    )
    return verdict, document


def _unread(error: UnreadableError) -> Check:
    return Check("format", passed=False, because=str(error))


def _checks(shown: Presented, sources: Sources, now: datetime, email: str = "") -> list[Check]:
    first = checks.shape(shown)
    if not first.passed:
        return [first]
    document = shown.document
    made = [
        first,
        checks.proof(shown, sources),
        checks.dates(document, now),
        status(document, sources, now),
    ]
    if email:
        made.append(checks.recipient(document, email))
    return made


def _of_parts(shown: Presented, sources: Sources, now: datetime) -> Iterator[Check]:
    """Look at what a record carries: it vouches for none of its parts, so each is looked at."""
    subject = as_object(shown.document.get("credentialSubject"))
    for number, part in enumerate(as_list(subject.get("verifiableCredential")), 1):
        try:
            found = presented(part.encode()) if isinstance(part, str) else _embedded(part)
            made = _checks(found, sources, now)
        except UnreadableError as error:
            made = [_unread(error)]
        for check in made:
            yield msgspec.structs.replace(check, name=f"part {number}: {check.name}")


def _embedded(part: object) -> Presented:
    return Presented("json", as_object(part))


def _title(document: JsonObject) -> str:
    achievement = as_object(as_object(document.get("credentialSubject")).get("achievement"))
    return as_text(achievement.get("name")) or as_text(document.get("name"))


def _issuer(document: JsonObject) -> str:
    issuer = document.get("issuer")
    name = as_text(as_object(issuer).get("name"))
    own = as_text(issuer) or as_text(as_object(issuer).get("id"))
    return f"{name} ({own})" if name else own
