"""
What stands around every message: the page that mailboxes show, and the foot that says who writes.

It is part of the program and not of a pack, so that every message is readable without
colour, without images and by a screen reader, whoever wrote it.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from notifications.wording import direction, wording

_FILE = Path(__file__).parent / "templates" / "frame.html"


@dataclass(frozen=True, slots=True)
class Foot:
    """Who writes, and where to choose what to be written; each may be empty."""

    organisation: str
    unsubscribe: str


def html(body: str, subject: str, foot: Foot, language: str) -> str:
    """Put a body, already HTML, into the page; everything else is escaped."""
    return _page().render(
        body=Markup(body),  # noqa: S704 - formats.py escaped it
        subject=subject,
        organisation=foot.organisation,
        unsubscribe=foot.unsubscribe,
        unsubscribe_label=wording(language).choose_mail,
        language=language,
        direction=direction(language),
    )


def text(body: str, foot: Foot, language: str) -> str:
    """Put the same foot under a text."""
    choose = f"{wording(language).choose_mail}: {foot.unsubscribe}" if foot.unsubscribe else ""
    lines = [line for line in (foot.organisation, choose) if line]
    return body if not lines else "\n".join((body, "-- ", *lines, ""))


@cache
def _page() -> Template:
    env = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return env.from_string(_FILE.read_text(encoding="utf-8"))
