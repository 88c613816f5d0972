"""Whether a credential is revoked or suspended, asked of the list that it names."""

from datetime import datetime

import msgspec

from adapters.badges.jsonvalue import JsonObject, as_list, as_object, as_text, id_of, types_of
from adapters.badges.status_list import Purpose, StatusListError, is_set
from adapters.badges.verifying.checks import TAKEN_BACK, Check, dates, proof
from adapters.badges.verifying.reading import UnreadableError, presented
from adapters.badges.verifying.sources import LookupFailedError, Sources

ENTRY = "BitstringStatusListEntry"
LIST = "BitstringStatusListCredential"
REVOCATION_LIST = "1EdTechRevocationList"
SAID = {"revocation": "revoked", "suspension": "suspended"}
ALONE = "revoked or suspended"
"""Of a revocation list that is the only one: Open Badges 3.0 has room for one in its schema."""


def status(document: JsonObject, sources: Sources, now: datetime) -> Check:
    """Say whether it is taken back, by all lists that it names."""
    entries = [as_object(each) for each in as_list(document.get("credentialStatus"))]
    if not entries:
        return Check("status", passed=True, because="it names no list, so it can't be taken back")
    told: list[str] = []
    for entry in entries:
        word = ALONE if _is_alone(entry, entries) else _word(entry)
        if ENTRY in types_of_entry(entry):
            wrong = _bit(document, entry, word, sources, now)
        elif REVOCATION_LIST in types_of_entry(entry):
            wrong = _listed(document, entry, sources)
        else:
            wrong = f"its status is of a kind that is not read here: {as_text(entry.get('type'))}"
        if wrong:
            return Check("status", passed=False, because=wrong)
        told.append(f"not {word}")
    return Check("status", passed=True, because=", ".join(dict.fromkeys(told)))


def types_of_entry(entry: JsonObject) -> list[str]:
    """Give the types of an entry, which may be one text."""
    return types_of({"type": as_list(entry.get("type"))})


def _is_alone(entry: JsonObject, entries: list[JsonObject]) -> bool:
    return len(entries) == 1 and as_text(entry.get("statusPurpose")) == Purpose.REVOCATION


def _word(entry: JsonObject) -> str:
    purpose = as_text(entry.get("statusPurpose"))
    return SAID.get(purpose, purpose or "revoked")


def _bit(
    document: JsonObject, entry: JsonObject, word: str, sources: Sources, now: datetime
) -> str:
    """Say what is wrong by a bitstring list, "" where nothing is."""
    url = as_text(entry.get("statusListCredential"))
    try:
        shown = presented(sources.get(url))
    except (LookupFailedError, UnreadableError) as error:
        return f"whether it is {word} is not known: {error}"
    listed = shown.document
    subject = as_object(listed.get("credentialSubject"))
    purposes = [as_text(each) for each in as_list(subject.get("statusPurpose"))]
    index = as_text(entry.get("statusListIndex"))
    wrong = ""
    if LIST not in types_of(listed):
        wrong = "what it names is no status list"
    elif id_of(listed.get("issuer")) != id_of(document.get("issuer")):
        wrong = "the status list is another issuer's"
    elif as_text(listed.get("id")) not in ("", url):
        wrong = "the status list is another one than it names"
    elif as_text(entry.get("statusPurpose")) not in purposes:
        wrong = "the status list is for another purpose"
    elif not index.isdecimal():
        wrong = "its place in the status list is no number"
    if wrong:
        return wrong
    for check in (proof(shown, sources), dates(listed, now)):
        if not check.passed:
            return f"the status list is not good: {check.because}"
    try:
        taken_back = is_set(as_text(subject.get("encodedList")), int(index))
    except StatusListError as error:
        return f"the status list is not good: {error}"
    return f"{TAKEN_BACK}{word} it" if taken_back else ""


def _listed(document: JsonObject, entry: JsonObject, sources: Sources) -> str:
    """Say what is wrong by a list of revoked ids, "" where nothing is."""
    try:
        data = sources.get(id_of(entry))
        found = msgspec.json.decode(data, type=JsonObject)
    except (LookupFailedError, msgspec.MsgspecError) as error:
        return f"whether it is revoked is not known: {error}"
    if id_of(found.get("issuer")) != id_of(document.get("issuer")):
        return "the revocation list is another issuer's"
    for each in as_list(found.get("revokedCredential")):
        if (
            id_of(each) == as_text(document.get("id"))
            and as_object(each).get("revoked") is not False
        ):
            why = as_text(as_object(each).get("revocationReason"))
            return f"{TAKEN_BACK}revoked it" + (f": {why}" if why else "")
    return ""
