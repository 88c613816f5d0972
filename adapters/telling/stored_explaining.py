"""
What `milepost explain` answers from a database, by the rules that were in force.

Of now by the rules in force now, of an earlier day by those of then, where the database knows
them; by others where somebody asks for them.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.packs import fail, read_for_use
from adapters.running.rules_in_force import KEPT, KeptRules, decompressed, unpack
from adapters.running.store_beside import store_beside
from adapters.service.live import with_live
from adapters.settings.service import as_the_service, clock_of
from adapters.settings.tree import Settings
from adapters.settings.verbs import settings_for
from adapters.store.store import Store
from adapters.telling.departures import by_number, with_departures
from adapters.telling.learner_explaining import UnknownLearnerError, explain_learner
from engine.calendar import micros
from engine.explained import Explanation
from engine.plan import Plan
from rules.packs import Reading

NOW = "now"
"""In place of a fingerprint: the rules in force now, also for an earlier day."""


@dataclass(frozen=True, slots=True)
class Told:
    """
    An explanation from a database.

    Attributes:
        found: The explanation.
        as_of: As of when it is.
        plan: The rules that it is by.
        left: What became of messages and calls, a sentence each.
        folder: Where the rules were unpacked, "" where they lie in the author's own folder; it is
            no place that an author knows.
        language: The learner's, "" if it is not known.
    """

    found: Explanation
    as_of: datetime
    plan: Plan
    left: tuple[str, ...] = ()
    folder: str = ""
    language: str = ""


def explain_stored(
    learner: str,
    thing: str,
    moment: datetime | None,
    database: str,
    folders: Sequence[Path],
    ruleset: str = "",
) -> Told:
    """
    Explain a thing of one learner from the database; exits with a sentence where that can't be.

    Args:
        learner: Who.
        thing: What; see engine.explain_names.named; `decision:N` and `message:N` by their numbers.
        moment: As known then; None for now, on the clock that the database lives on.
        database: Its address; "" for that of the settings.
        folders: Of packs; those of the settings stand for whatever the service has in force.
        ruleset: A fingerprint, or its beginning; NOW for the rules of now; "" for those in force
            at the moment.

    Raises:
        UnknownThingError: No thing has that name.
    """
    settings = settings_for({"--database": database})
    with ExitStack() as stack:
        store = stack.enter_context(store_beside(settings, "or name files with --events"))
        try:
            own = list(folders) != [settings.rules.packs]
            settings = as_the_service(settings, stack, own_packs=own, own_mode=True)
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="milepost-rules-")))
            if own:
                reading = read_for_use(folders, settings.rules.zone)
            else:
                reading = _in_force(store, settings, moment, ruleset, folder)
            return _told(store, settings, reading, learner, thing, moment, folder)
        except (UnknownLearnerError, ValueError) as error:
            fail(str(error))


def _told(
    store: Store,
    settings: Settings,
    reading: Reading,
    learner: str,
    thing: str,
    moment: datetime | None,
    folder: Path,
) -> Told:
    ruleset = with_live(reading.ruleset, store.settings.known_live())
    plan = Plan(replace(ruleset, zone=settings.rules.zone), settings.engine.stale_after)
    now = clock_of(store).now()
    named = by_number(store, learner, thing)
    if named is not None:
        return Told(named.found, named.at, plan, named.left)
    found = explain_learner(store, plan, learner, thing, moment, now)
    found, left = with_departures(store, plan, found, micros(moment or now))
    record = store.record_of(learner)
    language = record.said("language") if record else ""
    return Told(found, moment or now, plan, left, str(folder), language)


def _in_force(
    store: Store, settings: Settings, moment: datetime | None, asked: str, folder: Path
) -> Reading:
    """Read the rules that were in force: the author's own files where they mean the same."""
    fingerprint = "" if asked == NOW else asked
    if not asked and moment is not None:
        fingerprint = store.reigns.at(micros(moment))
    kept = store.settings.get(KEPT, KeptRules)
    if fingerprint and (kept is None or not kept.fingerprint.startswith(fingerprint)):
        data = store.reigns.files(fingerprint)
        if data is None:
            known = ", ".join(sorted({each for _, each in store.reigns.all()})) or "none"
            fail(f"no ruleset {fingerprint} is kept in this database; there are: {known}")
        kept = decompressed(data)
    if settings.rules.packs.is_dir():
        own = read_for_use([settings.rules.packs], settings.rules.zone)
        if kept is None or own.ruleset.fingerprint == kept.fingerprint:
            return own
    if kept is None:
        fail(f"there is no folder {settings.rules.packs}, and no rules are in force")
    unpack(kept, folder)
    return read_for_use([folder], settings.rules.zone)
