"""
xAPI statements, as events: one statement says one event.

Decisions that can't be read off the code:

- **The learner is the actor.** Moodle names the grader as `context.instructor`, and the enrolled
  person as the actor of an enrolment; Open edX's router does the same.
- **The activity is what a designer names.** A quiz attempt, a submission, a lesson's session or
  a forum post has an id of its own; the event's object is then the activity it is part of, and
  the attempt's id is the event's attempt. A single question stays itself.
- **`success` is a verdict only where nothing better is said.** Moodle sends true where no pass
  mark is set, and Open edX means full marks by it: from these two it is none. Of others it makes
  *passed* or *failed* out of verbs that leave the outcome open (answered, attempted, submitted).
  `completed` stays completed, since a rule that waits for it must see it; `scored` stays graded,
  since what a teacher does must not end a learner's silence. There it is kept as the field
  `success`, and a pack's `pass:` judges the score.
- A course that is viewed is *entered*. A forum's discussion is the event's `thread`, and the forum
  its object.
- `completion: false` beside *completed* contradicts it: then the word is the verb's IRI.
- **A statement without an id** gets one from its source, actor, verb, object, timestamp and
  result, so a retry has the same.
- **Invalid or unusable.** What is not xAPI refuses the whole batch, as the specification wants;
  what is xAPI but no event for us (a group, a voiding, a score that is none) is put aside alone.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from adapters.inbound.native import explain
from adapters.inbound.received import (
    UNREADABLE,
    BadBody,
    Batch,
    Received,
    refused,
    time_problem,
)
from adapters.inbound.statement import (
    Activity,
    Emitter,
    InvalidStatementError,
    Statement,
    parse,
)
from adapters.inbound.verbs import (
    ANSWERING,
    MOODLE_ENROLMENT,
    UNDOING,
    VOIDED,
    Kind,
    kind_of,
    word_of,
)
from engine.events import Event, Word
from engine.threads import THREAD

NAMESPACE = uuid5(NAMESPACE_URL, "urn:milepost:statement")
"""Of the ids of statements that came without one; it must never change."""

_many = msgspec.json.Decoder(list[msgspec.Raw])
_one = msgspec.json.Decoder(msgspec.Raw)


def decode(body: bytes, source: str, arrived: datetime) -> Batch:
    """
    Read a request's body: one statement or an array.

    Args:
        body: JSON in UTF-8.
        source: Which credential sent it.
        arrived: When; the time of a statement that tells none.

    Raises:
        BadBody: It is not JSON, a statement is not xAPI (the message names its index), or two
            statements have the same id.
    """
    received: list[Received] = []
    seen: dict[str, int] = {}
    for index, raw in enumerate(split(body)):
        try:
            statement = parse(raw)
        except InvalidStatementError as error:
            raise BadBody(f"statement {index}: {error}") from None
        except UNREADABLE as error:
            raise BadBody(f"statement {index}: {explain(error)}") from None
        if statement.id and statement.id in seen:
            raise BadBody(
                f"statement {index}: id: the same as that of statement {seen[statement.id]}"
            )
        seen[statement.id] = index
        received.append(_received(raw, statement, source, arrived))
    return Batch(tuple(one.id for one in received), tuple(received))


def split(body: bytes) -> list[bytes]:
    """
    Cut a body into its statements, unread.

    Raises:
        BadBody: It is not JSON, or neither an object nor an array.
    """
    text = body.strip()
    try:
        if text[:1] == b"[":
            return [bytes(raw) for raw in _many.decode(text)]
        if text[:1] == b"{":
            return [bytes(_one.decode(text))]
    except UNREADABLE as error:
        raise BadBody(f"the body is not JSON: {explain(error)}") from None
    raise BadBody("the body is neither a statement nor an array of statements")


def read(raw: bytes, source: str, arrived: datetime) -> Received:
    """Read one statement on its own: what is wrong with it is a reason, never an exception."""
    try:
        statement = parse(raw)
    except InvalidStatementError as error:
        return refused(raw, str(error))
    except UNREADABLE as error:
        return refused(raw, explain(error))
    return _received(raw, statement, source, arrived)


def _received(raw: bytes, statement: Statement, source: str, arrived: datetime) -> Received:
    name = statement.id or str(_fingerprint(statement, source))
    event = event_of(statement, name, source, arrived)
    if isinstance(event, str):
        return refused(raw, event, name)
    return Received(raw, event, "", name)


def _fingerprint(statement: Statement, source: str) -> UUID:
    """Give the id of a statement that has none: a retry of it has the same."""
    time = "" if statement.timestamp is None else statement.timestamp.isoformat()
    parts = (source, statement.learner, statement.verb, statement.object, time)
    return uuid5(NAMESPACE, "\x1f".join((*parts, statement.digest.decode())))


def event_of(statement: Statement, name: str, source: str, arrived: datetime) -> Event | str:
    """Give the event that a statement says, or the reason why it says none: `code: sentence`."""
    if statement.verb == VOIDED:
        return "voided: voiding is not in this version yet"
    if statement.is_group:
        return "learner: the actor is a group, not one learner"
    if statement.score_problem:
        return statement.score_problem
    if not statement.object:
        return "object: a SubStatement speaks of what might happen, not of what did"
    if statement.is_reference:
        return "object: a statement about another statement changes no learner's record"
    time = statement.timestamp or arrived
    if problem := time_problem(time):
        return problem
    kind = kind_of(statement.object_type)
    thing, attempt = _place(statement, kind)
    success = (
        ""
        if statement.success is None or _means_nothing(statement)
        else ("yes" if statement.success else "no")
    )
    word = _word(statement, kind, success)
    is_verdict = word in {Word.PASSED, Word.FAILED}
    fields = [("success", success)] if success and not is_verdict else []
    if kind is Kind.DISCUSSION and thing != statement.object:
        fields.append((THREAD, _thread(statement)))
    return Event(
        id=name,
        time=time,
        learner=statement.learner,
        word=word,
        object=thing,
        course=thing if kind is Kind.COURSE else _course(statement),
        verb=statement.verb,
        score=statement.score,
        attempt=attempt,
        criteria=statement.criteria,
        undone=statement.verb in UNDOING,
        fields=tuple(fields),
        source=source,
    )


def _means_nothing(statement: Statement) -> bool:
    """Say whether the sender's `success` is no verdict."""
    return statement.emitter in {Emitter.MOODLE, Emitter.OPENEDX}


