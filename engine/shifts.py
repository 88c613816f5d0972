"""
Differences of many learners, added up: per thing, how many gain, lose, and come at another time.

Two sums of different learners add up to the sum of both, so a history can be compared in parts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.calendar import Micros
from engine.comparison import CREDENTIAL, Change, Difference
from engine.outcome import Did


@dataclass(slots=True)
class Cause:
    """
    One reason for a change, and how often it was the reason.

    Attributes:
        words: The condition in the author's words, or what was said before and is said now.
        place: Where it is written, "" if nowhere.
        number: How often.
        lowest: The lowest number that was compared, as (over, under), None if there is none.
        highest: The highest.
    """

    words: str
    place: str = ""
    number: int = 0
    lowest: tuple[int, int] | None = None
    highest: tuple[int, int] | None = None

    def add(self, number: int, *values: tuple[int, int] | None) -> None:
        """Count further cases, with the numbers that were compared in them."""
        self.number += number
        for value in values:
            if value is None:
                continue
            if self.lowest is None or _less(value, self.lowest):
                self.lowest = value
            if self.highest is None or _less(self.highest, value):
                self.highest = value


def _less(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] * other[1] < other[0] * one[1]


@dataclass(slots=True)
class Shift:
    """
    What changes in one thing that a rule, credential or skill does.

    Attributes:
        thing: The full name.
        what: `credential`, `skill`, `decision`, or the kind of an effect.
        target: The message, the activity and so on, "" where there is none.
        gained: How often it happens only under the second ruleset.
        lost: How often only under the first.
        moved: How often under both, at another time.
        otherwise: How often it is not done under either, for another reason.
        later: By how much those that moved come later, all together, in microseconds.
        earlier: How many of those that moved come earlier.
        gainers: How many learners gain.
        losers: How many learners lose.
        freed: How many that moved had been deferred, and are not any more.
        causes: Why, by the words and place of the reason.
    """

    thing: str
    what: str
    target: str
    gained: int = 0
    lost: int = 0
    moved: int = 0
    otherwise: int = 0
    later: Micros = 0
    earlier: int = 0
    gainers: int = 0
    losers: int = 0
    freed: int = 0
    causes: dict[str, Cause] = field(default_factory=dict)

    def add(self, difference: Difference) -> None:
        """Count one difference; learners are counted by `Shifts`."""
        before, after = difference.before, difference.after
        match difference.change:
            case Change.GAINED:
                self.gained += 1
            case Change.LOST:
                self.lost += 1
            case Change.OTHERWISE:
                self.otherwise += 1
            case Change.MOVED:
                self.moved += 1
                if before.at is not None and after.at is not None:
                    self.later += after.at - before.at
                    self.earlier += after.at < before.at
                deferred = Did.DEFERRED.value
                self.freed += deferred in before.words and deferred not in after.words
        words = _cause(difference)
        if words:
            key = f"{difference.change.value} {words} {difference.place}"
            cause = self.causes.setdefault(key, Cause(words, difference.place))
            cause.add(1, difference.value)

    def join(self, other: "Shift") -> None:
        """Add what changes for other learners."""
        for name in (
            "gained", "lost", "moved", "otherwise", "later", "earlier", "gainers", "losers", "freed"
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for key, cause in other.causes.items():
            own = self.causes.setdefault(key, Cause(cause.words, cause.place))
            own.add(cause.number, cause.lowest, cause.highest)


def _cause(difference: Difference) -> str:
    """Say why something differs: the condition that lacked, or what was decided instead."""
    if difference.what == CREDENTIAL:
        return difference.reason
    before, after = difference.before, difference.after
    match difference.change:
        case Change.GAINED:
            return f"was {_told(before.words, before.because)}" if before.words else ""
        case Change.LOST:
            return f"is {_told(after.words, after.because)}" if after.words else ""
        case Change.OTHERWISE:
            was, now = _told(before.words, before.because), _told(after.words, after.because)
            return f"was {was}, is {now}"
        case Change.MOVED:
            if before.words == after.words:
                return ""
            return f"was {_told(before.words, '')}, is {_told(after.words, '')}"


def _told(words: Iterable[str], because: str) -> str:
    held_back = [word for word in words if word != Did.FIRED.value]
    said = " then ".join(held_back) or Did.FIRED.value
    return f"{said} ({because})" if because else said


@dataclass(slots=True)
class Shifts:
    """All that changes for many learners, by what changes."""

    by_name: dict[str, Shift] = field(default_factory=dict)
    learners: int = 0
    """How many learners any of it concerns."""

    def count(self, found: Iterable[Difference]) -> None:
        """Add one learner's differences."""
        gained: set[str] = set()
        lost: set[str] = set()
        anything = False
        for difference in found:
            anything = True
            name = f"{difference.thing} {difference.what} {difference.target}"
            shift = self.by_name.get(name)
            if shift is None:
                shift = self.by_name[name] = Shift(
                    difference.thing, difference.what, difference.target
                )
            shift.add(difference)
            if difference.change is Change.GAINED:
                gained.add(name)
            elif difference.change is Change.LOST:
                lost.add(name)
        for name in gained:
            self.by_name[name].gainers += 1
        for name in lost:
            self.by_name[name].losers += 1
        self.learners += anything

    def join(self, other: "Shifts") -> None:
        """Add what changes for other learners."""
        self.learners += other.learners
        for name, shift in other.by_name.items():
            own = self.by_name.get(name)
            if own is None:
                self.by_name[name] = shift
            else:
                own.join(shift)

    def sorted(self) -> Iterator[Shift]:
        """Yield the shifts by thing, what and target."""
        for name in sorted(self.by_name):
            yield self.by_name[name]
