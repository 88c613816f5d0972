"""The LMSs that learners log in from, for a verb that works beside the service."""

from contextlib import closing

from adapters.lti.kept import Kept
from adapters.running.running import open_settings_store
from adapters.settings.tree import PlatformSettings, Settings
from adapters.store.failures import StoreBusy, UnusableDatabaseError


def platforms_beside(settings: Settings) -> dict[str, PlatformSettings]:
    """Give all LMSs that are known: those of the settings, and of the database if there is one."""
    found = dict(settings.lti.platforms)
    with closing(open_settings_store(settings)) as store:
        try:
            store.require_current()
            return Kept(store.settings).beside(found)
        except (UnusableDatabaseError, StoreBusy):
            return found
