"""
The first of the day: `times: first of the day` in a trigger, on the learner's own clock.

It is the first of which the engine hears. One that happened earlier in the day and comes late
does not trigger again, so in whatever order a day is told, it triggers once.
"""

from engine.calendar import Micros, wall
from engine.record import Entry
from engine.terms import Leaf, Noun
from engine.view import View


def is_first_of_day(leaf: Leaf, event: str, at: Micros, view: View) -> bool:
    """Say whether nothing else of the kind is known of the day of an event."""
    day = wall(at, view.zone).date()
    for _, trace in view.traces(leaf):
        since = view.from_when(trace)
        undone = max((e.at for e in trace.entries if _is_of(e, leaf) and e.undone), default=-1)
        for entry in trace.entries:
            if (
                _is_of(entry, leaf)
                and entry.id != event
                and not entry.undone
                and entry.at > undone
                and (since is None or entry.at >= since)
                and wall(entry.at, view.zone).date() == day
            ):
                return False
    return True


def _is_of(entry: Entry, leaf: Leaf) -> bool:
    is_word = leaf.noun is Noun.EVENT or entry.word == leaf.word
    return is_word and all(pair in entry.fields for pair in leaf.where)
