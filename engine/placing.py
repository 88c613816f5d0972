"""Where an event belongs under a ruleset: its canonical names, its keys, its traces."""

import re
from collections.abc import Collection

from engine.cohorts import membership_key, only_cohorts
from engine.events import ANSWERS, Event, Word
from engine.keys import Keys
from engine.needs import Needs
from engine.record import CREDENTIAL, REVIEW, Placed, review_key
from engine.terms import Noun

OF_THE_LEARNER: frozenset[str] = frozenset(
    {Word.CREATED, Word.LOGGED_IN, Word.SUSPENDED, Word.RESTORED}
)
"""Words that are of the learner herself, whatever object an LMS tells with them."""

CREDENTIAL_NAME = re.compile(r"[^/:]+/[^/:]+")
"""What a person revokes is called by its full name; no LMS's name of an object looks so."""

CACHE_SIZE = 200_000


class Placing:
    """Places events; what it has placed once it knows."""

    def __init__(self, keys: Keys, needs: Needs, listened: Collection[str]) -> None:
        """
        Place events under a ruleset.

        Args:
            keys: Of the ruleset.
            needs: What records keep.
            listened: The keys that anything listens under.
        """
        self._keys = keys
        self._needs = needs
        self._listened = listened
        self.only_cohorts = only_cohorts(keys.ruleset)
        self._placed: dict[tuple[str, str, str, str], Placed] = {}

    def place(self, event: Event) -> Placed:
        """Say what an event is under this ruleset: canonical names, keys, traces."""
        asked = (event.object, event.course, event.word, event.verb)
        placed = self._placed.get(asked)
        if placed is None:
            if len(self._placed) >= CACHE_SIZE:
                self._placed.clear()
            placed = self._placed[asked] = self._place(*asked)
        return placed

    def _place(self, lms: str, lms_course: str, word: str, verb: str) -> Placed:
        if word in ANSWERS:
            review = lms.removeprefix(REVIEW)
            return Placed(
                review, "", "review", (review_key(review),), ((review_key(review), True),)
            )
        if word in (Word.JOINED, Word.LEFT):
            key, noun = membership_key(lms, self.only_cohorts)
            return Placed(key, self._keys.name(lms_course), noun.value, (key, f"*{noun.value}"), ())
        if word in (Word.REVOKED, Word.AWARDED) and CREDENTIAL_NAME.fullmatch(lms):
            return Placed(lms, "", CREDENTIAL, (f"{CREDENTIAL} {lms}",), ())
        # Where somebody logged in, or was created, is no thing that a rule names.
        key = "" if word in OF_THE_LEARNER else self._keys.name(lms)
        course = self._keys.name(lms_course) if lms_course else self._keys.course_of(key)
        key = self._keys.names.in_course(key, course)
        if not key:
            keys = ["learner"]
            kind = Noun.LEARNER.value
        else:
            kind = self._keys.kind_of(key)
            if kind == Noun.COURSE or (lms_course and key == course):
                kind, course = Noun.COURSE.value, key
                keys = [key, "*course"]
            else:
                kinds = dict.fromkeys((kind, Noun.ACTIVITY.value))
                keys = [key, *(f"*{k}" for k in kinds)]
                if course:
                    keys += [f"*{k}@{course}" for k in kinds]
        for name in dict.fromkeys((verb, word)):
            if name:
                keys.append(f"!{name}")
                if course:
                    keys.append(f"!{name}@{course}")
        traces = tuple(self._needs.traces(keys, kind, course, word))
        return Placed(key, course, kind, tuple(k for k in keys if k in self._listened), traces)
