"""
The process in which plug-ins answer facts: a line of JSON asks, a line of JSON answers.

It is run as a program and imports nothing of Milepost's: a plug-in may bring modules named
`rules` or `engine`, as ours are.
"""

import json
import os
import queue
import sys
import threading
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from typing import TextIO

GROUP = "milepost.facts"
LONGEST = 500
"""Letters of what a plug-in's exception says that are passed on."""


def main(asked: TextIO, told: TextIO, folders: list[str], ours: str) -> None:
    """Load the plug-ins, tell which there are, and answer until nobody asks any more."""
    ours = os.path.realpath(ours)
    sys.path[:] = [*folders, *(p for p in sys.path if os.path.realpath(p) != ours)]
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, lines), daemon=True).start()
    facts, wrong = _load()
    listed = [
        {"word": word, "help": _help(fact), "listens_to": _words(fact)}
        for word, fact in sorted(facts.items())
    ]
    _tell(told, {"facts": listed, "wrong": wrong})
    while True:
        question = json.loads(lines.get())
        _tell(told, _answer(facts, question))


def _listen(asked: TextIO, lines: "queue.SimpleQueue[str]") -> None:
    """Take questions in; end at once with whoever asks, even where a plug-in hangs."""
    for line in asked:
        lines.put(line)
    os._exit(0)


def _load() -> tuple[dict[str, object], list[str]]:
    facts: dict[str, object] = {}
    wrong: list[str] = []
    for entry in entry_points(group=GROUP):
        if entry.name in facts:
            wrong.append(f"{entry.name}: two packages bring it; the first on the path counts")
            continue
        try:
            facts[entry.name] = _loaded(entry)
        except BaseException as error:  # noqa: BLE001 - a plug-in may raise what it likes
            wrong.append(f"{entry.name}: {_said(error)}")
    return facts, wrong


def _loaded(entry: EntryPoint) -> object:
    fact: object = entry.load()
    if not callable(fact):
        raise TypeError("it can't be called with (record, now)")
    if not _help(fact):
        raise TypeError("its `help` is missing: a sentence that says what it means")
    _words(fact)
    return fact


def _help(fact: object) -> str:
    found = getattr(fact, "help", "")
    return found.strip() if isinstance(found, str) else ""


def _words(fact: object) -> list[str]:
    found = getattr(fact, "listens_to", None)
    if not isinstance(found, list | tuple) or not all(isinstance(w, str) and w for w in found):
        raise TypeError("its `listens_to` is no list of event words")
    return [str(word) for word in found]


def _answer(facts: dict[str, object], question: dict[str, object]) -> dict[str, object]:
    fact = facts.get(str(question["fact"]))
    if not callable(fact):
        return {"error": "it is not installed any more"}
    try:
        answer: object = fact(question["record"], datetime.fromisoformat(str(question["now"])))
    except BaseException as error:  # noqa: BLE001 - as above
        return {"error": _said(error)}
    if answer is not None and not isinstance(answer, bool):
        return {"error": f"{repr(answer)[:LONGEST]} is not True, False or None"}
    return {"answer": answer}


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST]


def _tell(told: TextIO, what: object) -> None:
    told.write(json.dumps(what) + "\n")
    told.flush()


def _begin() -> None:
    """Keep the two pipes for ourselves: what a plug-in prints goes to where errors go."""
    asked = os.fdopen(os.dup(0), encoding="utf-8")
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    folders, ours = json.loads(sys.argv[1])
    main(asked, told, folders, ours)


if __name__ == "__main__":
    _begin()
