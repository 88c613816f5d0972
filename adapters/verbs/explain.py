"""`milepost explain`: why a learner has earned a thing, or why not, and what is missing."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.feeding.history import EPOCH, History
from adapters.inbound.files import read_files
from adapters.inbound.received import BadBody
from adapters.packs import fail, packs_or_default, parse_moment, plan_from, read_for_use
from adapters.telling.explaining import explain_history, explanation_document, explanation_text
from engine.calendar import micros
from engine.events import Event
from engine.explain import Explanation, UnknownThingError


def command(
    learner: Annotated[str, typer.Argument(help="The learner, as the LMS's events name her.")],
    thing: Annotated[str, typer.Argument(help="A credential, a skill or a rule.")],
    on: Annotated[str, typer.Option("--on", help="As known at this time; now by default.")] = "",
    events: Annotated[
        list[Path] | None,
        typer.Option("--events", help="Files of events instead of the database."),
    ] = None,
    pack: Annotated[
        list[Path] | None, typer.Option("--pack", help="Folders of rule packs; may be repeated.")
    ] = None,
    database: Annotated[str, typer.Option("--database", help="The database's URL.")] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say why, or why not, with the place where each condition was written."""
    moment = parse_moment(on) if on else None
    folders = packs_or_default(pack)
    try:
        if events:
            found, as_of = _from_files(learner, thing, moment, events, folders)
        else:
            from adapters.telling.stored_explaining import explain_stored  # noqa: PLC0415 - needs SQL

            found, as_of = explain_stored(learner, thing, moment, database, folders)
    except UnknownThingError as problem:
        fail(str(problem))
    if json:
        document = explanation_document(found, thing)
        print(msgspec.json.encode(document).decode())  # noqa: T201 - the one document
    else:
        print(explanation_text(found, as_of))  # noqa: T201 - the answer


def _from_files(
    learner: str,
    thing: str,
    moment: datetime | None,
    paths: Sequence[Path],
    folders: Sequence[Path],
) -> tuple[Explanation, datetime]:
    reading = read_for_use(folders)
    found: list[Event] = []
    with History() as history:
        try:
            for _ in history.add(read_files(paths, "", EPOCH)):
                pass
        except BadBody as problem:
            fail(str(problem))
        for name, events in history.learners():
            if name == learner:
                found = events
        now = moment or history.last or EPOCH
        plan = plan_from(reading.ruleset, history.first)
    if not found:
        fail(f"there is no event of a learner `{learner}` in these files")
    return explain_history(plan, learner, found, thing, micros(now)), now
