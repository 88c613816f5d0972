"""A person awards a credential by hand, by a word of the learner's history like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from adapters.badges.evidence import is_web_address
from adapters.inbound.native import decode
from adapters.inbound.received import REVIEWS, Take, text_problem
from adapters.store.store import Store
from engine.events import Word
from engine.granting import awarded_so_far
from engine.plan import Plan
from engine.ruleset import Credential, State
from engine.spelling import suggest

NOT_IN_AN_ADDRESS = frozenset('<>"{}|\\^` ')


class GivingError(Exception):
    """A credential can't be awarded by hand; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Given:
    """
    What came of an award by hand.

    Attributes:
        credential: By its full name.
        title: Its title.
        people: Who has awarded it so far.
        needed: How many different people must.
    """

    credential: str
    title: str
    people: tuple[str, ...]
    needed: int

    @property
    def is_held(self) -> bool:
        """Say whether enough people have awarded it."""
        return len(self.people) >= self.needed


@dataclass(frozen=True, slots=True)
class Gift:
    """
    What a person awards.

    Attributes:
        learner: To whom, as the LMS names her.
        credential: A full name, or the name alone where one pack has it.
        by: Who awards it; her name stands in the credential.
        because: Why; it stands there too.
        evidence: On what: addresses of pages, or words.
    """

    learner: str
    credential: str
    by: str
    because: str
    evidence: Sequence[str] = ()


def give(store: Store, take: Take, plan: Plan, gift: Gift, now: datetime) -> Given:
    """
    Award a credential by hand; what follows is committed.

    Args:
        store: The database.
        take: Takes the event in.
        plan: The rules in force.
        gift: Who awards what to whom, and why.
        now: The service's clock.

    Raises:
        GivingError: There is no such learner or credential, it is held, it is a draft or retired,
            she awards it to herself, or it is not said why.
    """
    credential = _credential(plan, gift.credential)
    record = store.record_of(gift.learner)
    if record is None:
        raise GivingError(f"nothing is known of a learner `{gift.learner}`")
    if record.ledger.held(credential.id) is not None:
        raise GivingError(f"{gift.learner} holds {credential.id} already")
    if gift.by.casefold() in {gift.learner.casefold(), record.said("email").casefold()}:
        raise GivingError("nobody awards herself a credential: say who does with --by")
    event = {
        "id": f"awarded.{uuid4()}",
        "time": now.isoformat(),
        "learner": gift.learner,
        "is": Word.AWARDED.value,
        "credential": credential.id,
        "by": " ".join(gift.by.split()),
        "because": _because(gift.because),
        "evidence": [_evidence(each) for each in gift.evidence],
    }
    received = decode(msgspec.json.encode(event), REVIEWS, now)
    for one in received:
        if one.reason:
            raise GivingError(one.reason)
    take(received, now, REVIEWS)
    known = store.record_of(gift.learner) or record
    people = awarded_so_far(credential, known, credential.id)
    needed = credential.approval.people if credential.approval is not None else 1
    return Given(credential.id, credential.title, people, needed)


def _credential(plan: Plan, name: str) -> Credential:
    known = plan.ruleset.credentials
    found = [name] if name in known else [n for n in known if n.partition("/")[2] == name]
    if len(found) > 1:
        raise GivingError(f"`{name}` is of several packs: {', '.join(sorted(found))}")
    if not found:
        near = suggest(name, sorted({n.partition("/")[2] for n in known} | set(known)))
        hint = f"; did you mean `{near}`?" if near else ""
        raise GivingError(f"no pack has a credential `{name}`{hint}")
    credential = known[found[0]]
    if credential.state is not State.LIVE:
        raise GivingError(
            f"{credential.id} is {credential.state.value}: only a live one is awarded"
        )
    return credential


def _because(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise GivingError("say why with --reason: it stands in the credential")
    if problem := text_problem("reason", text):
        raise GivingError(problem)
    return text


def _evidence(text: str) -> str:
    """Give a piece of evidence as it is kept; an address that no verifier could read is refused."""
    text = " ".join(text.split())
    if not text:
        raise GivingError("a piece of evidence is empty")
    if is_web_address(text) and (not urlsplit(text).netloc or NOT_IN_AN_ADDRESS & set(text)):
        raise GivingError(f"`{text[:80]}` is no web address")
    return text
