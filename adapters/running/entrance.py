"""The log-in from an LMS, wired to the settings, the database and the issuer's keys."""

from collections.abc import Callable

from adapters.badges.desk import secret_of
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import SecretError
from adapters.badges.verifying.sources import Web
from adapters.clock import machine_now
from adapters.lti.door import Door
from adapters.lti.entrance import Entrance
from adapters.lti.invitations import Invitations
from adapters.lti.kept import Kept
from adapters.lti.key_sets import KeySets
from adapters.lti.registration import Registrations, WebPosts
from adapters.lti.started import Beginnings
from adapters.lti.tool import Tool, tool_keys
from adapters.running.office import Office
from adapters.settings.tree import Settings
from adapters.store.store import Store


def open_entrance(office: Office) -> Entrance | None:
    """Open the entrance; None where there is no public address to come to."""
    settings, store = office.settings, office.store
    url = settings.web.public_url.rstrip("/")
    if not url:
        return None

    def keys() -> JsonObject:
        return tool_keys(office.desk().keys)

    kept = Kept(store.settings)
    secret = secret_for(settings, store)
    # An LMS may well be in a private network; the operator has named it, no stranger.
    web = Web()
    door = Door(
        lambda: kept.beside(settings.lti.platforms),
        url,
        Beginnings(secret, machine_now),
        KeySets(web, machine_now),
        store.log_ins.use,
        machine_now,
    )
    registrations = Registrations(
        tool_of(settings),
        Invitations(secret, machine_now),
        web,
        WebPosts(),
        store.log_ins.use,
        kept.put,
        machine_now,
    )
    return Entrance(door, tool_of(settings), keys, registrations)


def secret_for(settings: Settings, store: Store) -> Callable[[], str]:
    """Give what gives the operator's secret; "" where there is none, as the refusal then says."""

    def secret() -> str:
        try:
            return secret_of(settings.issuer, store, create=True)
        except SecretError:
            return ""

    return secret


def tool_of(settings: Settings, public_url: str = "") -> Tool:
    """
    Give this service as an LMS knows it.

    Args:
        settings: Its own.
        public_url: Of the service on the database, where the settings say none.
    """
    house = settings.issuer.name or settings.mail.organisation or "Milepost"
    return Tool((settings.web.public_url or public_url).rstrip("/"), house)
