"""`milepost confirm`: runs of rules that would write to many, and a person's word on them."""

from typing import Annotated

import msgspec
import typer

from adapters.braking.asked import (
    Because,
    By,
    Database,
    Json,
    opened,
    person,
    print_json,
    rule_named,
)
from adapters.braking.confirming import confirm, refuse, waiting
from adapters.packs import USAGE, fail
from adapters.running.service_beside import service_beside
from adapters.settings.service import clock_of
from adapters.telling.numbers import counted


class Waits(msgspec.Struct, frozen=True):
    """A run that waits."""

    rule: str
    messages: int


class Confirmed(msgspec.Struct, frozen=True):
    """What `confirm --json` prints."""

    released: int
    dropped: int
    waiting: tuple[Waits, ...]


def command(
    rule: Annotated[str, typer.Argument(help="The rule; none lists what waits.")] = "",
    *,
    refused: Annotated[
        bool, typer.Option("--refuse", help="Drop its messages instead; they will not be sent.")
    ] = False,
    by: By = "",
    because: Because = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """
    List what `confirm above` holds, or let one rule's messages of the day go, or refuse them.

    What is refused no longer counts in the rule's gap and cap.
    """
    if refused and not rule:
        fail("say whose messages to refuse", USAGE)
    released, dropped, name = 0, 0, rule
    with opened(database) as store:
        if rule:
            name = rule_named(store, rule)
            if refused:
                found = refuse(store, name, person(by), because)
                dropped = len(found)
                with service_beside(database) as service:
                    for learner, key in found:
                        service.give_back(learner, key)
            else:
                released = confirm(store, name, clock_of(store).now())
        left = tuple(Waits(run.rule, run.messages) for run in waiting(store))
    if json:
        print_json(Confirmed(released, dropped, left))
        return
    if rule:
        number = counted(dropped if refused else released, "message")
        what = f"{number} dropped" if refused else f"{number} may leave"
        print(f"{name}: {what}")  # noqa: T201 - the answer
    for run in left:
        waits = counted(run.messages, "message waits", "messages wait")
        print(f"{run.rule}: {waits} for your word")  # noqa: T201 - the answer
    if not left and not rule:
        print("nothing waits")  # noqa: T201 - the answer
