"""
The facts of the installed plug-ins, asked in one long-lived process of their own.

A plug-in can neither hold the engine up nor end it: what comes late, wrong or not at all is
*not known*, with a line in the log, and the process begins anew for the next question. A fact that
fails again and again is left alone for a while, and what hangs on it is asked again later.
"""

import atexit
import logging
import os
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from time import monotonic

import msgspec

from adapters.facts.child import Child, GoneError, LateError
from adapters.settings.tree import FactsSettings
from engine.calendar import HOUR, MINUTE, Micros
from engine.facts import Fact, Learner

log = logging.getLogger("milepost.facts")

LOADING = 20.0
"""Seconds in which all plug-ins must have been imported."""

PATIENT = 3
"""Failures in a row after which a fact is left alone for a while."""

FIRST_REST, LONGEST_REST = 1.0, 300.0
"""Seconds for which it is left alone at first, doubled with each failure, and at the most."""

SOON, LATE = MINUTE, 6 * HOUR
"""After how long what could not be asked is asked again, doubled with each failure."""

DOUBLINGS = 10
"""How often a wait is doubled at the most."""

REMEMBERED = 2000
"""Answers that are kept: a question is often asked twice, to decide and to tell why."""


class _Question(msgspec.Struct):
    fact: str
    record: Learner
    now: str


class _Listed(msgspec.Struct):
    facts: tuple[Fact, ...]
    wrong: tuple[str, ...]


class _Told(msgspec.Struct):
    answer: bool | None = None
    error: str = ""


class Plugins:
    """The door to the plug-ins. The process begins with the first question. Safe in threads."""

    def __init__(self, path: tuple[Path, ...], timeout: float) -> None:
        """Ask plug-ins in these folders and the installed ones; `timeout` seconds an answer."""
        self._path = path
        self._timeout = timeout
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._owner = 0
        self._forked: list[Child] = []
        self._known: dict[str, Fact] | None = None
        self._answers: dict[bytes, bool | None] = {}
        self._failures: dict[str, int] = {}
        self._rests_until: dict[str, float] = {}

    @property
    def pid(self) -> int:
        """Give the number of the process, 0 where none runs."""
        return self._child.pid if self._child is not None else 0

    def known(self) -> Mapping[str, Fact]:
        """Give the facts of all plug-ins that could be loaded, by their word."""
        with self._lock:
            if self._known is None:
                self._known = {}
                self._begun()
            return self._known

    def answer(self, word: str, learner: Learner, now: str) -> bool | None:
        """Ask a plug-in; None where it does not know, fails or takes too long."""
        line = msgspec.json.encode(_Question(word, learner, now))
        with self._lock:
            if line not in self._answers and monotonic() < self._rests_until.get(word, 0.0):
                return None
            if line not in self._answers:
                if len(self._answers) >= REMEMBERED:
                    self._answers.clear()
                self._answers[line] = self._ask(word, line)
            return self._answers[line]

    def retry(self, word: str) -> Micros | None:
        """Say after how long to ask again, the longer the more often it has failed in a row."""
        failures = self._failures.get(word, 0)
        return min(LATE, SOON << min(failures - 1, DOUBLINGS)) if failures else None

    def end(self) -> None:
        """End the process; a further question begins it anew."""
        with self._lock:
            self._end()

    def _ask(self, word: str, line: bytes) -> bool | None:
        child = self._begun()
        if child is None:
            self._failed_again(word)
            return None
        try:
            told = msgspec.json.decode(child.ask(line, self._timeout), type=_Told)
        except LateError:
            self._failed(f"no answer in {self._timeout:g} seconds", word)
            return None
        except GoneError:
            self._failed("its process ended", word)
            return None
        except msgspec.DecodeError as error:
            self._failed(str(error), word)
            return None
        if told.error:
            log.warning("fact %s is not known: %s", word, told.error)
            self._failed_again(word)
        elif self._failures.pop(word, 0) >= PATIENT:
            self._rests_until.pop(word, None)
            log.warning("fact %s is answered again", word)
        return told.answer

    def _failed(self, why: str, word: str) -> None:
        log.warning("fact %s is not known: %s; the plug-ins begin anew", word, why)
        self._end()
        self._failed_again(word)

    def _failed_again(self, word: str) -> None:
        """Count a failure; after some in a row the fact is left alone for a while."""
        failures = self._failures[word] = self._failures.get(word, 0) + 1
        if failures >= PATIENT:
            rest = min(LONGEST_REST, FIRST_REST * 2 ** min(failures - PATIENT, DOUBLINGS))
            self._rests_until[word] = monotonic() + rest
            log.warning("fact %s failed %d times in a row; it rests %g s", word, failures, rest)

    def _begun(self) -> Child | None:
        """Give the process, begun where none runs; None where plug-ins can't be loaded."""
        if self._child is not None and self._owner != os.getpid():
            # A fork has the pipes of its parent's process, which it must not touch.
            self._forked.append(self._child)
            self._child = None
        if self._child is not None:
            return self._child
        self._child, self._owner = Child(self._path), os.getpid()
        try:
            listed = msgspec.json.decode(self._child.hear(LOADING), type=_Listed)
        except (LateError, GoneError, msgspec.DecodeError):
            log.warning("no fact is known: a plug-in hangs, or ends the process, when imported")
            self._end()
            return None
        for wrong in listed.wrong:
            log.warning("fact %s", wrong)
        self._known = {fact.word: fact for fact in listed.facts}
        return self._child

    def _end(self) -> None:
        if self._child is not None and self._owner == os.getpid():
            self._child.end()
        self._child = None


@cache
def plugins(settings: FactsSettings) -> Plugins:
    """Give the one door of this process to the plug-ins that config.toml says."""
    found = Plugins(settings.path, settings.timeout)
    atexit.register(found.end)
    return found
