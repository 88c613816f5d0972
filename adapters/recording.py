"""What `milepost new scenario` writes: a real learner's events, taken from a database or files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.feeding.history import EPOCH, History
from adapters.inbound.files import read_files
from adapters.inbound.native_line import encode
from adapters.inbound.received import BadBody
from adapters.packs import fail, packs_or_default, read_for_use
from engine.calendar import DAY, Micros, instant, micros, wall
from engine.events import Event, Word
from engine.outcome import Decision, Outcome
from engine.plan import Plan
from engine.replay import live_through
from rules.packs import TEST_ENDING, Reading
from rules.recorded_steps import KEPT_FIELDS, WHO, Came, asked_fields, asked_pairs
from rules.recording import Recording, UnrecordableError, Wanted, record
from rules.scenarios import as_tested, pack_of_file

SPAN = 300 * 1_000_000
"""Events that came so much (in µs) behind a later one came late."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What is asked for on the command line.

    Attributes:
        learner: Whose events.
        since: Day 1, None for the first event's.
        until: The last day, None for the last event's.
        decision: The beginning of a firing's key at which to end; "" for none.
        name: What the scenario is called, "" for a name of our own.
        out: The file; None for a new one in the pack.
        events: Files of events; none for the database.
        database: Its address, "" for that of the settings.
    """

    learner: str
    since: date | None = None
    until: date | None = None
    decision: str = ""
    name: str = ""
    out: Path | None = None
    events: tuple[Path, ...] = ()
    database: str = ""


def record_scenario(
    packs: Sequence[Path] | None, asked: Asked
) -> tuple[Recording, tuple[Path, ...]]:
    """Write what is asked for; give it and its files. Exits with a sentence where it can't."""
    reading = read_for_use(packs_or_default(packs))
    if asked.events:
        came = _from_files(asked.events, asked.learner)
    else:
        came = _from_database(asked.database, asked.learner)
    if not came:
        fail(f"there is no event of a learner `{asked.learner}`")
    decision = _decision_of(reading, asked, came) if asked.decision else None
    return _write(reading, asked, came, decision)


def _from_files(paths: Sequence[Path], learner: str) -> list[Came]:
    with History() as history:
        try:
            for _ in history.add(read_files(paths, "", EPOCH)):
                pass
        except BadBody as problem:
            fail(str(problem))
        for name, events in history.learners():
            if name == learner:
                return [Came(event) for event in events]
    return []


def _from_database(url: str, learner: str) -> list[Came]:
    """Give a learner's events from a database, with those that came late marked."""
    from adapters.running.store_beside import store_beside  # noqa: PLC0415 - needs SQL
    from adapters.settings.verbs import settings_for  # noqa: PLC0415 - as above

    settings = settings_for({"--database": url})
    with store_beside(settings, "or name files with --events") as store:
        return list(_late(store.arrivals_of(learner)))


def _late(arrived: Sequence[tuple[Event, Micros]]) -> Iterator[Came]:
    """
    Say of each event whether it came after a later one had, and about when.

    Things are loaded in one go, in the order of time; they arrived at no time of their own.
    """
    latest = -1
    for event, at in sorted(arrived, key=lambda pair: (pair[1], pair[0].order)):
        time = micros(event.time)
        if time < latest - SPAN:
            yield Came(event, at if latest <= at < latest + DAY else latest)
        else:
            yield Came(event)
        latest = max(latest, time)


def _decision_of(reading: Reading, asked: Asked, came: Sequence[Came]) -> Decision:
    """Find a decision by the beginning of its firing's key, living the learner through."""
    events = [item.event for item in came]
    plan = Plan(as_tested(reading.ruleset, min(event.time for event in events)))
    decisions: list[Decision] = []

    def watch(outcome: Outcome, _: Micros) -> None:
        decisions.extend(outcome.decisions)

    live_through(plan, asked.learner, events, None, watch)
    found = next((d for d in decisions if d.firing.startswith(asked.decision)), None)
    if found is None:
        fail(f"no decision about `{asked.learner}` has a key that begins with {asked.decision}")
    return found


