"""What answers wallets, wired to the office, to the rules in force, and to the pages for people."""

import logging
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

import msgspec
from authlib.common.security import is_secure_transport

from adapters.clock import machine_now
from adapters.running.office import Office
from adapters.settings.tree import Settings
from adapters.showing.consent import Consent
from adapters.showing.people import People
from adapters.store.store import Store
from adapters.wallets.authorization import Authorization
from adapters.wallets.description import description, metadata
from adapters.wallets.resources import Resources
from adapters.web.wallets_route import WalletDoors

log = logging.getLogger("milepost.wallets")


def authorization_of(settings: Settings, store: Store) -> Authorization | None:
    """
    Give what lets apps in; None where the service has no address that they could trust.

    OAuth sends secrets about, so it is by https, or on this machine alone.
    """
    url = settings.web.public_url.rstrip("/")
    if not url:
        return None
    if not is_trustworthy(url):
        log.warning("no wallet is served: [web] public_url is not https")
        return None
    return Authorization(store.wallets, url, machine_now)


def is_trustworthy(url: str) -> bool:
    """Say whether secrets may be sent to an address: by https, or on this machine."""
    return bool(is_secure_transport(url)) and bool(urlsplit(url).hostname)


def open_wallets(office: Office, people: People) -> WalletDoors | None:
    """Open what answers wallets; None where none are served."""
    authorization = people.authorization
    if authorization is None:
        return None
    settings, store = office.settings, office.store

    told = description(
        authorization.public_url,
        people.site.house,
        _version(),
        settings.web.privacy_url,
        settings.web.terms_url,
    )
    return WalletDoors(
        authorization,
        Resources(store, office.registrar, people.reception, authorization.public_url, machine_now),
        Consent(store, people.site, people.tickets, authorization),
        msgspec.json.encode(told),
        msgspec.json.encode(metadata(authorization.public_url)),
    )


def _version() -> str:
    try:
        return version("milepost")
    except PackageNotFoundError:  # a checkout that was not installed
        return "0"
