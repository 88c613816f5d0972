"""`milepost changes`: what changed rules will mean for learners, in words, before they go live."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.packs import USAGE, fail, packs_or_default, read_for_use
from adapters.replaying.others import of_folders
from adapters.replaying.stored import in_force, stored_history
from adapters.settings.verbs import settings_for
from adapters.telling.changes import changes, changes_text


class Change(msgspec.Struct, frozen=True):
    """One thing that has changed."""

    thing: str
    kind: str
    means: list[str]


class Document(msgspec.Struct, frozen=True):
    """The one JSON document of `changes --json`."""

    before: str
    after: str
    changes: list[Change]


def command(
    packs: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of rule packs; by default those of config.toml."),
    ] = None,
    *,
    beside: Annotated[
        list[Path] | None, typer.Option("--beside", help="Folders of the rules as they were.")
    ] = None,
    database: Annotated[
        str, typer.Option("--database", help="Compare with the rules that a database has in force.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Say what has changed, and what that means for learners.

    Who is asked anew, who keeps what, from when a rule acts, what its limits count.
    """
    if bool(beside) is bool(database):
        fail("say what to compare with: --beside FOLDER, or --database URL", USAGE)
    zone = settings_for({}).rules.zone
    after = read_for_use(packs_or_default(packs), zone).ruleset
    with ExitStack() as stack:
        if beside:
            others = of_folders(beside, zone)
        else:
            _, store = stored_history(stack, database)
            kept = in_force(store, stack, zone)
            if kept is None:
                fail("no rules were ever in force there: everything is new")
            others = kept
    if json:
        found = [
            Change(each.thing, each.kind, list(each.sentences))
            for each in changes(others.ruleset, after)
        ]
        document = Document(others.ruleset.fingerprint, after.fingerprint, found)
        print(msgspec.json.encode(document).decode())  # noqa: T201 - the one document
    else:
        print(changes_text(changes(others.ruleset, after)))  # noqa: T201 - the answer
