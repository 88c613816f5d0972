"""
Attempts: what an LMS tells of one try in several events, put together again.

Events that name their attempt belong together. Where an LMS names none, a submission opens
an attempt, and the marks that follow it belong to it until the next submission; a mark
without a submission is an attempt of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.calendar import Micros
from engine.events import IMPLY_SUBMITTED, Word
from engine.record import Entry, exact

ATTEMPT_WORDS = frozenset(
    {
        Word.STARTED,
        Word.SUBMITTED,
        Word.GRADED,
        Word.PASSED,
        Word.FAILED,
        Word.COMPLETED,
        Word.FEEDBACK_GIVEN,
    }
)
"""Words that speak of an attempt."""

IMPLIED: frozenset[str] = frozenset({Word.SUBMITTED, Word.GRADED, Word.PASSED, Word.FAILED})
"""Words that may be true of an attempt without an event that says them."""

_VERDICTS = frozenset({Word.PASSED, Word.FAILED})
_RANK: dict[str, int] = {Word.STARTED: 0, Word.SUBMITTED: 1}


@dataclass(slots=True)
class Attempt:
    """
    One attempt, as known at an instant.

    Attributes:
        name: The LMS's name of it, "" where it has none.
        entries: Its events in the order of time.
        pass_mark: The least fraction that passes, None where nobody says one.
    """

    name: str
    pass_mark: Fraction | None = None
    entries: list[Entry] = field(default_factory=list)
    _marks: dict[str, Fraction | None] = field(default_factory=dict)
    _standing: list[Entry] | None = None
    _words: frozenset[str] | None = None
    _submitted: bool | None = None

    def standing(self) -> list[Entry]:
        """Give the entries that were not taken back afterwards."""
        found = self._standing
        if found is None:
            undone: dict[str, Micros] = {e.word: e.at for e in self.entries if e.undone}
            found = self.entries
            if undone:
                found = [e for e in found if not e.undone and e.at > undone.get(e.word, -1)]
            self._standing = found
        return found

    @property
    def words(self) -> frozenset[str]:
        """Give the words that stand."""
        if self._words is None:
            self._words = frozenset(entry.word for entry in self.standing())
        return self._words

    @property
    def submitted(self) -> bool:
        """Say whether it was handed in: said so, or implied by a mark."""
        if self._submitted is None:
            self._submitted = any(
                entry.word in IMPLY_SUBMITTED
                or entry.mark is not None
                or bool(entry.points)
                or (bool(entry.attempt) and entry.word == Word.COMPLETED)
                for entry in self.standing()
            )
        return self._submitted

    @property
    def at(self) -> Micros:
        """Give when it was last touched."""
        return self.entries[-1].at

    @property
    def handed_in(self) -> Micros:
        """Give when it was handed in, as far as that is known: no later mark moves it."""
        said = (e.at for e in self.standing() if e.word in IMPLY_SUBMITTED or e.mark is not None)
        return min(said, default=self.at)

    @property
    def began(self) -> Micros:
        """Give when it was first heard of; attempts are ordered by it."""
        return self.entries[0].at

    def mark(self, criterion: str = "") -> Fraction | None:
        """Give the fraction it was marked with, for the whole or a row of the rubric."""
        if criterion not in self._marks:
            self._marks[criterion] = self._find_mark(criterion)
        return self._marks[criterion]

    def _find_mark(self, criterion: str) -> Fraction | None:
        found: Fraction | None = None
        for entry in self.standing():
            if criterion:
                for name, over, under in entry.criteria:
                    if name == criterion:
                        found = exact(over, under)
            elif entry.mark is not None:
                found = entry.fraction
        return found

    def points(self) -> Fraction | None:
        """Give the raw points it was marked with."""
        found: Fraction | None = None
        for entry in self.standing():
            if entry.points:
                found = Fraction(entry.points)
        return found

    @property
    def passed(self) -> bool | None:
        """Give the LMS's verdict, else the mark against the pass mark; None where unknown."""
        if not _VERDICTS.isdisjoint(self.words):
            said = [e.word for e in self.standing() if e.word in _VERDICTS]
            return said[-1] == Word.PASSED
        mark = self.mark()
        if mark is None or self.pass_mark is None:
            return None
        return mark >= self.pass_mark

    def has(self, word: str) -> bool | None:
        """Say whether a word is true of it; None where that is not known yet."""
        match word:
            case Word.PASSED:
                return self.passed
            case Word.FAILED:
                passed = self.passed
                return None if passed is None else not passed
            case Word.SUBMITTED:
                return self.submitted
            case Word.GRADED:
                return Word.GRADED in self.words or self.mark() is not None
            case _:
                return word in self.words

    @property
    def implied(self) -> frozenset[str]:
        """Give those of IMPLIED that are true of it."""
        found = set()
        if self.submitted:
            found.add(Word.SUBMITTED)
        if Word.GRADED in self.words or self.mark() is not None:
            found.add(Word.GRADED)
        passed = self.passed
        if passed is not None:
            found.add(Word.PASSED if passed else Word.FAILED)
        return frozenset(found)

    @property
    def evidence(self) -> tuple[str, ...]:
        """Give the ids of its events."""
        return tuple(entry.id for entry in self.standing())


def attempts_of(
    entries: Sequence[Entry],
    pass_mark: Fraction | None,
    since: Micros | None = None,
    leave_out: str = "",
    *,
    whole: bool = False,
) -> list[Attempt]:
    """
    Put the attempts at one object together, in order of beginning.

    Args:
        entries: The object's entries, as far as they are known.
        pass_mark: The least fraction that passes, None where nobody says one.
        since: Earlier entries do not count.
        leave_out: The id of an event that is left out, to see what it changed.
        whole: Whether all events that name no attempt are of one: a course has one grade, and
            each new one takes the place of the last.
    """
    named: dict[str, Attempt] = {}
    found: list[Attempt] = []
    open_attempt: Attempt | None = None
    known = [
        e
        for e in entries
        if e.word in ATTEMPT_WORDS and e.id != leave_out and (since is None or e.at >= since)
    ]
    for entry in sorted(known, key=lambda e: (e.at, _RANK.get(e.word, 2), e.id)):
        if entry.attempt:
            attempt = named.get(entry.attempt)
            if attempt is None:
                attempt = named[entry.attempt] = Attempt(entry.attempt, pass_mark)
                found.append(attempt)
            attempt.entries.append(entry)
            continue
        if open_attempt is None or not (whole or _belongs(entry, open_attempt)):
            open_attempt = Attempt("", pass_mark)
            found.append(open_attempt)
        open_attempt.entries.append(entry)
    return found


def _belongs(entry: Entry, attempt: Attempt) -> bool:
    """Say whether an event without an attempt's name goes on with the open attempt."""
    if entry.undone:
        return True
    if entry.word in (Word.SUBMITTED, Word.STARTED):
        return entry.word == Word.SUBMITTED and all(e.word == Word.STARTED for e in attempt.entries)
    rivals = _VERDICTS if entry.word in _VERDICTS else {entry.word}
    if any(e.word in rivals for e in attempt.entries):
        return False
    scored = entry.mark is not None
    return not (scored and any(e.mark not in (None, entry.mark) for e in attempt.entries))
