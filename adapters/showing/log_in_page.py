"""A page between an LMS and a learner's own page: what went wrong, or what there is to do."""

from markupsafe import Markup

from adapters.lti.refusal import Help
from adapters.showing.log_in_words import log_in_words_of
from adapters.showing.people import Page
from adapters.showing.site import Site
from adapters.showing.words import words_of

FORBIDDEN = 403


def refused_page(site: Site, language: str, help_: Help, code: str) -> Page:
    """Say that somebody is not let in, what she can do, and the word for the help desk."""
    told = log_in_words_of(language).code.format(code=code)
    return Page(_page(site, language, help_.value, code=told), status=FORBIDDEN)


def staff_page(site: Site, language: str) -> Page:
    """Say to somebody who teaches what learners see here."""
    what_there_is = words_of(language).catalogue
    link = f"{site.base}/catalogue"
    return Page(_page(site, language, "staff", link=link, button=what_there_is))


def open_page(site: Site, language: str, link: str) -> Page:
    """Give a link to the same log-in in a tab of its own, for whoever is in a frame of the LMS."""
    button = log_in_words_of(language).open
    return Page(_page(site, language, "open", link=link, button=button))


CLOSE = """\
document.getElementById("done").addEventListener("click", () =>
  (opener || parent).postMessage({subject: "org.imsglobal.lti.close"}, "*"));
"""
"""Tells the LMS that its window with our page can be closed (LTI Dynamic Registration 1.0)."""


def registered_page(site: Site, language: str, lines: tuple[str, ...]) -> Page:
    """Say to the administrator of an LMS that it is registered."""
    words = log_in_words_of(language)
    title, text = words.told["registered"]
    said = {"title": title, "text": text, "lines": lines, "button": words.done}
    page = site.page("registered.html", language, **said, script=Markup(CLOSE))  # noqa: S704 - ours
    return Page(page.encode())


def _page(
    site: Site, language: str, what: str, *, code: str = "", link: str = "", button: str = ""
) -> bytes:
    title, text = log_in_words_of(language).told[what]
    said = {"title": title, "text": text, "code": code, "link": link, "button": button}
    return site.page("log_in.html", language, **said).encode()
