"""
Slips of writing that make a file unreadable, in the author's words.

The parser knows only what it expected next and speaks of mappings and scalars. Here each of
its messages that authors meet is turned into what they did: a colon in a title, a bracket
left open, a line that begins in the wrong column.
"""

import re
from typing import Protocol

import yaml

from engine.source import Problem, Span

NAME_AND_TEXT = re.compile(r"^(\s*(?:- +)*)([^:#\"'\[{]+?): +(\S.*?)\s*$")


MORE_THAN = re.compile(r"(?<=[:\s])(>=?) ?([0-9][0-9.,]*(?: ?%| points?)?)")
"""A sign of arithmetic, which YAML takes for the beginning of a text of several lines."""


class _Mark(Protocol):
    line: int
    column: int


def _span(mark: _Mark, lines: tuple[str, ...], file: str, length: int = 1) -> Span:
    """Give a mark as a span; one behind the last line is moved to the end of the text."""
    if mark.line >= len(lines):
        last = len(lines)
        while last > 1 and not lines[last - 1].strip():
            last -= 1
        column = len(lines[last - 1].rstrip()) + 1 if lines else 1
        return Span(file, max(last, 1), column)
    return Span(file, mark.line + 1, mark.column + 1, length)


def _line(span: Span, lines: tuple[str, ...]) -> str:
    return lines[span.line - 1] if 0 < span.line <= len(lines) else ""


def _colon(span: Span, lines: tuple[str, ...]) -> tuple[str, str]:
    """Tell a colon inside a text from a line that is indented too far."""
    line = _line(span, lines)
    found = NAME_AND_TEXT.match(line)
    if found and len(found.group(1)) + len(found.group(2)) + 1 < span.column:
        text = found.group(3).replace("\\", "\\\\").replace('"', '\\"')
        if len(text) <= len(line):
            return (
                "a text that holds a colon and a space must stand in quotes",
                f'write it like: {found.group(2).strip()}: "{text}"',
            )
    above = next((text for text in reversed(lines[: span.line - 1]) if text.strip()), "")
    if above and not above.rstrip().endswith(":"):
        body = above.lstrip(" -")
        if ":" not in body:
            return (
                "the line above has no colon, so this line can't belong to it",
                f"write it like: {body.strip()[:40]}:",
            )
        if not re.search(r":(\s|$)", body):
            return (
                "the line above has no space after its colon",
                f"write it like: {body.replace(':', ': ', 1).strip()[:40]}",
            )
        return (
            "this line begins further right than the line that it belongs beside",
            f"begin it in column {len(above) - len(body) + 1}, as the line above",
        )
    return ("a colon stands where none can be", "a text that holds ': ' must stand in quotes")


def _end_of_block(span: Span, lines: tuple[str, ...], context: str) -> tuple[str, str]:
    """Tell a text after a closing quote or bracket from a line in a wrong column."""
    line = _line(span, lines)
    before = line[: span.column - 1].rstrip()
    if before.endswith(("'", '"')):
        return (
            "text goes on after the closing quote",
            "put the whole text in one pair of quotes; inside '…' write '' for an apostrophe",
        )
    if line[span.column - 1 : span.column] in {"]", "}", ","}:
        return ("a bracket or comma stands where none can be", "look for one too many")
    if before.strip(" -"):
        return ("something follows here that belongs elsewhere", "begin a line of its own")
    if "collection" in context:
        return (
            "this line stands beside a list and has no dash of its own",
            "begin it with a dash, or move it to the column of what it belongs to",
        )
    return (
        "this line begins in a column that fits nothing above it",
        "lines of one block begin in the same column; move it left or right",
    )


def _slip(problem: str, context: str, span: Span, lines: tuple[str, ...]) -> tuple[str, str] | None:
    """Give message and hint for the parser's message, None for a rare one."""
    line = _line(span, lines)
    character = line[span.column - 1 : span.column]
    sign = MORE_THAN.search(line)
    if sign and sign.start() < span.column <= sign.end():
        words = "at least" if sign.group(1) == ">=" else "more than"
        what = " ".join(sign.group(2).split())
        return (f"`{sign.group(1)}` is no word of the language", f"write it like: {words} {what}")
    match problem:
        case text if "mapping values are not allowed" in text:
            return _colon(span, lines)
        case text if "entries are not allowed" in text:
            return (
                "a list begins on the line of its name",
                "begin each item on a line of its own, with a dash",
            )
        case text if "cannot start any token" in text and character == "\t":
            return ("a tab stands here", "use spaces")
        case text if "cannot start any token" in text:
            return (
                f"a text can't begin with `{character}` unless it stands in quotes",
                "put the text in quotes",
            )
        case text if "could not find expected ':'" in text:
            name, _, rest = line.strip().removeprefix("- ").partition(" ")
            right = f"{name}: {rest.strip()[:40]}" if rest.strip() else f"{name[:40]}:"
            return ("this line has a name and no colon", f"write it like: {right}")
        case text if "unknown escape" in text or "escape code" in text or "hexdecimal" in text:
            return (
                'inside "…" a backslash begins an escape, and this is none',
                "use '…' instead, or write two backslashes",
            )
        case text if "node content" in text:
            return ("something is missing here, or a bracket is one too many", "")
        case text if "document start" in text:
            return ("text goes on after the end of the document", "take the line `...` out")
        case text if "block scalar" in context or "indentation" in text:
            return ("after `|` or `>` the text begins on the next line", "")
        case text if "key" in text or "<block end>" in text or "'-' indicator" in text:
            return _end_of_block(span, lines, context)
    return None


def explain(error: yaml.YAMLError, lines: tuple[str, ...], file: str) -> Problem:
    """
    Turn the parser's error into a Problem (E101) in the author's words.

    Args:
        error: What PyYAML or libyaml raised.
        lines: The file's lines.
        file: Its name.
    """
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem(Span(file), "E101", "this file is not well-formed YAML", "")
    problem, context = error.problem or "", error.context or ""
    span = _span(error.problem_mark, lines, file)
    opened = error.context_mark
    if opened is not None and "quoted" in context and "unexpected" in problem:
        return Problem(
            _span(opened, lines, file),
            "E101",
            "this quote is opened and never closed",
            'close it, or use the other kind: "it\'s"',
        )
    if opened is not None and "flow" in context and "expected ','" in problem:
        bracket = "list" if "sequence" in context else "block"
        close = "]" if "sequence" in context else "}"
        return Problem(
            _span(opened, lines, file),
            "E101",
            f"this {bracket} is opened and not closed rightly",
            f"close it with {close}, and put commas between its parts",
        )
    if opened is not None and any(said in problem for said in ("expected ':'", "escape", "hexd")):
        span = _span(opened, lines, file)
    told = _slip(problem, context, span, lines)
    if told is None:
        told = (
            "this is not well-formed YAML",
            "look at the indentation, quotes and brackets here and on the line above",
        )
    return Problem(span, "E101", *told)
