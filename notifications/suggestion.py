"""The one word that an author most likely meant: the nearest known one, if it is near enough."""

from collections.abc import Iterable

NEAR = 2
"""Edits (a letter more, less, other, or two swapped) up to which a word counts as a slip."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word at most two edits away, the first letter breaking ties; else nothing."""
    ranked = sorted(
        (distance(word, candidate), candidate[:1] != word[:1], candidate) for candidate in known
    )
    near = [candidate for edits, _, candidate in ranked if edits <= min(NEAR, len(word) - 1)]
    return near[0] if near else ""


def distance(one: str, other: str) -> int:
    """Count the edits between two words (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, above = row, before
        row = [i]
        for j, b in enumerate(other, 1):
            edits = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                edits = min(edits, above[j - 2] + 1)
            row.append(edits)
    return row[-1]
