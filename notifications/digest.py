"""
Several messages in one: an opening of ours, then each with its subject as a heading.

The opening is a message file like any other, in `templates/`, in the languages that are built in.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

from notifications.language_choice import by_name, choose
from notifications.message import MessageTemplate, Rendered, framed, load_messages, render_bare
from notifications.tokens import Tokens

_FOLDER = Path(__file__).parent / "templates"
_NAME = "templates/digest.md"
_ELSEWHERE = "en"
"""The language of those whose own is not built in."""


def render_digest(
    sections: Sequence[tuple[MessageTemplate, Tokens]], tokens: Tokens, reader: str, pack: str
) -> Rendered:
    """
    Render several messages as one; what two of them say alike is said once.

    Args:
        sections: Each message with what is known for it, in order.
        tokens: What is known for the whole.
        reader: The language of whoever gets it, "" if it is not known.
        pack: The language of the pack's messages.

    Raises:
        TooLongError: If one of them grows beyond all bounds.
    """
    openings = _openings()
    opening = choose(openings, reader, pack) or openings[_ELSEWHERE]
    first = render_bare(opening, tokens, _ELSEWHERE)
    parts = dict.fromkeys(_part(template, known, pack) for template, known in sections)
    text = "\n\n".join([first.text.strip(), *(_as_text(part) for part in parts)]) + "\n"
    html = "\n".join([first.html, *(_as_html(part) for part in parts)])
    return framed(Rendered(first.subject, text, html, first.language), tokens)


def _part(template: MessageTemplate, tokens: Tokens, pack: str) -> Rendered:
    return render_bare(template, tokens, pack)


def _as_text(part: Rendered) -> str:
    return f"{part.subject}\n{'-' * len(part.subject)}\n\n{part.text.strip()}"


def _as_html(part: Rendered) -> str:
    heading = f"<h2>{escape(part.subject)}</h2>"
    return f'<section lang="{part.language}">\n{heading}\n{part.html}\n</section>'


@cache
def _openings() -> Mapping[str, MessageTemplate]:
    """Give the openings by language; the plain one is for languages that are not built in."""
    templates, problems = load_messages(_FOLDER)
    if problems:
        raise ValueError(f"a template of ours can't be used: {problems[0].message}")
    versions = by_name(templates)[_NAME]
    return {**versions, "": versions[_ELSEWHERE]}
