"""The pages for people, wired to the office that issues and to the rules in force."""

from collections.abc import Callable
from urllib.parse import urlsplit

from adapters.badges.desk import secret_of
from adapters.badges.keys import SecretError
from adapters.badges.verifying.sources import Remembering, Web
from adapters.clock import machine_now
from adapters.inbound.received import Take
from adapters.running.office import Office
from adapters.showing.people import People
from adapters.showing.site import Site
from adapters.showing.tickets import Tickets
from adapters.wallets.authorization import Authorization
from engine.plan import Plan
from rules.frameworks import frameworks_in


def open_people(
    office: Office,
    plan: Callable[[], Plan],
    take: Take,
    public_url: str = "",
    authorization: Authorization | None = None,
) -> People:
    """
    Open the pages.

    Args:
        office: What issues and publishes.
        plan: Gives the rules in force.
        take: Takes events in.
        public_url: Of the service on the database, where the settings say none.
        authorization: What apps have access by.
    """
    settings, store = office.settings, office.store
    url = (settings.web.public_url or public_url).rstrip("/")
    house = settings.issuer.name or settings.mail.organisation or "Milepost"

    web = Web(public_only=True)

    def tickets() -> Tickets:
        try:
            secret = secret_of(settings.issuer, store, create=True)
        except SecretError:  # `login-link` says so; on the pages nobody can log in
            secret = ""
        return Tickets(secret, machine_now)

    return People(
        store=store,
        take=take,
        site=Site(house, urlsplit(url).path),
        public_url=url,
        plan=plan,
        offering=office.offering,
        frameworks=lambda: frameworks_in(settings.rules.packs),
        registrar=office.registrar,
        publication=office.publication,
        exporter=office.exporter,
        tickets=tickets,
        web=web,
        endorsers=Remembering(web, machine_now),
        now=office.now,
        machine=machine_now,
        authorization=authorization,
    )
