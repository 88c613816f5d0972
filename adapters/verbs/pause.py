"""`milepost pause`: a rule does nothing until it is resumed; what has not left is held."""

from datetime import datetime
from typing import Annotated

import msgspec
import typer

from adapters.braking.asked import (
    All,
    Because,
    By,
    Database,
    Json,
    opened,
    person,
    print_json,
    rule_named,
)
from adapters.packs import USAGE, fail
from adapters.settings.service import clock_of
from adapters.store.pauses import ALL, Pause
from engine.wording import moment_shown


class PausedRule(msgspec.Struct, frozen=True):
    """One pause in the JSON document."""

    rule: str
    since: str
    by: str
    because: str


class Paused(msgspec.Struct, frozen=True):
    """What `pause --json` prints: all pauses, and how many messages and calls were held now."""

    held: int
    paused: tuple[PausedRule, ...]


def command(
    rule: Annotated[str, typer.Argument(help="The rule; none lists what is paused.")] = "",
    *,
    everything: All = False,
    by: By = "",
    because: Because = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """
    Stop a rule, or all of them, within seconds and without a change of files.

    A paused rule decides and is counted, and does nothing. What it has written and what has not
    left is held. Credentials are earned all the same.
    """
    if rule and everything:
        fail("say which rule, or --all", USAGE)
    held = 0
    with opened(database) as store:
        if rule or everything:
            name = ALL if everything else rule_named(store, rule)
            pause = Pause(name, clock_of(store).now(), person(by), because)
            _, held = store.pauses.pause(pause)
        found = store.pauses.all().values()
    document = Paused(
        held, tuple(PausedRule(p.rule, p.at.isoformat(), p.by, p.because) for p in found)
    )
    if json:
        print_json(document)
        return
    for each in document.paused:
        what = "all rules" if each.rule == ALL else each.rule
        why = f", because: {each.because}" if each.because else ""
        since = moment_shown(datetime.fromisoformat(each.since))
        print(f"paused since {since} UTC by {each.by}: {what}{why}")  # noqa: T201 - the answer
    if not document.paused:
        print("nothing is paused")  # noqa: T201 - the answer
    if held:
        print(f"{held:,} messages and calls that had not left are held")  # noqa: T201 - the answer
