"""What `milepost explain` answers from the database, by the rules that its service has."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from adapters.packs import fail, read_for_use
from adapters.running.running import open_settings_store
from adapters.service.live import with_live
from adapters.settings.service import as_the_service, clock_of
from adapters.settings.tree import Settings
from adapters.settings.verbs import settings_for
from adapters.store.failures import DatabaseTooNewError, StoreBusy
from adapters.telling.learner_explaining import UnknownLearnerError, explain_learner
from engine.explain import Explanation
from engine.plan import Plan

SQLITE = "sqlite:///"


def explain_stored(
    learner: str, thing: str, moment: datetime | None, database: str, folders: Sequence[Path]
) -> tuple[Explanation, datetime]:
    """
    Explain a thing of one learner from the database; exits with a sentence where that can't be.

    Args:
        learner: Who.
        thing: A credential, a skill or a rule.
        moment: As known then; None for now, on the clock that the database lives on.
        database: Its address; "" for that of the settings.
        folders: Of packs; those of the settings stand for whatever the service has in force.

    Returns:
        The explanation, and as of when it is.

    Raises:
        UnknownThingError: No thing has that name.
    """
    settings = settings_for({"--database": database})
    file = Path(settings.database.url.removeprefix(SQLITE))
    if settings.database.url.startswith(SQLITE) and not file.is_file():
        fail(f"there is no database {file}; name one with --database, or files with --events")
    with ExitStack() as stack:
        try:
            return _explained(settings, stack, learner, thing, moment, folders)
        except (DatabaseTooNewError, StoreBusy, UnknownLearnerError, ValueError) as error:
            fail(str(error))


def _explained(
    settings: Settings,
    stack: ExitStack,
    learner: str,
    thing: str,
    moment: datetime | None,
    folders: Sequence[Path],
) -> tuple[Explanation, datetime]:
    own = list(folders) != [settings.rules.packs]
    settings = as_the_service(settings, stack, own_packs=own, own_mode=True)
    reading = read_for_use(folders if own else [settings.rules.packs])
    store = open_settings_store(settings)
    stack.callback(store.close)
    ruleset = with_live(
        replace(reading.ruleset, zone=settings.rules.zone), store.settings.known_live()
    )
    plan = Plan(ruleset, settings.engine.stale_after)
    now = clock_of(store).now()
    return explain_learner(store, plan, learner, thing, moment, now), moment or now
