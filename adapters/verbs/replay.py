"""`milepost replay`: what rules would have done with a history, beside what others did."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.packs import fail, packs_or_default, parse_moment, read_for_use, shown_name
from adapters.replaying.history_read import Read, read_history
from adapters.replaying.others import Others, of_folders
from adapters.replaying.replay import Asked, Replayed, drafts_of, replay, task_of
from adapters.replaying.report import Shown, json_of
from adapters.replaying.story import Moment, story, story_text
from adapters.replaying.told import told
from engine.comparison import Difference
from rules.packs import Reading

USAGE = 2


class Story(msgspec.Struct):
    """The one JSON document of `replay --learner X --json`."""

    learner: str
    ruleset: str
    beside: str
    moments: list[Moment]


def command(
    packs: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of rule packs; by default those of config.toml."),
    ] = None,
    *,
    events: Annotated[
        list[Path] | None,
        typer.Option("--events", help="Files or folders of events; may be repeated."),
    ] = None,
    database: Annotated[
        str, typer.Option("--database", help="Replay a database's own events instead of files'.")
    ] = "",
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            "--beside",
            help="Folders of the rules to compare with; with --database, those in force.",
        ),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", help="The rules act from then; the first event's by default.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", help="Live on to this time; the last event's by default.")
    ] = "",
    learner: Annotated[
        str, typer.Option("--learner", help="Tell the story of this one learner.")
    ] = "",
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write every difference to this table.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with plots to this file.")
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", min=0, help="Processes at most; 0 for one a processor.")
    ] = 0,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", help="A folder for what is done, to go on with if interrupted."),
    ] = None,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Live drafts as if they were live.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Play a history of events through rule packs, and say what they would have done.

    Beside other rules it says who gains, who loses and what comes at another time. Nothing is
    sent or stored. Events are taken by their time, whatever the order of the file, and the
    rules are live from the first one.
    """
    if bool(events) is bool(database):
        fail("say whose events: --events FILE…, or --database URL", USAGE)
    asked = Asked(
        parse_moment(since, start=True) if since else None,
        parse_moment(until) if until else None,
        drafts,
        jobs,
        keep,
        quiet=json,
    )
    with ExitStack() as stack:
        reading, read, others = _opened(stack, packs, events, database, beside, asked)
        shown = partial(shown_name, reading=reading)
        if learner:
            _tell_story(reading, read, others, asked, learner, json=json)
            return
        done = replay(
            stack,
            reading.ruleset,
            None if others is None else others.ruleset,
            read,
            asked,
            of="" if others is None else others.of,
            shown=shown,
        )
        _write_files(done, read, shown, reading, csv, html)
        whole = not (since or until or drafts)
        noted = bool(database) and whole and _noted(database, reading, others)
        if json:
            _print_pieces(json_of(done.report, done.differences(), shown))
            return
        print(told(done.report, read.past))  # noqa: T201 - the verb's answer
        if noted:
            print(  # noqa: T201 - the same
                f"Noted in the database: {reading.ruleset.fingerprint} may go live."
            )
        drafted = drafts_of(reading.ruleset)
        if drafted and not drafts:
            names = ", ".join(map(shown, drafted))
            print(f"Only counted, as drafts are: {names}. --drafts lives them as if live.")  # noqa: T201 - the same


def _opened(
    stack: ExitStack,
    packs: list[Path] | None,
    events: list[Path] | None,
    database: str,
    beside: list[Path] | None,
    asked: Asked,
) -> tuple[Reading, Read, Others | None]:
    """Read the rules, the history, and the rules beside."""
    if not database:
        reading = read_for_use(packs_or_default(packs))
        read = read_history(stack, events or [], asked.keep, quiet=asked.quiet)
        return reading, read, of_folders(beside, ZONE) if beside else None
    from adapters.replaying.stored import in_force, stored_history  # noqa: PLC0415 - needs SQL

    zone = _zone()
    reading = read_for_use(packs_or_default(packs), zone)
    read, store = stored_history(stack, database)
    if beside:
        return reading, read, of_folders(beside, zone)
    others = in_force(store, stack, zone)
    same = others is not None and others.ruleset.fingerprint == reading.ruleset.fingerprint
    # Rules are not held beside themselves, unless it is about their drafts.
    return reading, read, None if same and not asked.drafts else others


ZONE = "UTC"


def _zone() -> str:
    """Give the zone that the service decides by where nobody says one."""
    from adapters.settings.verbs import settings_for  # noqa: PLC0415 - files need no settings

    return settings_for({}).rules.zone


def _tell_story(
    reading: Reading, read: Read, others: Others | None, asked: Asked, learner: str, *, json: bool
) -> None:
    found = read.past.of(learner)
    if not found:
        fail(f"there is no event of a learner `{learner}`")
    beside = None if others is None else others.ruleset
    task = task_of(reading.ruleset, beside, read, asked, tells=True)
    moments = story(task, learner, found)
    if json:
        fingerprint = "" if beside is None else beside.fingerprint
        document = Story(learner, reading.ruleset.fingerprint, fingerprint, moments)
        print(msgspec.json.encode(document).decode())  # noqa: T201 - the one document
        return
    zone = next((v for e in reversed(found) for k, v in e.fields if k == "zone"), "")
    print(story_text(learner, moments, task, zone))  # noqa: T201 - the answer


def _write_files(
    done: Replayed,
    read: Read,
    shown: Shown,
    reading: Reading,
    csv: Path | None,
    html: Path | None,
) -> None:
    """Write the table and the page that were asked for."""
    if csv is not None and done.report.beside is None:
        fail("--csv writes what differs: name other rules with --beside", USAGE)
    try:
        if csv is not None:
            from adapters.replaying.table import write_table  # noqa: PLC0415 - rarely needed

            write_table(csv, done.differences(), shown)
        if html is not None:
            from adapters.replaying.web_page import web_page  # noqa: PLC0415 - plots are dear

            differences: Iterable[Difference] = ()
            if done.report.beside is not None:
                differences = done.differences()
            names = ", ".join(reading.given)
            html.write_text(
                web_page(done.report, read.past, differences, shown, names), encoding="utf-8"
            )
    except OSError as problem:
        fail(f"{problem.filename}: {problem.strerror}")


def _noted(database: str, reading: Reading, others: Others | None) -> bool:
    """Note a whole replay over a database's own events, where config.toml requires one."""
    from adapters.settings.verbs import settings_for  # noqa: PLC0415 - files need no settings

    if not settings_for({}).rules.require_replay:
        return False
    from adapters.replaying.stored import note  # noqa: PLC0415 - needs SQL

    note(database, reading.ruleset, "" if others is None else others.ruleset.fingerprint)
    return True


def _print_pieces(pieces: Iterator[str]) -> None:
    for piece in pieces:
        print(piece, end="")  # noqa: T201 - the one document
    print()  # noqa: T201 - its end
