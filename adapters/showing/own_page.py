"""A learner's own page as a link in a mail: signed, so that she needs no password."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from adapters.badges.desk import secret_of
from adapters.badges.keys import SecretError
from adapters.clock import machine_now
from adapters.settings.tree import Settings
from adapters.showing.tickets import Ticket, Tickets
from adapters.store.store import Store

GOOD_FOR = timedelta(days=30)
"""How long the link in a mail is good; a later one, or `login-link`, brings another."""


def own_page(settings: Settings, store: Store) -> Callable[[str], str]:
    """
    Give what makes a link to a learner's page of her id; "" where there is no public address.

    Without a secret to sign with, the link is to the page, on which she is told to ask for one.
    """
    base = settings.web.public_url.rstrip("/")

    @cache
    def tickets() -> Tickets:
        try:
            return Tickets(secret_of(settings.issuer, store, create=True), machine_now)
        except SecretError:
            return Tickets("", machine_now)

    def link(learner: str) -> str:
        if not base:
            return ""
        try:
            ticket = tickets().give(Ticket.LINK, learner, GOOD_FOR)
        except SecretError:
            return f"{base}/me"
        return f"{base}/me/enter?ticket={ticket}"

    return link
