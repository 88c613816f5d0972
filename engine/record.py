"""
All that is known of one learner: a fold over events, in any order.

The events table is the truth; a record is what the ruleset asks of it, kept small: counts
for words that pile up (viewed, played), entries for what is marked. Duplicate, late and
shuffled events give the same record, because every part of it is a set, a greatest or a
least, or a list in the order of (time, id).
"""

from bisect import insort
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import msgspec

from engine.by_hand import BECAUSE, BY, EVIDENCE, Grant, Revocation
from engine.calendar import Micros, micros
from engine.events import NOT_BY_THE_LEARNER, Event, Word
from engine.ledger import Ledger


@lru_cache(maxsize=4096)
def exact(over: int, under: int) -> Fraction:
    """Give two whole numbers as a fraction; marks are few, and a Fraction is dear to make."""
    return Fraction(over, under)


class Entry(msgspec.Struct, array_like=True, frozen=True, order=True):
    """One event of an object that is kept whole; marks are exact fractions (over, under)."""

    at: Micros
    id: str
    word: str
    attempt: str = ""
    mark: tuple[int, int] | None = None
    points: str = ""
    criteria: tuple[tuple[str, int, int], ...] = ()
    undone: bool = False
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def fraction(self) -> Fraction | None:
        """Give the mark as a fraction of one."""
        return None if self.mark is None else exact(*self.mark)


class Tally(msgspec.Struct, array_like=True):
    """
    How often something happened, first and last, and when it was last taken back.

    Attributes:
        number: How many events, those taken back included.
        first: The earliest (time, id).
        last: The latest (time, id).
        undone: The latest time of an undoing, -1 if none.
    """

    number: int
    first: tuple[Micros, str]
    last: tuple[Micros, str]
    undone: Micros = -1


class Trace(msgspec.Struct, array_like=True):
    """What happened to one object or of one event noun: tallies by word, entries in order."""

    course: str = ""
    kind: str = ""
    tallies: dict[str, Tally] = {}
    entries: list[Entry] = []


class Change(msgspec.Struct, array_like=True, frozen=True, order=True):
    """A state turned on or off: enrolment, membership, role, suspension."""

    at: Micros
    id: str
    on: bool


class Stamped(msgspec.Struct, array_like=True, frozen=True, order=True):
    """A value and the event that said it; the latest counts."""

    at: Micros
    id: str
    value: str


class Placed(msgspec.Struct, frozen=True, array_like=True):
    """
    An event as the ruleset sees it: canonical names, and the traces it belongs to.

    Attributes:
        object: The canonical LMS name of the object.
        course: The canonical LMS name of the course, "" if none.
        kind: What the object is, as far as it is known.
        keys: Under what rules may listen to it.
        traces: Keys of the traces that want it, each with whether it is kept whole there.
    """

    object: str
    course: str
    kind: str
    keys: tuple[str, ...]
    traces: tuple[tuple[str, bool], ...]


ENROLLED, GROUP, ROLE, SUSPENDED = "enrolled ", "group ", "role ", "suspended"
COHORT = "cohort "
"""Openings of the keys of Record.changes."""

REVIEW = "review:"
"""Opens the object of an answer; the review's key follows."""


def review_key(review: str) -> str:
    """Give the key of the trace that keeps the answers to a review; no leaf looks there."""
    return f"!review {review}"


BY_A_RULE = chr(0xFFFF)
"""Opens the id of a change that a rule made: at one instant it comes after what was told."""


CREDENTIAL = "credential"
"""The kind of what a person revokes or awards; another platform's word is an event like any."""

MAIL_OFF = "mail_off"
"""The field of a profile that says which categories of messages a learner wants no more."""

NEVER_OFF = frozenset({"service"})
"""Categories of what a learner must know: nobody can switch them off."""

NOTHING: frozenset[str] = frozenset()

STATE_WORDS: frozenset[str] = frozenset(
    {
        Word.PROFILE,
        Word.ENROLLED,
        Word.UNENROLLED,
        Word.JOINED,
        Word.LEFT,
        Word.SUSPENDED,
        Word.RESTORED,
        Word.DUE,
        Word.REVOKED,
        Word.AWARDED,
    }
)


