"""
An Open Badge 2.0: genuine if its issuer's own server says the same.

Nothing is signed. So what was handed over counts for nothing but its address; what lies there is
read, with the class and the issuer that it names, all of which must be of one server.
"""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from adapters.badges.hosted import CONTEXT
from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text, id_of
from adapters.badges.verifying.checks import EXPIRED, TAKEN_BACK, Check, is_of, moment_of
from adapters.badges.verifying.sources import LookupFailedError, Sources


def is_hosted(document: JsonObject) -> bool:
    """Say whether something is an Open Badge 2.0."""
    return CONTEXT in as_list(document.get("@context")) and "Assertion" in as_list(
        document.get("type")
    )


def hosted_checks(
    document: JsonObject, sources: Sources, now: datetime, email: str
) -> tuple[list[Check], JsonObject]:
    """Give the checks of an Open Badge 2.0, and what it says in Open Badges 3.0's shape."""
    made = [Check("format", passed=True, because="an Open Badge 2.0, hosted")]
    address = id_of(document)
    try:
        assertion = _json(address, sources)
        # What was revoked says nothing more of itself.
        badge = _whole(assertion.get("badge") or document.get("badge"), sources)
        issuer = _whole(badge.get("issuer"), sources)
    except LookupFailedError as error:
        return [*made, Check("proof", passed=False, because=str(error))], {}
    said = {
        "id": address,
        "issuedOn": assertion.get("issuedOn"),
        "credentialSubject": {"achievement": badge},
        "issuer": issuer,
    }
    wrong = _wrong(address, document, assertion, badge, issuer)
    host = urlsplit(address).netloc
    made.append(Check("proof", passed=not wrong, because=wrong or f"{host} says the same"))
    made += [_dates(assertion, now), _status(assertion)]
    if email:
        recipient = as_object(assertion.get("recipient"))
        identity = {**recipient, "identityHash": recipient.get("identity")}
        good = is_of(identity, email)
        because = f"it was {'' if good else 'not '}issued to {email}"
        made.append(Check("recipient", passed=good, because=because))
    return made, said


def _wrong(
    address: str, shown: JsonObject, assertion: JsonObject, badge: JsonObject, issuer: JsonObject
) -> str:
    """Say why what lies there proves nothing, "" where it does."""
    told = shown if assertion.get("revoked") else assertion
    kind = as_text(as_object(told.get("verification")).get("type"))
    if kind not in ("HostedBadge", "hosted"):
        return f"it is verified in a way that is not read here: {kind or 'none'}"
    if id_of(assertion) != address:
        return "what lies at its address is another one"
    if not assertion.get("revoked") and _told(shown) != _told(assertion):
        return "its issuer's server says something else than this file"
    hosts = {urlsplit(id_of(each)).netloc for each in (assertion, badge, issuer)}
    if len(hosts) != 1:
        return "it, its class and its issuer lie on different servers"
    return ""


def _told(assertion: JsonObject) -> JsonObject:
    """Give what an assertion says, whether its class stands in it or only its address."""
    return {**assertion, "badge": id_of(assertion.get("badge"))}


def _dates(assertion: JsonObject, now: datetime) -> Check:
    since, until = moment_of(assertion.get("issuedOn")), moment_of(assertion.get("expires"))
    if assertion.get("revoked"):
        return Check("dates", passed=True, because="it was taken back, so they don't matter")
    if since is None or (assertion.get("expires") and until is None):
        return Check("dates", passed=False, because="its dates can't be read")
    if since > now:
        return Check("dates", passed=False, because=f"it is not valid before {since:%Y-%m-%d}")
    if until is not None and until < now:
        return Check("dates", passed=False, because=f"{EXPIRED}{until:%Y-%m-%d}")
    return Check("dates", passed=True, because=f"issued on {since:%Y-%m-%d}")


def _status(assertion: JsonObject) -> Check:
    if assertion.get("revoked"):
        why = as_text(assertion.get("revocationReason"))
        because = f"{TAKEN_BACK}revoked it" + (f": {why}" if why else "")
        return Check("status", passed=False, because=because)
    return Check("status", passed=True, because="not revoked")


def _whole(value: object, sources: Sources) -> JsonObject:
    """Give a document that may stand in another, or only its address."""
    return as_object(value) or _json(as_text(value), sources)


def _json(url: str, sources: Sources) -> JsonObject:
    try:
        return msgspec.json.decode(sources.get(url), type=JsonObject)
    except (msgspec.MsgspecError, RecursionError):
        raise LookupFailedError(f"what lies at {url[:200]} is no JSON object") from None
