"""
How a certificate looks on paper: what an author says of it, and no part of what is decided.

A few choices make a certificate an institution's own: logo, colour, paper, who signs, the
words. Whoever wants more brings a template. Files lie in the pack's folder `certificates`.
"""

from dataclasses import dataclass

from engine.source import Span

A4 = "a4"
ANY_LANGUAGE = ""
"""The language of words that an author has written for every language."""


@dataclass(frozen=True, slots=True)
class DesignFile:
    """A file that a certificate needs, as named from the pack's folder on."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Wording:
    """Words by language; those of ANY_LANGUAGE stand in where a language has none."""

    texts: tuple[tuple[str, str], ...] = ()

    def said(self, language: str) -> str:
        """Give the words of a language such as `es` or `pt-BR`, "" where there are none."""
        known = dict(self.texts)
        for name in (language, language.partition("-")[0], ANY_LANGUAGE):
            if name in known:
                return known[name]
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """
    How certificates look.

    Attributes:
        template: A Typst template of the author's own, None for ours.
        logo: A picture, None for none.
        colour: Of headings and lines, six hexadecimal digits; "" for ours.
        paper: As authors write it: a4, a4 landscape, letter, letter landscape.
        signed_by: Whose lines for a signature stand below, each `Name, role`.
        awarded: The words between title and name.
        statement: A paragraph under the dates.
    """

    id: str
    span: Span
    template: DesignFile | None = None
    logo: DesignFile | None = None
    colour: str = ""
    paper: str = A4
    signed_by: tuple[str, ...] = ()
    awarded: Wording = Wording()
    statement: Wording = Wording()

    @property
    def files(self) -> tuple[DesignFile, ...]:
        """Give the files that it names."""
        return tuple(each for each in (self.template, self.logo) if each is not None)
