"""
What a history speaks of, beside what the packs know: other names mean that nothing will happen.

A pack that was written for one LMS and replayed over another's events does nothing at all, and
a table of noughts looks like rules that are wrong.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from adapters.telling.numbers import counted
from engine.events import Event
from engine.names import runs_of
from engine.plan import Plan
from engine.record import Placed
from engine.terms import ACTIVITY_NOUNS, Noun

THINGS = frozenset({*(noun.value for noun in ACTIVITY_NOUNS), Noun.COURSE.value})
"""The kinds of what an LMS names; groups, reviews and credentials are called by other names."""

KEPT = 1_000
"""Strange names that one part of a history remembers; a history may have any number."""
SHOWN = 5


@dataclass(slots=True)
class Named:
    """
    What events speak of.

    Attributes:
        events: How many name an object or a course of the LMS.
        known: How many of them name one that a pack knows.
        strange: The names that no pack knows, and how often each came; not all of very many.
    """

    events: int = 0
    known: int = 0
    strange: dict[str, int] = field(default_factory=dict)

    def see(self, plan: Plan, events: Iterable[Event]) -> None:
        """Count events of one learner, all of the same ruleset."""
        for event in events:
            placed = plan.place(event)
            names = {event.object, event.course} if placed.kind in THINGS else {event.course}
            names.discard("")
            if not names:
                continue
            self.events += 1
            if _is_known(plan, placed):
                self.known += 1
                self.strange.clear()
            elif not self.known:
                for name in sorted(names):
                    if name in self.strange or len(self.strange) < KEPT:
                        self.strange[name] = self.strange.get(name, 0) + 1

    def join(self, other: "Named") -> None:
        """Add what another part of the history speaks of."""
        self.events += other.events
        self.known += other.known
        for name, number in other.strange.items():
            self.strange[name] = self.strange.get(name, 0) + number
        if self.known:
            self.strange.clear()


def _is_known(plan: Plan, placed: Placed) -> bool:
    return (
        placed.object in plan.activities_at
        or placed.object in plan.courses_at
        or placed.course in plan.courses_at
        or any(key.startswith("!") for key in placed.keys)
    )


class NamedDocument(msgspec.Struct):
    """
    What the events speak of, in the JSON document.

    Attributes:
        events: How many name an activity or a course.
        known: How many name one of the packs'.
        strange: Where none does: the names that they have instead, the commonest first.
        packs: Where none does: the names that the packs have.
    """

    events: int
    known: int
    strange: dict[str, int] = {}
    packs: list[str] = []


def named_document(named: Named, plan: Plan) -> NamedDocument:
    """Give what the events speak of, with names on both sides where none is the same."""
    document = NamedDocument(named.events, named.known)
    if named.events and not named.known:
        ruleset = plan.ruleset
        common = sorted(named.strange.items(), key=lambda each: (-each[1], each[0]))
        document.strange = dict(common)
        runs = [run for course in ruleset.courses.values() for run in runs_of(course)]
        names = [name for run in runs for name in run.lms]
        names += [name for activity in ruleset.activities.values() for name in activity.lms]
        document.packs = sorted(dict.fromkeys(names))
    return document


def strangers(named: NamedDocument) -> list[str]:
    """Say that the events and the packs have no name in common; nothing where they have."""
    if not named.strange or not named.packs:
        return []
    told = [f"{name} ({counted(n, 'event')})" for name, n in list(named.strange.items())[:SHOWN]]
    events = counted(named.events, "event")
    return [
        f"None of the {events} that name an activity or a course names one of these packs'.",
        f"  the events have: {_some(told, len(named.strange))}",
        f"  pack.yaml has:   {_some(named.packs[:SHOWN], len(named.packs))}",
        "What stands after `lms:` in pack.yaml must be the LMS's own name, letter for letter.",
    ]


def _some(shown: list[str], number: int) -> str:
    more = number - len(shown)
    return ", ".join(shown) + (f", and {more:,} more" if more else "")
