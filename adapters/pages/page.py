"""
A page from its template: everything is escaped, and a name that is not given is an error.

A page is one file that somebody mails to a colleague: its style is in it, it loads nothing, and
it is read by a screen reader and on paper as well as on a screen.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, **values: object) -> str:
    """
    Give a page as HTML.

    Args:
        template: A file in templates/ that extends frame.html.
        values: What it names.
    """
    return _environment().get_template(template).render(**values)
