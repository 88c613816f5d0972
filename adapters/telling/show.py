"""
Problems as an author reads them: the place, the code, the line, and a caret under the mistake.

No colour and no box: a screen reader reads it from top to bottom, an editor jumps to its first
words, and a terminal of any width shows the mistake, since long lines are cut around it.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from engine.source import Problem

WIDEST = 120
"""Columns of a source line that are shown."""
BEFORE = 40
"""Columns kept left of the mistake where a line is cut."""
CUT = "…"


def show_problems(problems: Sequence[Problem], texts: Mapping[str, Sequence[str]]) -> str:
    """
    Show problems one under the other, a blank line between them.

    Args:
        problems: In the order in which they are to be shown.
        texts: The lines of the files, by the names that spans carry.
    """
    return "\n\n".join(show_problem(p, texts.get(p.span.file, ())) for p in problems)


def show_problem(problem: Problem, lines: Sequence[str]) -> str:
    """Show one problem, with its line where there is one."""
    span = problem.span
    head = f"{span}  {problem.code}  {_plain(problem.message)}"
    hint = _plain(problem.hint)
    if not 0 < span.line <= len(lines):
        return f"{head}\n    {hint}" if hint else head
    line, start, length = _cut(lines[span.line - 1], span.column - 1, span.length)
    margin = " " * (len(str(span.line)) + 2)
    caret = " " * _width(line[:start]) + "^" * max(1, _width(line[start : start + length]))
    shown = _plain(line).rstrip()
    return "\n".join(
        (
            head,
            f"{margin} |",
            f"  {span.line} | {shown}".rstrip(),
            f"{margin} | {caret}{f'  {hint}' if hint else ''}",
        )
    )


def _cut(line: str, start: int, length: int) -> tuple[str, int, int]:
    """Cut a long line around a stretch of it; give it with the stretch's new place."""
    start = min(start, len(line))
    length = max(1, length)
    if len(line) <= WIDEST:
        return line, start, length
    left = max(0, min(start - BEFORE, len(line) - WIDEST))
    part = line[left : left + WIDEST]
    length = min(length, left + len(part) - start)
    if left + WIDEST < len(line):
        part += CUT
    if left:
        return CUT + part, start - left + 1, length
    return part, start, length


def _plain(text: str) -> str:
    """Take out what would move a terminal's cursor: an author's file may hold anything."""
    return "".join(
        " " if char in "\t\n\r" else "\N{REPLACEMENT CHARACTER}" if _moves(char) else char
        for char in text
    )


def _moves(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _width(text: str) -> int:
    """Count the columns that a text takes: wide letters take two, marks on letters none."""
    return sum(
        0
        if unicodedata.category(char) in {"Mn", "Me"}
        else 1 + (unicodedata.east_asian_width(char) in {"W", "F"})
        for char in text
    )
