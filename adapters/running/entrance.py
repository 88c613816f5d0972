"""The log-in from an LMS, wired to the settings, the database and the issuer's keys."""

from adapters.badges.desk import secret_of
from adapters.badges.jsonvalue import JsonObject
from adapters.badges.keys import SecretError
from adapters.badges.verifying.sources import Web
from adapters.clock import machine_now
from adapters.lti.door import Door
from adapters.lti.entrance import Entrance
from adapters.lti.key_sets import KeySets
from adapters.lti.started import Beginnings
from adapters.lti.tool import Tool, tool_keys
from adapters.running.office import Office
from adapters.settings.tree import Settings


def open_entrance(office: Office) -> Entrance | None:
    """Open the entrance; None where there is no public address to come to."""
    settings, store = office.settings, office.store
    url = settings.web.public_url.rstrip("/")
    if not url:
        return None

    def secret() -> str:
        try:
            return secret_of(settings.issuer, store, create=True)
        except SecretError:  # the refusal says so
            return ""

    def keys() -> JsonObject:
        return tool_keys(office.desk().keys)

    door = Door(
        settings.lti.platforms,
        url,
        Beginnings(secret, machine_now),
        # An LMS may well be in a private network; the operator has named it, no stranger.
        KeySets(Web(), machine_now),
        store.log_ins.use,
        machine_now,
    )
    return Entrance(door, tool_of(settings), keys)


def tool_of(settings: Settings) -> Tool:
    """Give this service as an LMS knows it."""
    house = settings.issuer.name or settings.mail.organisation or "Milepost"
    return Tool(settings.web.public_url.rstrip("/"), house)
