"""The service's decisions for a verb that works beside it: the same rules, the same database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from adapters.packs import fail
from adapters.running.rules_in_force import NoRulesError
from adapters.running.running import Running
from adapters.running.store_beside import refusals
from adapters.service.service import Service
from adapters.settings.service import as_the_service
from adapters.settings.verbs import settings_for


@contextmanager
def service_beside(database: str) -> Iterator[Service]:
    """Open a service by the rules and the mail mode of the one on the database."""
    settings = settings_for({"--database": database})
    with ExitStack() as stack, refusals():
        settings = as_the_service(settings, stack, own_packs=False, own_mode=False)
        try:
            running = Running(settings)
        except NoRulesError as error:
            fail(f"{error}: milepost check says which")
        stack.callback(running.close)
        yield running.service