class Record(msgspec.Struct, array_like=True):
    """
    One learner.

    Attributes:
        profile: By field.
        changes: By state key, in the order of time.
        traces: By object or bucket.
        seen: By course ("" is anywhere), when the learner herself last did something.
        dues: By whose date it is and the object (see `due_key`): microseconds or a day, as text;
            "" where the date is gone.
        ledger: What has been decided.
        revoked: By credential, what persons revoked, in the order of time.
        granted: By credential, what persons awarded by hand, in the order of time.
    """

    learner: str
    profile: dict[str, Stamped] = {}
    changes: dict[str, list[Change]] = {}
    traces: dict[str, Trace] = {}
    seen: dict[str, Micros] = {}
    dues: dict[str, Stamped] = {}
    ledger: Ledger = msgspec.field(default_factory=Ledger)
    revoked: dict[str, list[Revocation]] = {}
    granted: dict[str, list[Grant]] = {}

    def fork(self) -> "Record":
        """Give a copy that shares nothing that can change."""
        return decode_record(encode_record(self))

    def facts(self) -> "Record":
        """Give the fold alone, without what was decided: the part that no order changes."""
        return Record(
            self.learner,
            self.profile,
            self.changes,
            self.traces,
            self.seen,
            self.dues,
            revoked=self.revoked,
            granted=self.granted,
        ).fork()

    def said(self, field: str) -> str:
        """Give what the profile says of a field, "" if nothing."""
        stamped = self.profile.get(field)
        return stamped.value if stamped else ""

    def opted_out(self) -> frozenset[str]:
        """Give the categories of messages that the learner has switched off, by her profile."""
        said = self.said(MAIL_OFF)
        if not said:
            return NOTHING
        return frozenset(filter(None, (part.strip() for part in said.split(",")))) - NEVER_OFF

    def revocation(self, *credentials: str) -> Revocation | None:
        """Give the latest revocation by a person that stands, under any of a credential's names."""
        said = [each for name in credentials for each in self.revoked.get(name, ())]
        undone = max((each.at for each in said if not each.on), default=-1)
        return max((each for each in said if each.on and each.at > undone), default=None)

    def is_on(self, key: str, at: Micros | None = None) -> bool:
        """Say whether a state is on, now or at an instant."""
        return self.since(key, at) is not None

    def since(self, key: str, at: Micros | None = None) -> Micros | None:
        """Give the start of the present run of a state, None where it is off."""
        return _since(self.changes.get(key, ()), at)

    def enrolments(self, course: str, leave_out: str = "") -> Sequence[Change]:
        """
        Give the enrolments in a course and their ends, as told and as rules did, in order.

        Args:
            course: By its canonical name.
            leave_out: A firing whose own enrolling does not count, "" for none.
        """
        told = self.changes.get(ENROLLED + course, ())
        decided = self.ledger.enrolments.get(course)
        if not decided:
            return told
        counting = [d for d in decided if not leave_out or d.firing != leave_out]
        return sorted([*told, *(Change(d.at, BY_A_RULE + d.firing, d.on) for d in counting)])

    def enrolled_since(
        self, course: str, at: Micros | None = None, leave_out: str = ""
    ) -> Micros | None:
        """Give the start of the present enrolment in a course, None where there is none."""
        return _since(self.enrolments(course, leave_out), at)

    def left_before(self, course: str, at: Micros) -> Micros | None:
        """
        Give when the enrolment before the present one ended, None where there was none.

        What was done before it belongs to another enrolment; what was done before the very
        first one (marks carried over, say) belongs to it.
        """
        left: Micros | None = None
        boundary: Micros | None = None
        for change in self.enrolments(course):
            if change.at > at:
                break
            if change.on:
                boundary = left
            else:
                left = change.at
        return boundary

    def courses(self) -> tuple[str, ...]:
        """Give the courses that the learner is enrolled in now."""
        told = {key.removeprefix(ENROLLED) for key in self.changes if key.startswith(ENROLLED)}
        known = sorted(told.union(self.ledger.enrolments))
        return tuple(course for course in known if self.enrolled_since(course) is not None)

    def fold(self, event: Event, placed: Placed) -> None:
        """Take one event in. Events that were folded already must not come again."""
        at = micros(event.time)
        word = event.word
        if word in STATE_WORDS and not self._change_state(event, placed, at):
            return
        if word not in NOT_BY_THE_LEARNER and not event.undone:
            seen = self.seen
            if at > seen.get("", -1):
                seen[""] = at
            if placed.course and at > seen.get(placed.course, -1):
                seen[placed.course] = at
        for key, whole in placed.traces:
            self._trace(key, event, at, placed, whole=whole)

    def _change_state(self, event: Event, placed: Placed, at: Micros) -> bool:
        """Take in what changes a state; say whether it leaves a trace as well."""
        word = event.word
        match word:
            case Word.PROFILE:
                self._say(event, at)
                return False
            case Word.ENROLLED | Word.UNENROLLED:
                on = (word == Word.ENROLLED) is not event.undone
                if event.role and event.role not in LEARNER_ROLES:
                    self._change(f"{ROLE}{event.role}@{placed.object}", at, event.id, on=on)
                    return False
                self._change(ENROLLED + placed.object, at, event.id, on=on)
            case Word.JOINED | Word.LEFT:
                on = (word == Word.JOINED) is not event.undone
                self._change(placed.object, at, event.id, on=on)
            case Word.SUSPENDED | Word.RESTORED:
                on = (word == Word.SUSPENDED) is not event.undone
                self._change(SUSPENDED, at, event.id, on=on)
            case Word.REVOKED if placed.kind == CREDENTIAL:
                self._revoke(event, placed.object, at)
                return False
            case Word.AWARDED if placed.kind == CREDENTIAL:
                self._grant(event, placed.object, at)
                return False
            case Word.DUE:
                key, value = due_said(event, placed.object)
                stamped = Stamped(at, event.id, value)
                self.dues[key] = max(stamped, self.dues.get(key, stamped))
                return False
            case _:
                pass
        return True

    def _say(self, event: Event, at: Micros) -> None:
        for field, value in event.fields:
            stamped = Stamped(at, event.id, value)
            known = self.profile.get(field)
            if known is None or stamped > known:
                self.profile[field] = stamped

    def _revoke(self, event: Event, credential: str, at: Micros) -> None:
        said = dict(event.fields)
        because, by = said.get(BECAUSE, ""), said.get(BY, "")
        told = Revocation(at, event.id, not event.undone, because, by)
        known = self.revoked.setdefault(credential, [])
        if told not in known:
            insort(known, told)

    def _grant(self, event: Event, credential: str, at: Micros) -> None:
        said = dict(event.fields)
        by, because = said.get(BY, ""), said.get(BECAUSE, "")
        told = Grant(at, event.id, by, because, said.get(EVIDENCE, ""))
        known = self.granted.setdefault(credential, [])
        if by and not event.undone and told not in known:
            insort(known, told)

    def _change(self, key: str, at: Micros, identity: str, *, on: bool) -> None:
        changes = self.changes.setdefault(key, [])
        change = Change(at, identity, on)
        if change not in changes:
            insort(changes, change)

    def _trace(self, key: str, event: Event, at: Micros, placed: Placed, *, whole: bool) -> None:
        trace = self.traces.get(key)
        if trace is None:
            trace = self.traces[key] = Trace(placed.course, placed.kind)
        tally = trace.tallies.get(event.word)
        here = (at, event.id)
        if tally is None:
            # Before it has happened, neither time may hang on what came first.
            tally = trace.tallies[event.word] = Tally(0, (-1, ""), (-1, ""))
        if event.undone:
            tally.undone = max(tally.undone, at)
        else:
            tally.number += 1
            if tally.number == 1:
                tally.first = tally.last = here
            else:
                tally.first = min(tally.first, here)
                tally.last = max(tally.last, here)
        if whole:
            entries = trace.entries
            entry = entry_of(event, at)
            if not entries or entry > entries[-1]:
                entries.append(entry)
            elif entry not in entries:
                insort(entries, entry)


