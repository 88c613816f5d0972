"""
What a record must keep of each object, so that the ruleset's questions can be answered.

Words that pile up (viewed, played) are counted; words that are marked, dated or undone are
kept whole. What no rule asks about leaves no trace, and so a record stays small.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256

from engine.attempts import ATTEMPT_WORDS
from engine.dated import has_no_top
from engine.events import OPPOSITE, Word
from engine.terms import (
    ACTIVITY_NOUNS,
    UNANSWERED,
    Choice,
    Condition,
    Enrolments,
    Group,
    HasFact,
    Leaf,
    Noun,
    Quantifier,
    Which,
)

ALL_ATTEMPT_WORDS = frozenset(str(word) for word in ATTEMPT_WORDS)
KeysOf = Callable[[Leaf], tuple[str, ...]]

EVERYTHING = "*"
"""In place of a word: keep every event of the trace."""


class Needs:
    """
    The words that are kept whole, by trace; everything else of a needed trace is counted.

    Attributes:
        named: By the key of an object or an event noun.
        wild: By kind of object and course ("" for any), for leaves of *any*.
    """

    def __init__(self, leaf_keys: KeysOf, course_keys: KeysOf) -> None:
        """Begin with none; the two functions name a leaf's traces and its courses."""
        self.named: dict[str, set[str]] = {}
        self.wild: dict[tuple[str, str], set[str]] = {}
        self._leaf_keys = leaf_keys
        self._course_keys = course_keys

    def of_hand_in(self, key: str) -> None:
        """Note that somebody asks whether an object was handed in."""
        self.named.setdefault(key, set()).update(ALL_ATTEMPT_WORDS, {Word.EXCUSED})

    def of_doing(self, key: str) -> None:
        """Note that somebody asks whether an object is done."""
        self.named.setdefault(key, set()).update(ALL_ATTEMPT_WORDS, {Word.ATTENDED})

    def of_fact(self, words: Iterable[str]) -> None:
        """Note that a fact listens to words, whatever they are said of."""
        for word in words:
            for pair in ((Noun.ACTIVITY.value, ""), (Noun.COURSE.value, "")):
                self.wild.setdefault(pair, set()).add(word)
            self.named.setdefault(Noun.LEARNER.value, set()).add(word)

    def of_leaf(self, leaf: Leaf, *, dated: bool = False) -> None:
        """Note what a leaf asks; `dated` where it will also be asked as of earlier moments."""
        dated |= not leaf.times.is_plain or leaf.enrolments is not None
        for whole in self._kept(leaf):
            whole.update(_words(leaf, dated=dated))

    def _kept(self, leaf: Leaf) -> list[set[str]]:
        """Give the sets of words to which what a leaf asks is added, one for each of its traces."""
        if leaf.noun not in TRACED:
            return []
        if leaf.name or leaf.noun in (Noun.EVENT, Noun.LEARNER):
            return [self.named.setdefault(key, set()) for key in self._leaf_keys(leaf)]
        courses = ("",) if leaf.noun is Noun.COURSE else self._course_keys(leaf)
        return [self.wild.setdefault((leaf.noun.value, course), set()) for course in courses]

    def traces(
        self, keys: Iterable[str], kind: str, course: str, word: str
    ) -> Iterator[tuple[str, bool]]:
        """
        Yield the traces that want an event, each with whether it is kept whole there.

        Args:
            keys: What the event is called; the object itself comes first.
            kind: What the object is.
            course: The canonical course, "" if none.
            word: What happened.
        """
        for number, key in enumerate(keys):
            needs = [self.named[key]] if key in self.named else []
            if number == 0 and kind == Noun.COURSE and (kind, "") in self.wild:
                needs.append(self.wild[kind, ""])
            elif number == 0 and kind not in (Noun.COURSE, Noun.LEARNER):
                kinds = dict.fromkeys((kind, Noun.ACTIVITY.value))
                wild = [(k, c) for k in kinds for c in dict.fromkeys(("", course))]
                needs += [self.wild[pair] for pair in wild if pair in self.wild]
            if needs:
                yield key, any(word in whole or EVERYTHING in whole for whole in needs)

    def fingerprint(self, names: Iterable[str]) -> str:
        """Give a hash of the needs and of the names that they go by, 16 hexadecimal digits."""
        digest = sha256()
        for line in names:
            digest.update(f"{line}\n".encode())
        for key, whole in sorted(self.named.items()):
            digest.update(f"{key}:{sorted(whole)}\n".encode())
        for pair, whole in sorted(self.wild.items()):
            digest.update(f"{pair}:{sorted(whole)}\n".encode())
        return digest.hexdigest()[:16]


TRACED = ACTIVITY_NOUNS | {Noun.EVENT, Noun.COURSE, Noun.LEARNER}
"""Nouns of which a record keeps traces."""


def _words(leaf: Leaf, *, dated: bool) -> set[str]:
    """Give the words that a leaf wants kept whole."""
    whole: set[str] = set()
    word = leaf.word.removeprefix("not ")
    exact = bool(dated or leaf.happened or leaf.lasting or leaf.where or leaf.times.daily)
    if leaf.noun is Noun.EVENT:
        return {EVERYTHING} if exact else whole
    if leaf.noun in ACTIVITY_NOUNS:
        whole.add(Word.EXCUSED)
        if leaf.word == UNANSWERED:
            whole.update({Word.POSTED, Word.ANSWERED})
    if leaf.score or leaf.attempts or leaf.criterion or word in ATTEMPT_WORDS or not word:
        whole |= ALL_ATTEMPT_WORDS
    if word and exact:
        whole.add(word)
        if leaf.times.in_a_row and word in OPPOSITE:
            whole.add(OPPOSITE[word])
    return whole


def only_grows(condition: Condition, choice: Which) -> bool:
    """
    Say whether more evidence can never turn a condition from yes to no.

    Such a requirement needs no history: what holds of everything known held at some moment. A
    completion may be undone, and one that comes late may have been undone already.
    """
    match condition:
        case Group(quantifier=Quantifier.NONE):
            return False
        case Group(parts=parts):
            return all(only_grows(part, choice) for part in parts)
        case Leaf(noun=Noun.SKILL | Noun.PATHWAY) | HasFact():
            return False
        case Leaf():
            counts = (condition.times, condition.attempts)
            return (
                all(c is None or (c.high is None and c.is_plain) for c in counts)
                and (condition.score is None or has_no_top(condition.score))
                and (condition.progress is None or condition.progress.high is None)
                and condition.enrolments is not Enrolments.THIS
                and (condition.attempt or choice) is Choice.BEST
                and condition.word not in {Word.FAILED, Word.COMPLETED}
                and not condition.word.startswith("not ")
                and condition.happened is None
            )
        case _:
            return True
