"""
Milepost's own events, from JSON: one object, an array, or one object a line.

The contract: `id`, `time`, `learner`, `course`, `object`, `is`, `score` (`raw`, `min`, `max`).
Beyond it these keys are understood: `attempt`, `criteria` (name to score), `undone`, `role`,
`due` (a time or a day), `group` and `for: everybody` (whose due date it is), `thread`, `fields`
(name to text), `verb`, and `given` in a score (a fraction of one). Who revokes or awards a
credential says `credential` (its full name), `because`, `by` and `evidence` (texts). Any other
key is ignored, save in a profile, whose keys are what is known of the learner. Among `fields`,
true and false are the texts *yes* and *no*, as in rule files.

This is the hot path: one typed decode, one joint look at all texts, and the slow questions
(what is wrong, and where) are asked only of what did not pass.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from adapters.inbound.received import (
    EARLIEST,
    LATEST,
    MAX_TEXT,
    UNREADABLE,
    BadBody,
    Received,
    fingerprint,
    number_problem,
    refused,
    text_problem,
    time_problem,
)
from engine.by_hand import BECAUSE, BY, EVIDENCE
from engine.events import Event, Score, Word
from engine.placing import CREDENTIAL_NAME
from engine.record import EVERYBODY
from engine.threads import THREAD

BOM = b"\xef\xbb\xbf"
MAX_INTEGER = 10**40
ZERO = Decimal(0)
MAX_NAMES = 200
"""Fields or criteria in one event."""

OF_THE_LEARNER = frozenset(
    {Word.PROFILE, Word.SUSPENDED, Word.RESTORED, Word.LOGGED_IN, Word.CREATED}
)
"""Words that may come without an object."""

NEED_AN_OBJECT = frozenset(Word) - OF_THE_LEARNER
ENROLMENT = frozenset({Word.ENROLLED, Word.UNENROLLED})
HAVE_MORE = frozenset({Word.PROFILE, Word.DUE})
"""Words whose events say what those of others do not."""

RESERVED = frozenset(
    {"id", "time", "learner", "is", "object", "course", "fields", "undone", "verb"}
)
"""Keys of a profile that say nothing of the learner."""

Marks = tuple[tuple[str, Score], ...]
Fields = tuple[tuple[str, str], ...]


class _Mark(msgspec.Struct):
    raw: Decimal | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    given: Decimal | None = None


class _Wire(msgspec.Struct):
    """An event as it is written, each key with the types that it may have."""

    learner: str | int | None = None
    word: str | None = msgspec.field(name="is", default=None)
    time: datetime | None = None
    object: str | None = None
    id: str | int | None = None
    course: str | None = None
    score: _Mark | None = None
    attempt: str | int | None = None
    criteria: dict[str, _Mark] | None = None
    undone: bool | None = None
    role: str | None = None
    due: str | None = None
    group: str | None = None
    whose: str | None = msgspec.field(name="for", default=None)
    thread: str | int | None = None
    fields: dict[str, str | int | float | bool | None] | None = None
    verb: str | None = None
    credential: str | None = None
    because: str | None = None
    by: str | None = None
    evidence: str | tuple[str, ...] | None = None


class _Named(msgspec.Struct):
    id: str | int | None = None


_wire = msgspec.json.Decoder(_Wire)
_named = msgspec.json.Decoder(_Named)
_one = msgspec.json.Decoder(msgspec.Raw)
_many = msgspec.json.Decoder(list[msgspec.Raw])
_profile = msgspec.json.Decoder(dict[str, object], float_hook=str)

_WRONG_TYPE = re.compile(r"^Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")
_MISSING = re.compile(r"^Object missing required field `(?P<name>[^`]*)`")
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(?P<place>.*?)`$")
_SPOKEN = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "datetime": "a time",
    "null": "nothing",
}


def decode(body: bytes, source: str, arrived: datetime) -> list[Received]:
    """
    Read a body of native events, in its order.

    Args:
        body: One JSON object, an array of them, or one a line, in UTF-8.
        source: Who sent it.
        arrived: When; the time of a profile that tells none.

    Raises:
        BadBody: It is not JSON, or neither an object nor an array nor lines of objects.
    """
    return [read(raw, source, arrived) for raw in split(body)]


def split(body: bytes) -> list[bytes]:
    """
    Cut a body into its JSON values, unread; a line of several that is no JSON stays as it is.

    Raises:
        BadBody: Nothing in it is a JSON object or an array.
    """
    text = body.removeprefix(BOM).strip()
    if text[:1] == b"[":
        try:
            return [bytes(raw) for raw in _many.decode(text)]
        except UNREADABLE as error:
            raise BadBody(f"the body is not JSON: {_plainly(error)}") from None
    if text[:1] != b"{":
        raise BadBody("the body is neither a JSON object nor an array nor lines of objects")
    try:
        _one.decode(text)
    except UNREADABLE as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if not any(_is_object(line) for line in lines):
            raise BadBody(f"the body is not JSON: {_plainly(error)}") from None
        return lines
    return [text]


def read(raw: bytes, source: str, arrived: datetime) -> Received:
    """Read one JSON value as a native event; what is wrong with it is in the reason."""
    try:
        wire = _wire.decode(raw)
    except UNREADABLE as error:
        return refused(raw, explain(error), _id_of(raw))
    name = _text_of(wire.id) or fingerprint(raw)
    event = _event(wire, name, raw, source, arrived)
    if isinstance(event, str):
        return refused(raw, event, name)
    return Received(raw, event, "", name)


def _event(wire: _Wire, name: str, raw: bytes, source: str, arrived: datetime) -> Event | str:
    """Give the event that a well-typed object says, or the reason why it says none."""
    learner = _text_of(wire.learner)
    attempt = _text_of(wire.attempt)
    word = wire.word or ""
    thing = wire.credential or wire.object or ""
    course = wire.course or ""
    role = wire.role or ""
    verb = wire.verb or ""
    together = f"{learner}{word}{thing}{course}{attempt}{role}{verb}{name}"
    if len(together) > MAX_TEXT or "\x00" in together:
        texts = {
            "learner": learner,
            "is": word,
            "object": thing,
            "course": course,
            "attempt": attempt,
            "role": role,
            "verb": verb,
            "id": name,
        }
        for code, text in texts.items():
            if problem := text_problem(code, text):
                return problem
    if not learner.strip():
        return "learner: missing; whose event is it?"
    if not word.strip():
        return "is: missing; what happened?"
    if word in ENROLMENT:
        thing, course = thing or course, course or thing
    if (wire.credential is not None or not thing) and (problem := _object_problem(wire, word)):
        return problem
    time = wire.time
    if time is None:
        if word != Word.PROFILE:
            return "time: missing; write it like 2025-03-03T10:00:00+01:00"
        time = arrived
    if time.tzinfo is not UTC or not EARLIEST <= time < LATEST:
        if problem := time_problem(time):
            return problem
        time = time.astimezone(UTC)
    score = None if wire.score is None else _score(wire.score)
    if isinstance(score, str):
        return score
    further = _further(wire, raw) if _has_more(wire) else _NOTHING
    if isinstance(further, str):
        return further
    criteria, due, fields = further
    return Event(
        id=name,
        time=time,
        learner=learner,
        word=word,
        object=thing,
        course=course,
        verb=verb,
        score=score,
        attempt=attempt,
        criteria=criteria,
        undone=wire.undone is True,
        role=role,
        due=due,
        fields=fields,
        source=source,
    )


_Further = tuple[Marks, datetime | None, Fields]
_NOTHING: _Further = ((), None, ())


def _has_more(wire: _Wire) -> bool:
    """Say whether an event has one of the parts that few have."""
    return (
        wire.criteria is not None
        or wire.due is not None
        or wire.fields is not None
        or wire.thread is not None
        or wire.credential is not None
        or wire.word in HAVE_MORE
    )


def _further(wire: _Wire, raw: bytes) -> _Further | str:
    """Give criteria, due time and fields, or what is wrong with one of them."""
    criteria: list[tuple[str, Score]] = []
    for name, mark in sorted((wire.criteria or {}).items()):
        score = _score(mark)
        if isinstance(score, str):
            return f"criteria: {name[:50]}: {score}"
        if problem := text_problem("criteria", name):
            return problem
        criteria.append((name, score))
    given: dict[str, object] = dict(wire.fields or {})
    if wire.thread is not None:
        given[THREAD] = _text_of(wire.thread)
    if wire.credential is not None:
        said = ((BECAUSE, wire.because), (BY, wire.by), (EVIDENCE, _lines(wire.evidence)))
        given |= {key: text.strip() for key, text in said if text is not None}
    due: datetime | None = None
    if wire.word == Word.DUE or wire.due is not None:
        due_or_problem = _due(wire, given)
        if isinstance(due_or_problem, str):
            return due_or_problem
        due = due_or_problem
    if wire.word == Word.PROFILE:
        known = _profile.decode(raw)
        given = {key: value for key, value in known.items() if key not in RESERVED} | given
    fields = tuple(sorted(_fields_of(given).items()))
    if max(len(criteria), len(fields)) > MAX_NAMES:
        return f"fields: more than {MAX_NAMES} in one event"
    for name, value in fields:
        problem = text_problem("fields", name) or text_problem(f"fields: {name[:50]}", value)
        if problem:
            return problem
    return tuple(criteria), due, fields


def _object_problem(wire: _Wire, word: str) -> str:
    """Say what is wrong where there is no object, or with what a person says of a credential."""
    if wire.credential is None:
        return f"object: missing; what was {word}?" if word in NEED_AN_OBJECT else ""
    if word not in (Word.REVOKED, Word.AWARDED):
        return f"credential: only revoked or awarded is said of one, not {word[:40]}"
    name = wire.credential or ""
    if problem := text_problem("credential", name):
        return problem
    if not CREDENTIAL_NAME.fullmatch(name):
        return "credential: not a full name; write it like data-literacy/data-cleaning"
    if wire.undone is True:
        wrong = "undone: an award by hand is revoked, not undone"
        return wrong if word == Word.AWARDED else ""
    if not (wire.because or "").strip():
        return f"because: missing; why was it {word}?"
    if word == Word.AWARDED and not (wire.by or "").strip():
        return "by: missing; who has awarded it?"
    return ""


def _lines(said: str | tuple[str, ...] | None) -> str | None:
    """Give what may be one text or several as one, a line each; None where nothing is said."""
    if said is None or isinstance(said, str):
        return said
    return "\n".join(" ".join(each.split()) for each in said)


def _due(wire: _Wire, given: dict[str, object]) -> datetime | str | None:
    """
    Give a due time, None for a due day or for a date taken away, or what is wrong with it.

    Whose date it is, and a day, go among the event's fields.
    """
    if wire.group and wire.whose:
        return "for: a due date is a group's or everybody's, not both"
    if wire.whose not in {None, EVERYBODY}:
        return f"for: {str(wire.whose)[:40]} is not {EVERYBODY}"
    if wire.group:
        given["group"] = wire.group
    if wire.whose:
        given["for"] = wire.whose
    said = wire.due or str(given.get("day", ""))
    if wire.undone and not said:
        return None
    if not said and wire.word == Word.DUE:
        return "due: missing; when is it due for this learner?"
    try:
        given["day"] = date.fromisoformat(said).isoformat()
    except ValueError:
        pass
    else:
        return None
    try:
        due = datetime.fromisoformat(said)
    except ValueError:
        return "due: not a time; write it like 2025-03-03T10:00:00+01:00, or a day like 2025-03-03"
    return time_problem(due, "due") or due.astimezone(UTC)


def _fields_of(given: dict[str, object]) -> dict[str, str]:
    """Give the texts, numbers and answers among values, as texts; the rest says nothing."""
    fields: dict[str, str] = {}
    for name, value in given.items():
        match value:
            case bool():
                fields[name] = "yes" if value else "no"
            case str():
                fields[name] = value
            case int() if abs(value) < MAX_INTEGER:
                fields[name] = str(value)
            case float():
                fields[name] = repr(value)
    return fields


def _score(mark: _Mark) -> Score | str:
    """Give a mark that rules can reckon with, or what is wrong with it."""
    low = ZERO if mark.min is None else mark.min
    if mark.raw is None and mark.given is None:
        return "score: neither raw points nor a fraction"
    if (
        ((number := mark.raw) is not None and (problem := number_problem("raw", number)))
        or ((number := mark.max) is not None and (problem := number_problem("max", number)))
        or ((number := mark.min) is not None and (problem := number_problem("min", number)))
        or ((number := mark.given) is not None and (problem := number_problem("given", number)))
    ):
        return problem
    if mark.max is not None and mark.max <= low:
        return f"score: max {mark.max} is not above min {low}"
    return Score(mark.raw, low, mark.max, mark.given)


def _text_of(value: str | int | None) -> str:
    """Give an id as text; ids often come as numbers."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < MAX_INTEGER else ""
    return value


