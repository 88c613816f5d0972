"""`milepost undo`: take back what a rule did in a stretch of time, as far as that can be done."""

from collections import Counter
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
from adapters.braking.undoing import Done, done_by, drop_messages
from adapters.packs import fail, parse_moment
from adapters.running.service_beside import service_beside
from adapters.settings.service import clock_of
from adapters.telling.numbers import counted
from engine.calendar import micros
from engine.doing import kind_and_target
from engine.ruleset import Rule
from engine.undoing import TAKEN_BACK_BY, WITHDRAWN_BY_UNDOING


class Undone(msgspec.Struct, frozen=True):
    """
    What `undo --json` prints.

    Attributes:
        firings: How often the rule fired then.
        learners: For how many learners.
        can: What can be taken back, by the words of rules.
        cannot: What can't, and how often.
        dropped: Messages that had not left, and will not.
        undone: For how many learners something was taken back; 0 before `--yes`.
    """

    rule: str
    firings: int
    learners: int
    can: list[str]
    cannot: dict[str, int]
    waiting: int
    dropped: int
    undone: int


def command(
    rule: Annotated[str, typer.Argument(help="The rule.")],
    *,
    since: Annotated[str, typer.Option("--since", help="From then on.")],
    until: Annotated[str, typer.Option("--until", help="Up to then; now by default.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it, only say what.")] = False,
    by: By = "",
    because: Because = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """
    Take back what a rule opened, closed, and whom it put where, and drop what has not left.

    What it asked, offered and announced is taken back too. Says what can't be undone: messages
    that were sent, calls of other programs. What another rule has changed or done since stays.
    Credentials are never undone here.
    """
    first = micros(parse_moment(since, start=True))
    with opened(database) as store, service_beside(database) as service:
        name = rule_named(store, rule)
        now = clock_of(store).now()
        last = micros(parse_moment(until)) if until else micros(now) + 1
        ruleset = service.plan.ruleset
        if name.partition("/")[0] not in ruleset.packs:
            fail(
                f"the pack of {name} is not among those in force, so the LMS could be told "
                "nothing; set [rules] packs to the folder that it is in"
            )
        known = ruleset.rules.get(name)
        found = done_by(store, name, first, last)
        can, cannot = _told(found, known)
        dropped, undone = 0, 0
        if yes and found.firings:
            reason = f"by {person(by)}" + (f": {because}" if because else "")
            dropped = drop_messages(store, name, first, last, f"undone {reason}")
            for learner, key in found.waits:
                service.give_back(learner, key)
            undone = service.undo(name, found.firings, now, reason)
    firings = sum(map(len, found.firings.values()))
    document = Undone(
        name, firings, len(found.firings), can, cannot, len(found.waits), dropped, undone
    )
    if json:
        print_json(document)
        return
    if not firings:
        fail(f"{name} did nothing then")
    _print(document, yes=yes)


def _told(found: Done, rule: Rule | None) -> tuple[list[str], dict[str, int]]:
    """Say what of a rule's actions can be taken back, and what can't."""
    cannot = Counter(found.gone)
    can: list[str] = []
    firings = sum(map(len, found.firings.values()))
    for action in rule.then if rule else ():
        kind, target = kind_and_target(action)
        words = f"{kind.value} {target.partition('/')[2] or target}"
        if kind in TAKEN_BACK_BY or kind in WITHDRAWN_BY_UNDOING:
            can.append(words)
        elif kind.value != "email":
            cannot[words] = firings
    return can, dict(sorted(cannot.items()))


def _print(document: Undone, *, yes: bool) -> None:
    times, people = counted(document.firings, "time"), counted(document.learners, "learner")
    lines = [f"{document.rule} fired {times}, for {people}."]
    if yes and not document.undone and not document.dropped:
        print("\n".join([*lines, "Nothing of it stands or waits any more."]))  # noqa: T201 - the answer
        return
    if document.can:
        lines.append(f"Can be undone: {', '.join(document.can)}.")
    if document.waiting:
        lines.append(f"Have not left and can be dropped: {counted(document.waiting, 'message')}.")
    if document.cannot:
        told = ", ".join(f"{number:,} x {what}" for what, number in document.cannot.items())
        lines.append(f"Can't be undone: {told}.")
    if yes:
        lines.append(
            f"Undone for {counted(document.undone, 'learner')}; "
            f"{counted(document.dropped, 'message')} dropped."
        )
    else:
        lines.append("Nothing was done yet: --yes does it.")
    print("\n".join(lines))  # noqa: T201 - the answer
