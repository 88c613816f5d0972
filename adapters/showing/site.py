"""A page of the site from its template: the house's name, a reader's language, and the words."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.showing.endorsing_words import endorsing_words_of
from adapters.showing.keeping_words import keeping_words_of
from adapters.showing.words import words_of

TEMPLATES = Path(__file__).parent / "templates"

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' "
    "data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept, Accept-Language, Cookie",
}
"""No script runs on these pages, and nothing is loaded from elsewhere."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Site:
    """Writes pages for one house."""

    def __init__(self, house: str, base: str = "") -> None:
        """
        Begin.

        Args:
            house: The institution's name.
            base: The path of its public address, without a slash at the end.
        """
        self.house = house
        self.base = base.rstrip("/")

    def page(self, template: str, language: str, **values: object) -> str:
        """
        Give a page as HTML; everything in it is escaped.

        Args:
            template: A file in templates/ that extends frame.html.
            language: Of the words around, such as `de`.
            values: What it names.
        """
        known = {
            "house": self.house,
            "base": self.base,
            "language": language,
            "words": words_of(language),
            "endorsing": endorsing_words_of(language),
            "lasting": keeping_words_of(language),
        }
        return _environment().get_template(template).render(**known, **values)