def _id_of(raw: bytes) -> str:
    """Find the id of something that is otherwise not as it should be, "" if there is none."""
    try:
        return _text_of(_named.decode(raw).id)
    except UNREADABLE:
        return ""


def _is_object(line: bytes) -> bool:
    """Say whether a line is a JSON object on its own."""
    try:
        return bytes(_one.decode(line))[:1] == b"{"
    except UNREADABLE:
        return False


def explain(error: Exception) -> str:
    """Say in a sender's words why an object could not be decoded: `key: sentence`."""
    if not isinstance(error, msgspec.ValidationError):
        return f"json: {_plainly(error)}"
    message = str(error)
    place = _PLACE.search(message)
    path = place["place"] if place else ""
    missing = _MISSING.match(message)
    if missing:
        path = f"{path}.{missing['name']}" if path else missing["name"]
    code = re.split(r"[.\[]", path, maxsplit=1)[0] or "event"
    where = "" if path == code or not path else f" (in {path})"
    if missing:
        return f"{code}: missing{where}"
    wrong = _WRONG_TYPE.match(message)
    if wrong:
        kinds = dict.fromkeys(_SPOKEN.get(w, w) for w in wrong["wanted"].split(" | "))
        kinds.pop("nothing", None)
        got = _SPOKEN.get(wrong["got"], wrong["got"])
        return f"{code}: expected {' or '.join(kinds)}, got {got}{where}"
    if "datetime" in message:
        return f"{code}: not a time; write it like 2025-03-03T10:00:00+01:00{where}"
    return f"{code}: {_PLACE.sub('', message)}{where}"


def _plainly(error: Exception) -> str:
    """Say why bytes are no JSON, without the words of Python."""
    match error:
        case RecursionError():
            return "it is nested too deeply"
        case UnicodeDecodeError():
            return "it is not UTF-8"
        case msgspec.DecodeError():
            return str(error).removeprefix("JSON is malformed: ")
    return "a number in it is out of range"
