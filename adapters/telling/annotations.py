"""
Problems as annotations of GitHub Actions, which shows each beside its line in a change.

The workflow commands are lines of text; what would end a line, a property or a command early
is written as percent and two digits.
"""

from collections.abc import Sequence
from pathlib import Path

from engine.source import Problem


def annotations(problems: Sequence[Problem], folder: Path) -> str:
    """
    Write problems as workflow commands, one on a line.

    Args:
        problems: In the order in which they are shown.
        folder: The current one; files are named from the top of its Git repository on, or from
            itself where there is none.
    """
    top = _top(folder.resolve())
    return "\n".join(_annotation(problem, folder, top) for problem in problems)


def _annotation(problem: Problem, folder: Path, top: Path) -> str:
    span = problem.span
    properties = {
        "file": _named_from(top, folder / span.file),
        "line": str(span.line),
        "col": str(span.column),
        "endColumn": str(span.column + span.length),
        "title": problem.code,
    }
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{problem.severity.value} {said}::{_data(text)}"


def _top(folder: Path) -> Path:
    """Give the top of the Git repository that a folder lies in, or the folder."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _named_from(top: Path, path: Path) -> str:
    """Give a path as seen from the top; one that lies elsewhere is given in full."""
    whole = path.resolve()
    return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else whole.as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