def _write(
    reading: Reading, asked: Asked, came: Sequence[Came], decision: Decision | None
) -> tuple[Recording, tuple[Path, ...]]:
    """Write a scenario, and the history before it where there is one; give the files."""
    pack = _pack_for(reading, asked, decision)
    folder = reading.folders[pack]
    out = asked.out or _free(folder)
    zone = _zone(reading, pack, came)
    before: list[Event] = []
    if asked.since is not None:
        start = micros(datetime.combine(asked.since, datetime.min.time(), zone))
        before = [item.event for item in came if micros(item.event.time) < start]
        came = [item for item in came if micros(item.event.time) >= start]
    until: Micros | None = None
    if decision is not None:
        until = decision.at
    elif asked.until is not None:
        until = micros(datetime.combine(asked.until, datetime.max.time(), zone))
    earlier = tuple(_plain(reading, before))
    given = out.name.removesuffix(TEST_ENDING) + ".jsonl" if earlier else ""
    thing = decision.thing if decision else ""
    known = reading.ruleset.rules.get(thing) or reading.ruleset.credentials.get(thing)
    name = asked.name
    if not name and decision is not None:
        shown = wall(decision.at, zone)
        name = f"{decision.did.value} {thing.partition('/')[2]} on a {shown:%A}"
    wanted = Wanted(
        pack=pack,
        name=name,
        since=asked.since,
        until=until,
        given=given,
        earlier=earlier,
        file=known.span.file if known else "",
    )
    try:
        recording = record(reading, came, wanted)
    except UnrecordableError as problem:
        fail(str(problem))
    files = [out]
    try:
        out.write_text(recording.text, encoding="utf-8", newline="\n")
        if earlier:
            path = out.with_name(given)
            path.write_bytes(b"\n".join(map(encode, earlier)) + b"\n")
            files.append(path)
    except OSError as error:
        fail(f"{error.filename} can't be written: {error.strerror or error}")
    return recording, tuple(files)


def _pack_for(reading: Reading, asked: Asked, decision: Decision | None) -> str:
    """Give the pack to write into: the file's, the decision's, or the first that was given."""
    if asked.out is not None:
        pack = pack_of_file(asked.out, reading.folders)
        if not pack:
            fail(f"{asked.out} does not lie in a pack; name a file in one of them")
        return pack
    pack = decision.thing.partition("/")[0] if decision else ""
    if pack in reading.given:
        return pack
    things = (*reading.ruleset.rules, *reading.ruleset.credentials)
    own = {name.partition("/")[0] for name in things}
    return next((name for name in reading.given if name in own), reading.given[0])


def _free(folder: Path) -> Path:
    """Give a file's name that is not taken."""
    number = 1
    while (path := folder / f"recorded-{number}{TEST_ENDING}").exists():
        number += 1
    return path


def _zone(reading: Reading, pack: str, came: Sequence[Came]) -> ZoneInfo:
    said = next(
        (
            value
            for item in sorted(came, key=lambda c: c.event.order)
            if item.event.word == Word.PROFILE
            for name, value in item.event.fields
            if name == "zone"
        ),
        "",
    )
    return Plan(reading.ruleset).clocks.zone(said, "", pack)


def _plain(reading: Reading, events: Sequence[Event]) -> Iterator[Event]:
    """Yield events without what tells whose they are; to the second, as scenarios read them."""
    plan = Plan(reading.ruleset)
    kept = {*KEPT_FIELDS, *asked_fields(plan)}
    pairs = asked_pairs(plan)
    attempts: dict[tuple[str, str], str] = {}
    for number, event in enumerate(sorted(events, key=lambda e: e.order), 1):
        attempt = ""
        if event.attempt:
            place = (event.object, event.attempt)
            attempt = attempts.setdefault(place, str(len(attempts) + 1))
        fields = event.fields
        if event.word == Word.PROFILE:
            fields = (("name", WHO), *(pair for pair in fields if pair[0] in kept))
        yield Event(
            id=str(number),
            time=instant(micros(event.time) // 1_000_000 * 1_000_000),
            learner=WHO.lower(),
            word=event.word,
            object=event.object,
            course=event.course,
            verb=event.verb,
            score=event.score,
            attempt=attempt,
            criteria=event.criteria,
            undone=event.undone,
            role=event.role,
            due=event.due,
            fields=fields
            if event.word == Word.PROFILE
            else tuple(pair for pair in fields if pair[0] in pairs),
        )