def _since(changes: Sequence[Change], at: Micros | None) -> Micros | None:
    start: Micros | None = None
    for change in changes:
        if at is not None and change.at > at:
            break
        if not change.on:
            start = None
        elif start is None:
            start = change.at
    return start


EVERYBODY = "everybody"
DUE_GROUP, DUE_LMS = "group ", "lms "
"""Openings of the keys of Record.dues; the learner's own dates have none."""

APART = "\x1f"
"""Between a group's name and an object's in a key; no LMS has it in a name."""


def due_key(target: str, group: str = "", *, everybody: bool = False) -> str:
    """Give the key of a due date: the learner's own, a group's or everybody's."""
    if group:
        return f"{DUE_GROUP}{group}{APART}{target}"
    return f"{DUE_LMS}{APART}{target}" if everybody else target


def due_said(event: Event, target: str) -> tuple[str, str]:
    """Give whose date an event tells, as a key of Record.dues, and the date as text."""
    fields = dict(event.fields)
    everybody = fields.get("for") == EVERYBODY
    key = due_key(target, fields.get("group", ""), everybody=everybody)
    if event.undone:
        return key, ""
    return key, str(micros(event.due)) if event.due is not None else fields.get("day", "")


LEARNER_ROLES = frozenset({"learner", "student"})
"""Roles of an enrolment that make somebody a learner of the course."""


def entry_of(event: Event, at: Micros) -> Entry:
    """Give the entry that keeps an event whole."""
    mark: tuple[int, int] | None = None
    points = ""
    if event.score is not None:
        mark = event.score.ratio
        points = "" if event.score.raw is None else str(event.score.raw)
    criteria = tuple(
        (name, *pair) for name, score in event.criteria if (pair := score.ratio) is not None
    )
    return Entry(
        at, event.id, event.word, event.attempt, mark, points, criteria, event.undone, event.fields
    )


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Record)


def encode_record(record: Record) -> bytes:
    """Give a record as bytes (MessagePack)."""
    return _encoder.encode(record)


def decode_record(data: bytes) -> Record:
    """Give a record back from its bytes; a msgspec.DecodeError means another program's."""
    return _decoder.decode(data)
