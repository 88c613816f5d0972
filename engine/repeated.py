"""
How often within a stretch of time, and how often in a row.

A window ends at the view's instant (in `when` that is the triggering event), both ends in
it. In a row means that no attempt with the opposite verdict lies between; one that is not
marked yet has no verdict. An attempt counts once, at the moment it came to be what is asked.
"""

from collections.abc import Sequence

from engine.asked import asked_of
from engine.attempts import Attempt
from engine.calendar import Micros
from engine.events import OPPOSITE
from engine.record import Entry
from engine.terms import Leaf
from engine.verdict import Answer, Verdict
from engine.view import View

Turned = tuple[Micros, Answer, tuple[str, ...]]
"""Since when something answers a leaf as it does, the answer, and the ids of its events."""


def repeated(leaf: Leaf, view: View, attempts: Sequence[Attempt]) -> Verdict:
    """Answer a leaf with `within` or *in a row* about attempts."""
    found = [_turned(attempt, leaf, view) for attempt in attempts]
    return _answered(leaf, view, found)


def repeated_events(leaf: Leaf, view: View) -> Verdict:
    """Answer a leaf with *in a row* about sessions that were missed or attended."""
    words = (leaf.word, OPPOSITE.get(leaf.word, ""))
    found: list[Turned] = []
    for _, trace in view.traces(leaf):
        since = view.from_when(trace)
        for word in words:
            entries = [e for e in trace.entries if e.word == word and view.knows(e)]
            undone = max((e.at for e in entries if e.undone), default=-1)
            answer = Answer.YES if word == leaf.word else Answer.NO
            found += [
                (e.at, answer, (e.id,))
                for e in _once(entries)
                if e.at > undone and (since is None or e.at >= since)
            ]
    return _answered(leaf, view, found)


def _once(entries: Sequence[Entry]) -> list[Entry]:
    """Give what was not an undoing, once for each attempt."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if not entry.undone:
            first.setdefault(entry.attempt or entry.id, entry)
    return list(first.values())


def _turned(attempt: Attempt, leaf: Leaf, view: View) -> Turned:
    """Say since when an attempt has answered a leaf as it does."""
    found = asked_of(attempt, leaf, view)
    number = len(attempt.entries)
    while number > 1:
        earlier = Attempt(attempt.name, attempt.pass_mark, attempt.entries[: number - 1])
        if not earlier.submitted or asked_of(earlier, leaf, view) is not found:
            break
        number -= 1
    return attempt.entries[number - 1].at, found, attempt.evidence


def _answered(leaf: Leaf, view: View, turned: Sequence[Turned]) -> Verdict:
    times = leaf.times
    inside = sorted(turned, key=lambda one: one[0])
    if times.in_a_row:
        inside = _last_row(inside)
    if times.within is not None:
        opens = times.within.before(view.now, view.zone)
        inside = [one for one in inside if one[0] >= opens]
        for at, _, _ in inside:
            view.look_again(times.within.after(at, view.zone) + 1)
    yes = [one for one in inside if one[1] is Answer.YES]
    high = len(yes) + sum(one[1] is Answer.UNKNOWN for one in inside)
    if times.holds(len(yes)) and times.holds(high):
        found = Answer.YES
    elif any(times.holds(number) for number in range(len(yes), high + 1)):
        found = Answer.UNKNOWN
    else:
        found = Answer.NO
    evidence = tuple(i for _, _, ids in yes for i in ids)
    return Verdict(found, view.ask(leaf), _told(leaf, view, yes), leaf.span, (), evidence)


def _last_row(turned: Sequence[Turned]) -> list[Turned]:
    """Give those at the end that nothing opposite comes between; unmarked ones are passed over."""
    row: list[Turned] = []
    for one in turned:
        if one[1] is Answer.NO:
            row.clear()
        elif one[1] is Answer.YES:
            row.append(one)
    return row


def _told(leaf: Leaf, view: View, yes: Sequence[Turned]) -> str:
    if not view.telling:
        return ""
    row = " in a row" if leaf.times.in_a_row else ""
    window = f" within the {leaf.times.within} before {view.when(view.now)}"
    number = f"{len(yes) or 'none'}{row}{window if leaf.times.within else ''}"
    return f"{number}, the first on {view.when(yes[0][0])}" if yes else number
