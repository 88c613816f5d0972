"""The office for a verb that works beside the service: the same keys, the same address."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.badges.keys import SecretError
from adapters.outgoing.dispatch import last_service
from adapters.packs import fail
from adapters.running.office import Office, open_office
from adapters.running.store_beside import store_beside
from adapters.settings.service import clock_of
from adapters.settings.verbs import settings_for


@contextmanager
def office_beside(database: str) -> Iterator[Office]:
    """Open the office for a verb, with the address of the service; exits with a sentence."""
    settings = settings_for({"--database": database})
    with store_beside(settings) as store:
        note = last_service(store)
        url = note.public_url if note else ""
        try:
            yield open_office(store, settings, clock_of(store).now, url)
        except SecretError as error:
            fail(str(error))
