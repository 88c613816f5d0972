"""
One xAPI statement (1.0.3 or 2.0), read as far as rules need it.

The reading is tolerant: it refuses what leaves open who did what to which thing and when, and
types that are not xAPI's. The score is read here, since the same `scaled` means half marks in
one LMS and full marks in another: the fraction is (raw - min) / (max - min) wherever those three
are told, and otherwise `scaled` on the scale of its sender.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NoReturn

import msgspec

from adapters.inbound.received import number_problem, text_problem
from engine.events import Score

CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
CRITERIA = "urn:milepost:criteria"
"""The result extension with a rubric's rows, name to score; xAPI has no place for them."""

MOODLE_MARKS = (b"logstore_xapi", b"http://moodle.org")
OPENEDX = "https://w3id.org/xapi/openedx"

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00]+\Z")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}\Z")
_MBOX = re.compile(r"mailto:[^\s@]+@[^\s@]+\Z")


class InvalidStatementError(Exception):
    """It is not an xAPI statement; the message is `code: sentence`."""


class Emitter(StrEnum):
    """Whose habits a statement has."""

    MOODLE = "Moodle"
    OPENEDX = "Open edX"
    OTHER = "other"


class Activity(msgspec.Struct, frozen=True):
    """An activity that a statement names: its id and its type, both IRIs."""

    id: str
    type: str = ""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a statement says.

    Attributes:
        id: Its own UUID, "" if it has none.
        learner: `homePage|name`, or the IRI or checksum that identifies the actor; "" for a
            group without an identifier, which is nobody in particular.
        is_group: Whether the actor is a group.
        verb: The verb's IRI.
        object: The object's id, "" for a SubStatement.
        object_type: The type of the object's definition, "" if not said.
        is_reference: Whether the object is another statement.
        timestamp: When it happened, in UTC, None if not said.
        score: The mark, None if there is none.
        score_problem: Why there is none although one was sent, "" otherwise.
        criteria: Marks of single rows of a rubric, by name.
        success: The result's success, None if not said.
        completion: The result's completion, None if not said.
        parents: Activities of the context's parent.
        groupings: Activities of the context's grouping.
        attempt: The registration, in a statement of the cmi5 profile; "" elsewhere.
        emitter: Whose habits it has.
        digest: Canonical JSON of the result, as part of a fingerprint.
    """

    id: str
    learner: str
    is_group: bool
    verb: str
    object: str
    object_type: str
    is_reference: bool
    timestamp: datetime | None
    score: Score | None
    score_problem: str
    criteria: tuple[tuple[str, Score], ...]
    success: bool | None
    completion: bool | None
    parents: tuple[Activity, ...]
    groupings: tuple[Activity, ...]
    attempt: str
    emitter: Emitter
    digest: bytes

    @property
    def fraction(self) -> Fraction | None:
        """Give the only number by which marks of different senders can be compared."""
        return None if self.score is None else self.score.fraction


class _Account(msgspec.Struct, rename={"home_page": "homePage"}):
    home_page: str
    name: str


class _Actor(msgspec.Struct, rename={"object_type": "objectType"}):
    object_type: str = "Agent"
    mbox: str | None = None
    mbox_sha1sum: str | None = None
    openid: str | None = None
    account: _Account | None = None
    member: list[msgspec.Raw] | None = None


class _Verb(msgspec.Struct):
    id: str


class _Definition(msgspec.Struct):
    type: str | None = None


class _Object(msgspec.Struct, rename={"object_type": "objectType"}):
    object_type: str = "Activity"
    id: str | None = None
    definition: _Definition | None = None
    mbox: str | None = None
    mbox_sha1sum: str | None = None
    openid: str | None = None
    account: _Account | None = None
    member: list[msgspec.Raw] | None = None


class _Score(msgspec.Struct):
    raw: Decimal | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    scaled: Decimal | None = None


class _Result(msgspec.Struct):
    score: _Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: str | None = None
    duration: str | None = None
    extensions: dict[str, msgspec.Raw] | None = None


_Activities = list[_Object] | _Object | None


class _ContextActivities(msgspec.Struct):
    parent: _Activities = None
    grouping: _Activities = None
    category: _Activities = None
    other: _Activities = None


class _Context(msgspec.Struct, rename={"activities": "contextActivities"}):
    registration: str | None = None
    platform: str | None = None
    activities: _ContextActivities | None = None
    extensions: dict[str, msgspec.Raw] | None = None


class _Wire(msgspec.Struct):
    actor: _Actor
    verb: _Verb
    object: _Object
    id: str | None = None
    result: _Result | None = None
    context: _Context | None = None
    timestamp: str | None = None


class _ResultOnly(msgspec.Struct):
    result: msgspec.Raw


def _marked(number: str) -> str:
    return "#" + number


_wire = msgspec.json.Decoder(_Wire)
_result = msgspec.json.Decoder(_ResultOnly)
_anything = msgspec.json.Decoder(object, float_hook=_marked)
_sorted = msgspec.json.Encoder(order="sorted")
_criteria = msgspec.json.Decoder(dict[str, _Score])


def parse(raw: bytes) -> Statement:
    """
    Read one statement.

    Raises:
        InvalidStatementError: A part that matters is missing or is not what xAPI wants there.
        msgspec.MsgspecError, ValueError, RecursionError: It is not JSON, or has wrong types.
    """
    wire = _wire.decode(raw)
    if wire.id is not None and not _UUID.match(wire.id):
        _fail("id: not a UUID")
    learner, is_group = _identity(wire.actor)
    if not _IRI.match(wire.verb.id):
        _fail("verb: its id is not an IRI")
    for code, text in (("learner", learner), ("verb", wire.verb.id)):
        if problem := text_problem(code, text):
            _fail(problem)
    thing = _object_id(wire.object)
    if problem := text_problem("object", thing):
        _fail(problem)
    context = wire.context or _Context()
    result = wire.result or _Result()
    activities = context.activities or _ContextActivities()
    emitter = _emitter(context)
    score, problem = _score(result.score, emitter)
    criteria, criteria_problem = _rubric(result)
    is_cmi5 = any(activity.id == CMI5 for activity in _named(activities.category))
    if context.registration is not None and not _UUID.match(context.registration):
        _fail("context: the registration is not a UUID")
    return Statement(
        id=(wire.id or "").lower(),
        learner=learner,
        is_group=is_group,
        verb=wire.verb.id,
        object=thing,
        object_type=_type(wire.object),
        is_reference=wire.object.object_type == "StatementRef",
        timestamp=None if wire.timestamp is None else _instant(wire.timestamp),
        score=score,
        score_problem=problem or criteria_problem,
        criteria=criteria,
        success=result.success,
        completion=result.completion,
        parents=_named(activities.parent),
        groupings=_named(activities.grouping),
        attempt=(context.registration or "") if is_cmi5 else "",
        emitter=emitter,
        digest=b"" if wire.result is None else _digest(raw),
    )


def _fail(reason: str) -> NoReturn:
    raise InvalidStatementError(reason)


def _identity(actor: _Actor | _Object) -> tuple[str, bool]:
    """Give who an agent or group is, and whether it is a group."""
    if actor.object_type not in {"Agent", "Group"}:
        _fail(f"learner: the actor is neither an Agent nor a Group but a {actor.object_type[:40]}")
    is_group = actor.object_type == "Group"
    found = []
    if actor.mbox is not None:
        if not _MBOX.match(actor.mbox):
            _fail("learner: the mbox is not mailto: and an address")
        found.append(actor.mbox)
    if actor.mbox_sha1sum is not None:
        if not _SHA1.match(actor.mbox_sha1sum):
            _fail("learner: the mbox_sha1sum is not a SHA-1")
        found.append(actor.mbox_sha1sum)
    if actor.openid is not None:
        if not _IRI.match(actor.openid):
            _fail("learner: the openid is not an IRI")
        found.append(actor.openid)
    if actor.account is not None:
        if not _IRI.match(actor.account.home_page):
            _fail("learner: the account's homePage is not an IRI")
        if not actor.account.name.strip():
            _fail("learner: the account has an empty name")
        found.append(f"{actor.account.home_page}|{actor.account.name}")
    if not found and is_group and actor.member is not None:
        return "", True
    if len(found) != 1:
        _fail(
            "learner: the actor needs exactly one of mbox, mbox_sha1sum, openid and account, "
            f"not {len(found)}"
        )
    return found[0], is_group


def _object_id(thing: _Object) -> str:
    """Give the id of what something was done to."""
    match thing.object_type:
        case "Activity":
            if thing.id is None or not _IRI.match(thing.id):
                _fail("object: its id is missing or not an IRI")
            return thing.id
        case "StatementRef":
            if thing.id is None or not _UUID.match(thing.id):
                _fail("object: a StatementRef without the UUID of a statement")
            return thing.id
        case "Agent" | "Group":
            return _identity(thing)[0]
        case "SubStatement":
            return ""
    _fail(f"object: there is no objectType {thing.object_type[:40]}")


def _type(thing: _Object) -> str:
    return (thing.definition.type or "") if thing.definition else ""


def _named(activities: _Activities) -> tuple[Activity, ...]:
    """Give the activities of a context; 1.0.3 allows one without a list around it."""
    match activities:
        case None:
            return ()
        case list():
            found = activities
        case _:
            found = [activities]
    return tuple(Activity(thing.id, _type(thing)) for thing in found if thing.id)


def _emitter(context: _Context) -> Emitter:
    """Recognise who sent a statement by the marks that their software leaves."""
    if (context.platform or "").strip().casefold() == "moodle":
        return Emitter.MOODLE
    for name, value in (context.extensions or {}).items():
        if name.startswith(OPENEDX):
            return Emitter.OPENEDX
        text = bytes(value).replace(b"\\/", b"/")
        if any(mark in text for mark in MOODLE_MARKS):
            return Emitter.MOODLE
    return Emitter.OTHER


def _score(sent: _Score | None, emitter: Emitter) -> tuple[Score | None, str]:
    """Give the mark that was sent, or why it is none."""
    if sent is None:
        return None, ""
    numbers = {"raw": sent.raw, "min": sent.min, "max": sent.max, "scaled": sent.scaled}
    for name, number in numbers.items():
        if number is not None and (problem := number_problem(name, number)):
            return None, problem
    low = Decimal(0) if sent.min is None else sent.min
    if sent.max is not None and sent.max <= low:
        return None, f"score: max {sent.max} is not above min {low}"
    if sent.raw is not None and sent.max is not None:
        if sent.min is not None or sent.scaled is None:
            return Score(sent.raw, low, sent.max), ""
    elif sent.raw is None and sent.scaled is None:
        return None, ""
    given = sent.scaled
    if given is not None:
        if not -1 <= given <= 1:
            return None, f"score: scaled {given} is not from -1 to 1"
        if emitter is Emitter.MOODLE:
            given = (given + 1) / 2
    return Score(sent.raw, low, None, given), ""


def _rubric(result: _Result) -> tuple[tuple[tuple[str, Score], ...], str]:
    """Give the marks of a rubric's rows, or why they can't be read."""
    sent = (result.extensions or {}).get(CRITERIA)
    if sent is None:
        return (), ""
    try:
        rows = sorted(_criteria.decode(sent).items())
    except msgspec.MsgspecError:
        return (), "criteria: not an object of names and scores"
    marks = []
    for name, row in rows:
        score, problem = _score(row, Emitter.OTHER)
        problem = problem or text_problem("criteria", name)
        if score is None or problem:
            return (), f"criteria: {name[:50]}: {problem or 'no score'}"
        marks.append((name, score))
    return tuple(marks), ""


def _instant(text: str) -> datetime:
    """Give a timestamp in UTC."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None and not text.endswith(("-00:00", "-0000", "-00")):
            return time.astimezone(UTC)
    except (ValueError, OverflowError):
        _fail("time: the timestamp is not a time like 2025-03-03T10:00:00+01:00")
    _fail("time: the timestamp has no zone")


def _digest(raw: bytes) -> bytes:
    """Give the result as the same bytes, however its keys are ordered."""
    return _sorted.encode(_anything.decode(_result.decode(raw).result))
