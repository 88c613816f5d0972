"""
The head of a message file: a few `key: value` lines between two lines of three dashes.

It looks like YAML and is not read as YAML: a subject may have colons, `{{ }}`, quotes or a `#`
in it, and `no` stays the word no. What a key may be is a closed list.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.source import Problem, Span
from engine.spelling import suggest

KEYS = ("subject", "category")
FENCE = "---"
BAD_HEAD = "E404"
EXAMPLE = "write it like: subject: Your place in {{ course.title }} is kept"


@dataclass(frozen=True, slots=True)
class Field:
    """One key's value and where it stands."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Parts:
    """A message file taken apart: its head, and its body with the line that it begins at."""

    fields: Mapping[str, Field]
    body: str
    body_line: int


def take_apart(text: str, file: str) -> tuple[Parts, tuple[Problem, ...]]:
    """Take a message file apart; where the head is not to be read, all of it is body."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        span = Span(file, 1, 1, max(len(lines[0]), 1))
        hint = "begin with: ---, subject: …, category: …, ---, each on its own line"
        return Parts({}, text, 1), (Problem(span, BAD_HEAD, "the head is missing", hint),)
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        hint = "write --- on a line of its own after the last key"
        problem = Problem(Span(file, 1, 1, len(FENCE)), BAD_HEAD, "the head does not end", hint)
        return Parts({}, "", len(lines)), (problem,)
    fields: dict[str, Field] = {}
    problems = []
    for number, line in enumerate(lines[1:end], 2):
        found = _field(line, number, file, fields)
        match found:
            case Problem():
                problems.append(found)
            case (key, field):
                fields[key] = field
    return Parts(fields, "\n".join(lines[end + 1 :]), end + 2), tuple(problems)


def _field(
    line: str, number: int, file: str, before: Mapping[str, Field]
) -> tuple[str, Field] | Problem | None:
    """Read one line: a key and its field, a mistake, or nothing if it is blank."""
    if not line.strip():
        return None
    name, colon, rest = line.partition(":")
    key = name.strip()
    indent = len(name) - len(name.lstrip())
    at_key = Span(file, number, indent + 1, max(len(key), 1))
    if not colon:
        return Problem(at_key, BAD_HEAD, f"`{key[:60]}` is no key with a value", EXAMPLE)
    if indent:
        return Problem(at_key, BAD_HEAD, "a key stands at the beginning of its line", EXAMPLE)
    if key not in KEYS:
        near = suggest(key.lower(), KEYS)
        hint = f"did you mean `{near}`?" if near else "known are: subject, category"
        return Problem(at_key, BAD_HEAD, f"there is no `{key[:60]}` in a message's head", hint)
    if key in before:
        hint = f"it stands on line {before[key].span.line} already"
        return Problem(at_key, BAD_HEAD, f"`{key}` is there twice", hint)
    value = _unquoted(rest.strip())
    column = len(name) + 2 + (len(rest) - len(rest.lstrip()) if rest.strip() else 0)
    return key, Field(value, Span(file, number, column, max(len(rest.strip()), 1)))


def _unquoted(value: str) -> str:
    """Take off the one pair of quotes that a YAML habit puts around a value."""
    quote = value[:1]
    bare = value[1:-1]
    whole = len(value) > 1 and quote in {'"', "'"} and value.endswith(quote) and quote not in bare
    return bare if whole else value
