"""How hard a page is to read, for people who are no programmers and may read a foreign language."""

import re
from dataclasses import dataclass
from statistics import median

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NOT_PROSE = re.compile(r"<!--.*?-->|^\|[^\n]*$|^#+ [^\n]*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
ENDS = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|^\s*(?:[-*]|\d+\.)\s+", re.MULTILINE)
WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
VOWELS = re.compile(r"[aeiouy]+")
FEWEST = 3
"""A sentence of fewer words is a heading or what is left of a list, and is not counted."""


@dataclass(frozen=True, slots=True)
class Measured:
    """
    A page's prose, measured.

    Attributes:
        sentences: Its sentences, each as text; code counts as one word.
        ease: Flesch's reading ease: 60 to 70 is plain English, 30 is academic.
    """

    sentences: tuple[str, ...]
    ease: float

    @property
    def lengths(self) -> tuple[int, ...]:
        """Give the number of words of each sentence."""
        return tuple(len(WORD.findall(each)) for each in self.sentences)

    @property
    def median(self) -> float:
        """Give the length in words that half of the sentences stay below."""
        return float(median(self.lengths))


def prose(page: str) -> str:
    """Give what is read as sentences: no blocks, tables, headings or comments; code is a word."""
    text = NOT_PROSE.sub("", FENCED.sub("\n\n", page))
    return LINK.sub(r"\1", CODE.sub("code", text)).replace("*", "")


def measured(page: str) -> Measured:
    """Measure a page; None of it need be prose, but then there is nothing to divide by."""
    parts = (" ".join(part.split()) for part in ENDS.split(prose(page)))
    sentences = tuple(part for part in parts if len(WORD.findall(part)) >= FEWEST)
    words = [word for each in sentences for word in WORD.findall(each)]
    syllables = sum(map(_syllables, words))
    ease = 206.835 - 1.015 * len(words) / len(sentences) - 84.6 * syllables / len(words)
    return Measured(sentences, ease)


def _syllables(word: str) -> int:
    """Count groups of vowels; an e at the end is silent, but for `le`."""
    low = word.lower()
    silent = low.endswith("e") and not low.endswith("le")
    return max(1, len(VOWELS.findall(low)) - silent)
