"""
What rules have announced, beside what an LMS has told of the same event.

An announcement is remembered with what was decided, since no LMS has told it: a fold of events
alone does not bring it back. Whoever asks what has happened is shown both.
"""

from bisect import insort

from engine.ledger import Announced
from engine.record import Entry, Record, Tally, Trace


def with_announced(trace: Trace | None, key: str, record: Record, leave_out: str) -> Trace | None:
    """
    Give the trace of an event with what rules have announced of it.

    Args:
        trace: What an LMS has told of it, None for nothing.
        key: The key of the event noun.
        record: The learner.
        leave_out: A firing whose own announcements do not count, "" for none.
    """
    told = [
        one
        for one in record.ledger.announced[key]
        if not leave_out or not one.id.startswith(leave_out)
    ]
    if not told:
        return trace
    word = _word(key, told[0])
    known = trace.tallies.get(word) if trace else None
    first = min((one.at, one.id) for one in told)
    last = max((one.at, one.id) for one in told)
    number = len(told)
    undone = -1
    if known is not None:
        undone = known.undone
        if known.number:
            number += known.number
            first, last = min(first, known.first), max(last, known.last)
    entries = list(trace.entries) if trace else []
    # Where an LMS's are only counted, so are ours: entries beside a count would hide it.
    if known is None or any(entry.word == word for entry in entries):
        for one in told:
            insort(entries, Entry(one.at, one.id, word))
    tallies = {**(trace.tallies if trace else {}), word: Tally(number, first, last, undone)}
    course = trace.course if trace else told[0].course
    return Trace(course, trace.kind if trace else "", tallies, entries)


def _word(key: str, one: Announced) -> str:
    """Give the event's own name: its key without the course."""
    bare = key.removeprefix("!")
    return bare.removesuffix(f"@{one.course}") if one.course else bare
