"""A page between an LMS and a learner's own page: what went wrong, or what there is to do."""

from adapters.lti.refusal import Help
from adapters.showing.log_in_words import log_in_words_of
from adapters.showing.people import Page
from adapters.showing.site import Site

FORBIDDEN = 403


def refused_page(site: Site, language: str, help_: Help, code: str) -> Page:
    """Say that somebody is not let in, what she can do, and the word for the help desk."""
    told = log_in_words_of(language).code.format(code=code)
    return Page(_page(site, language, help_.value, code=told), status=FORBIDDEN)


def staff_page(site: Site, language: str) -> Page:
    """Say to somebody who teaches what learners see here."""
    return Page(_page(site, language, "staff"))


def open_page(site: Site, language: str, link: str) -> Page:
    """Give a link to the same log-in in a tab of its own, for whoever is in a frame of the LMS."""
    return Page(_page(site, language, "open", link=link))


def _page(site: Site, language: str, what: str, *, code: str = "", link: str = "") -> bytes:
    words = log_in_words_of(language)
    title, text = words.told[what]
    said = {"title": title, "text": text, "code": code, "link": link, "button": words.open}
    return site.page("log_in.html", language, **said).encode()
