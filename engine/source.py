"""
Where an author wrote something, and what is wrong with it.

A mistake in a file is a value, not an exception: checks collect Problems and go on, so that
an author sees all mistakes of all files in one run.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is: errors refuse a pack, warnings never do."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """
    A stretch of one line of a file.

    Attributes:
        file: The file's path as the author knows it.
        line: The line, counted from 1.
        column: The first column, counted from 1.
        length: How many columns the caret underlines, at least 1.
    """

    file: str
    line: int = 1
    column: int = 1
    length: int = 1

    def to(self, other: "Span") -> "Span":
        """Give the stretch from here to another's end; this one where they share no line."""
        if (other.file, other.line) != (self.file, self.line):
            return self
        length = other.column + other.length - self.column
        return Span(self.file, self.line, self.column, length)

    def __str__(self) -> str:
        """Give the place as editors jump to it: file:line:column."""
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE = Span("", 0, 0)
"""The place of things that no author wrote, such as the state of a test's learner."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One mistake, in the author's words.

    Attributes:
        span: Where it stands.
        code: Its code, such as E110; each has a page.
        message: What is wrong.
        hint: What would have been right, one suggestion at most.
        severity: Error or warning.
    """

    span: Span
    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Give the key that sorts problems in order of place."""
        return (self.span.file, self.span.line, self.span.column, self.code)
