"""
Threads that a learner began in a forum and that nobody has answered yet.

An LMS tells of a thread by its name (`thread`): once when the learner began it (*posted*), once
when somebody else wrote in it (*answered*). An answer that does not say to what answers
all that she had begun by then: a reminder too few does less harm than one too many.
"""

from collections.abc import Sequence

from engine.calendar import Micros
from engine.events import Word
from engine.record import Entry
from engine.terms import Leaf
from engine.view import View

THREAD = "thread"
"""The field that names a thread."""


def thread_of(entry: Entry) -> str:
    """Give the LMS's name of a thread, "" where it is not said."""
    return next((value for name, value in entry.fields if name == THREAD), entry.attempt)


def unanswered(leaf: Leaf, view: View) -> list[Micros]:
    """Give when each thread was begun that the learner began and nobody answered, in order."""
    found: list[Micros] = []
    for _, trace in view.traces(leaf):
        since = view.from_when(trace)
        known = [e for e in trace.entries if view.knows(e) and (since is None or e.at >= since)]
        begun: dict[str, Micros] = {}
        for post in _standing(known, Word.POSTED):
            begun.setdefault(thread_of(post) or post.id, post.at)
        answers = _standing(known, Word.ANSWERED)
        named = {thread_of(answer) for answer in answers} - {""}
        last = max((a.at for a in answers if not thread_of(a)), default=-1)
        found += [at for thread, at in begun.items() if thread not in named and at > last]
    return sorted(found)


def _standing(entries: Sequence[Entry], word: Word) -> list[Entry]:
    """Give the entries of a word that were not taken back: of their thread, or altogether."""
    undone: dict[str, Micros] = {}
    for entry in entries:
        if entry.word == word and entry.undone:
            undone[thread_of(entry)] = entry.at
    return [
        e
        for e in entries
        if e.word == word
        and not e.undone
        and e.at > max(undone.get(thread_of(e), -1), undone.get("", -1))
    ]
