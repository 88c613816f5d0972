"""The database for a verb that works beside the service: one that is there, and of this program."""

from collections.abc import Iterator
from contextlib import contextmanager

from adapters.packs import USAGE, fail
from adapters.running.running import open_settings_store
from adapters.settings.tree import Settings
from adapters.store.failures import NoDatabaseError, StoreBusy, UnusableDatabaseError
from adapters.store.store import Store


@contextmanager
def store_beside(settings: Settings, instead: str = "") -> Iterator[Store]:
    """
    Open the settings' database; exits with a sentence where there is none to work with.

    A name that is wrong makes no file, and an older database stays as it is: whoever asks a
    question must not find that the question has changed the answer's place.

    Args:
        settings: They name the database.
        instead: What else the verb could be given, to be said where there is no database.
    """
    with refusals(instead):
        store = open_settings_store(settings)
        try:
            store.require_current()
            yield store
        finally:
            store.close()


@contextmanager
def refusals(instead: str = "") -> Iterator[None]:
    """End a verb with a sentence where a database can't be used: 2 if there is none, else 1."""
    try:
        yield
    except NoDatabaseError as error:
        fail(f"{error}{f'; {instead}' if instead else ''}", USAGE)
    except (UnusableDatabaseError, StoreBusy) as error:
        fail(str(error))
