"""`milepost resume`: a paused rule acts again, on what comes from now on."""

from typing import Annotated

import msgspec
import typer

from adapters.braking.asked import All, Database, Json, opened, print_json, rule_named
from adapters.packs import FAILED, USAGE, fail
from adapters.settings.service import clock_of
from adapters.store.pauses import ALL


class Resumed(msgspec.Struct, frozen=True):
    """What `resume --json` prints."""

    resumed: bool
    released: int


def command(
    rule: Annotated[str, typer.Argument(help="The rule.")] = "",
    *,
    everything: All = False,
    database: Database = "",
    json: Json = False,
) -> None:
    """
    Let a paused rule act again, on what comes from now on.

    What was held when it was paused may leave. `--all` ends the pause of all; rules that were
    paused one by one stay so.
    """
    if bool(rule) is everything:
        fail("say which rule, or --all", USAGE)
    with opened(database) as store:
        paused = store.pauses.all()
        name = ALL if everything else rule
        if not everything and rule not in paused:
            name = rule_named(store, rule)
        was, released = store.pauses.resume(name, clock_of(store).now())
    if json:
        print_json(Resumed(was, released))
    else:
        what = "all rules" if name == ALL else name
        print(f"{what}: {'resumed' if was else 'not paused'}; {released:,} may leave")  # noqa: T201 - the answer
    if not was:
        raise typer.Exit(FAILED)
