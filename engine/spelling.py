"""
The one word that an author or operator most likely meant, if any is near enough.

One suggestion, the right one: a list of candidates says only that nobody has thought.
"""

import re
from collections.abc import Collection

FARTHEST = 2
"""Slips of a finger up to which a word is taken to be meant."""

SHORT = 3
"""Letters of a word in which two slips would leave too little."""

ALIKE = str.maketrans("zckqyw", "skkkiv")
"""Letters that sound alike."""


def distance(one: str, other: str, limit: int = FARTHEST) -> int:
    """Count the letters to change, add, drop or swap between two words, up to limit + 1."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row, above = row, [i], before
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def suggest(wrong: str, known: Collection[str]) -> str:
    """
    Give the one known word that was probably meant, "" where none is near.

    Capitals, hyphens and underscores are no slip. At most two slips, in a word of three letters
    one (else `was` would be offered for `cap`); the same first letter breaks ties, then what
    sounds alike (`iz` is `is`, not `in`), then the alphabet. A short word must keep at least one
    of its letters, else `to` would be offered for `is`.
    """
    plain = re.sub(r"[_-]", " ", wrong).casefold()
    for word in known:
        if word.replace("-", " ").casefold() == plain:
            return word
    best: tuple[int, bool, int, str] | None = None
    for word in known:
        far = distance(wrong, word)
        if (
            far > (FARTHEST if len(wrong) > SHORT else 1)
            or far >= max(len(wrong), len(word))
            or far >= len(word)
        ):
            continue
        alike = distance(wrong.translate(ALIKE), word.translate(ALIKE))
        rank = (far, word[:1] != wrong[:1], alike, word)
        if best is None or rank < best:
            best = rank
    return best[3] if best else ""