def _word(statement: Statement, kind: Kind, success: str) -> str:
    """Give what happened, in the language's word or the verb's IRI."""
    verb = statement.verb
    if verb in UNDOING:
        return UNDOING[verb]
    if success and verb in ANSWERING:
        return Word.PASSED if success == "yes" else Word.FAILED
    if statement.emitter is Emitter.MOODLE and kind is Kind.COURSE and verb in MOODLE_ENROLMENT:
        return MOODLE_ENROLMENT[verb]
    word = word_of(verb, kind)
    if word == Word.VIEWED and kind is Kind.COURSE:
        return Word.ENTERED
    if word == Word.COMPLETED and statement.completion is False:
        return verb
    if statement.emitter is Emitter.OPENEDX:
        if word == Word.GRADED and verb.endswith("/evaluated"):
            return Word.SUBMITTED
        if word == Word.POSTED and _first(statement.groupings, {Kind.DISCUSSION}):
            return Word.REPLIED
    return word


def _place(statement: Statement, kind: Kind) -> tuple[str, str]:
    """Give the activity that a designer would name, and the attempt at it."""
    around = statement.parents + statement.groupings
    match kind:
        case Kind.ATTEMPT | Kind.PART:
            whole = _whole(around, statement.object)
            attempt = "" if statement.object_type.endswith("/lesson-session") else statement.object
            return whole or statement.object, statement.attempt or attempt
        case Kind.DISCUSSION if statement.emitter is Emitter.MOODLE:
            forum = next((a.id for a in around if a.type.endswith("/forum")), "")
            return forum or statement.object, statement.attempt
        case _:
            return statement.object, statement.attempt or _first(around, {Kind.ATTEMPT})


def _thread(statement: Statement) -> str:
    """Give the discussion that a post is part of, or is itself."""
    around = statement.parents + statement.groupings
    return next((a.id for a in around if a.type.endswith("/discussion")), statement.object)


def _whole(around: Iterable[Activity], part: str) -> str:
    """Give the activity that an attempt or a part belongs to, "" if it is not told."""
    for activity in around:
        is_whole = kind_of(activity.type) not in {Kind.COURSE, Kind.ATTEMPT, Kind.PART}
        if is_whole and activity.id != part and not activity.type.endswith("/section"):
            return activity.id
    return ""


def _course(statement: Statement) -> str:
    return _first(statement.parents + statement.groupings, {Kind.COURSE})


def _first(activities: Iterable[Activity], kinds: set[Kind]) -> str:
    """Give the first activity of some kinds, "" if there is none."""
    return next((one.id for one in activities if kind_of(one.type) in kinds), "")
