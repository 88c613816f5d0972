"""
Where templates run: an immutable sandbox that knows our filters and nothing else.

Jinja's sandbox does not bound what a template takes, so only what `template_lint` has passed
is ever compiled in here.
"""

from collections.abc import Mapping

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notifications import formats
from notifications.one_line import flat
from notifications.tokens import Moment, Score, Value, Words

LONGEST_RENDERED = 200_000
"""Longest text that a template may grow to, in characters."""


class TooLongError(Exception):
    """Raised when a message grows beyond what any letter needs while it is rendered."""


def run(template: Template, values: Mapping[str, Value | Mapping[str, Value]]) -> str:
    """
    Run a template.

    Raises:
        TooLongError: When it grows too long, and not later.
    """
    parts = []
    length = 0
    for part in template.generate(values):
        length += len(part)
        if length > LONGEST_RENDERED:
            raise TooLongError(f"it grows beyond {LONGEST_RENDERED} characters")
        parts.append(part)
    return "".join(parts)


def _day(value: Moment) -> str:
    return value.day()


def _time(value: Moment) -> str:
    return value.time()


def _percent(value: Score) -> str:
    return value.percent()


def _upper(value: Words) -> str:
    return str(value).upper()


def _lower(value: Words) -> str:
    return str(value).lower()


def _default(value: Value, text: str) -> Value | Words:
    """Let an author say what stands for the unknown."""
    return value or Words("", text)


def _said(value: Value | str) -> str:
    """Say a value in a subject: one line, no marks."""
    return flat(str(value))


def _fence(*, for_body: bool) -> ImmutableSandboxedEnvironment:
    """Make a sandbox that knows our filters and nothing else."""
    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # formats.py escapes, after Markdown; a subject is no HTML
        finalize=formats.seal if for_body else _said,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals.clear()
    env.tests.clear()
    env.filters = {
        "day": _day,
        "time": _time,
        "percent": _percent,
        "upper": _upper,
        "lower": _lower,
        "default": _default,
    }
    return env


BODY = _fence(for_body=True)
SUBJECT = _fence(for_body=False)
