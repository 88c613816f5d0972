"""
An endorsement as a file holds it: read, looked at without a network, and fit to be passed on.

It is a credential of its own, signed by another party. We carry it in our credentials as it
is, so it has to fit the data model as they do: a credential that holds a misfit would itself be
turned away.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from adapters.badges.endorsing.judging import comment_of, name_of
from adapters.badges.gate import ENDORSEMENT
from adapters.badges.jsonvalue import JsonObject, id_of, types_of
from adapters.badges.linked_data import LinkedDataError, canonical
from adapters.badges.model import misfit
from adapters.badges.official import offence
from adapters.badges.verifying.checks import dates, proof
from adapters.badges.verifying.reading import Presented, UnreadableError, presented
from adapters.badges.verifying.sources import LookupFailedError

log = logging.getLogger("milepost.badges")


class NoEndorsementError(ValueError):
    """A file is no endorsement that can be passed on; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Endorsement:
    """
    What somebody says in favour of something.

    Attributes:
        document: As it was signed.
        about: The id of what it is about.
        by: The id of who says so.
        name: What they call themselves.
        comment: What they say.
        wrong: Why it proves nothing; "" where it holds, or where that can't be told here.
        unknown: Why that can't be told here; "" where it can.
    """

    document: JsonObject
    about: str
    by: str
    name: str
    comment: str
    wrong: str = ""
    unknown: str = ""


@dataclass
class _Offline:
    """Looks nothing up, and notes that something would have to be."""

    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> bytes:
        """Find nothing."""
        self.asked.append(url)
        raise LookupFailedError(f"{url[:200]} would have to be asked")


@lru_cache(256)
def endorsement_in(data: bytes) -> Endorsement:
    """
    Read an endorsement, and look at it as far as that goes without a network.

    Raises:
        NoEndorsementError: It is none, or none that fits into a credential.
    """
    try:
        shown = presented(data)
    except UnreadableError as error:
        raise NoEndorsementError(str(error)) from None
    document = shown.document
    if ENDORSEMENT not in types_of(document):
        raise NoEndorsementError("it is no EndorsementCredential")
    if shown.form != "json" or not document.get("proof"):
        raise NoEndorsementError("it has no embedded proof, and only those can be passed on")
    if wrong := misfit(document, ENDORSEMENT) or offence(document, ENDORSEMENT):
        raise NoEndorsementError(f"it does not fit Open Badges 3.0 at {wrong}")
    try:
        canonical({name: value for name, value in document.items() if name != "proof"})
    except LinkedDataError as error:
        raise NoEndorsementError(f"it can't be read as linked data: {error}") from None
    offline = _Offline()
    signed = proof(Presented("json", document), offline)
    because = "" if signed.passed else signed.because
    return Endorsement(
        document,
        about=id_of(document.get("credentialSubject")),
        by=id_of(document.get("issuer")),
        name=name_of(document),
        comment=comment_of(document),
        wrong="" if offline.asked else because,
        unknown=because if offline.asked else "",
    )


def passed_on(
    files: Iterable[bytes], about: Sequence[str], issuer: str, now: datetime
) -> dict[str, list[JsonObject]]:
    """
    Give the endorsements that a credential may carry; the log says why another may not.

    Args:
        files: As they were received.
        about: The ids of what they may be about: the same, in several languages.
        issuer: Whose credential it is: nobody endorses herself.
        now: The machine's clock.

    Returns:
        They by what they are about.
    """
    found: dict[str, list[JsonObject]] = {name: [] for name in about}
    for data in files:
        try:
            each = endorsement_in(data)
        except NoEndorsementError as error:
            log.warning("an endorsement of %s is left out: %s", about[0], error)
            continue
        because = each.wrong
        if each.about not in found:
            because = f"it is about {each.about}"
        elif each.by == issuer:
            because = "nobody endorses herself"
        elif not dates(each.document, now).passed:
            because = dates(each.document, now).because
        if because:
            log.warning("an endorsement of %s by %s is left out: %s", about[0], each.name, because)
        else:
            found[each.about].append(each.document)
    return found
