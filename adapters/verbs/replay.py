"""`milepost replay`: what the rules would have done with a history of events."""

import sys
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.feeding.history import EPOCH, History
from adapters.feeding.stored_history import StoredHistory
from adapters.inbound.files import read_files
from adapters.inbound.received import BadBody
from adapters.packs import fail, parse_moment, plan_from, read_for_use, shown_name
from adapters.store import open_store
from adapters.store.failures import DatabaseTooNewError, DatabaseTooOldError, StoreBusy
from adapters.store.store import Store
from engine.calendar import micros
from engine.replay import Totals, replay_learner
from rules.packs import Reading

USAGE = 2
Past = History | StoredHistory


class CredentialTotal(msgspec.Struct):
    """How often a credential was awarded, and to how many learners."""

    awarded: int
    learners: int


class RuleCounts(msgspec.Struct):
    """What a rule did."""

    fired: int
    learners: int
    deferred: int
    suppressed: int
    capped: int
    undecided: int


class Report(msgspec.Struct):
    """The one JSON document of `replay --json`."""

    events: int
    learners: int
    quarantined: int
    credentials: dict[str, CredentialTotal]
    skills: dict[str, dict[str, int]]
    rules: dict[str, RuleCounts]
    messages: int
    ruleset: str


def command(
    packs: Annotated[list[Path], typer.Argument(help="Folders of rule packs.")],
    events: Annotated[
        list[Path] | None,
        typer.Option("--events", help="Files or folders of events; may be repeated."),
    ] = None,
    until: Annotated[
        str, typer.Option("--until", help="Live on to this time; the last event's by default.")
    ] = "",
    database: Annotated[
        str, typer.Option("--database", help="Replay a database's own events instead of files'.")
    ] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Play a history of events through rule packs, and say what they would have done.

    Files need no database; nothing is sent or stored. Events are taken by their time, whatever
    the order of the file, and the rules are live from the first one.
    """
    if bool(events) is bool(database):
        fail("say whose events: --events FILE…, or --database URL", USAGE)
    end = parse_moment(until) if until else None
    reading = read_for_use(packs)
    with ExitStack() as stack:
        past: Past
        if database:
            past = StoredHistory(stack.enter_context(closing(_opened(database))))
        else:
            past = stack.enter_context(_read(events or [], quiet=json))
        totals = _replay(reading, past, end, quiet=json)
    report = _report(totals, reading)
    if json:
        print(msgspec.json.encode(report).decode())  # noqa: T201 - the verb's one document
    else:
        print(_told(report, past))  # noqa: T201 - the verb's answer


def _read(paths: list[Path], *, quiet: bool) -> History:
    history = History()
    try:
        for number, _ in enumerate(history.add(read_files(paths, "", EPOCH)), 1):
            _tell(f"read {number:,} events", number, quiet=quiet)
    except BadBody as problem:
        fail(str(problem))
    return history


def _opened(database: str) -> Store:
    try:
        store = open_store(database)
        store.require_current()
    except (ValueError, StoreBusy, DatabaseTooNewError, DatabaseTooOldError) as problem:
        fail(str(problem))
    return store


def _replay(reading: Reading, history: Past, end: datetime | None, *, quiet: bool) -> Totals:
    plan = plan_from(reading.ruleset, history.first, tells=False)
    last = end or history.last
    totals = Totals.of(plan)
    until = None if last is None else micros(last)
    for learner, events in history.learners():
        within = [e for e in events if until is None or micros(e.time) <= until]
        if not within:
            continue
        totals.events += len(within)
        replay_learner(plan, learner, within, until, totals)
        _tell(f"replayed {totals.learners:,} learners", totals.learners, quiet=quiet)
    totals.quarantined = history.quarantined
    return totals


EVERY = 5_000


def _tell(text: str, number: int, *, quiet: bool) -> None:
    """Show progress on a terminal, on one line that is written over."""
    if not quiet and number % EVERY == 0 and sys.stderr.isatty():
        print(f"\r{text} …", end="", file=sys.stderr, flush=True)  # noqa: T201 - progress


def _report(totals: Totals, reading: Reading) -> Report:
    return Report(
        totals.events,
        totals.learners,
        totals.quarantined,
        {
            shown_name(name, reading): CredentialTotal(*numbers)
            for name, numbers in totals.awarded.items()
        },
        {shown_name(name, reading): levels for name, levels in totals.levels.items()},
        {
            shown_name(name, reading): RuleCounts(
                rule.fired,
                rule.learners,
                rule.deferred,
                rule.suppressed,
                rule.capped,
                rule.undecided,
            )
            for name, rule in totals.rules.items()
        },
        totals.messages,
        reading.ruleset.fingerprint,
    )


def _told(report: Report, history: Past) -> str:
    lines = []
    if sys.stderr.isatty():
        lines.append("")
    span = ""
    if history.first is not None and history.last is not None:
        span = f", {history.first:%-d %B %Y} to {history.last:%-d %B %Y}"
    lines.append(f"{report.events:,} events of {report.learners:,} learners{span}.")
    if report.quarantined:
        reasons = ", ".join(f"{code} {n:,}" for code, n in sorted(history.reasons.items()))
        lines.append(f"{report.quarantined:,} could not be used ({reasons}).")
    if report.credentials:
        width = max(len("credentials"), *map(len, report.credentials))
        lines += ["", f"{'credentials':<{width}}  awarded  learners"]
        lines += [
            f"{name:<{width}}  {total.awarded:>7,}  {total.learners:>8,}"
            for name, total in report.credentials.items()
        ]
    if report.skills:
        lines += ["", "skills"]
        for name, levels in report.skills.items():
            shown = ", ".join(f"{level} {number:,}" for level, number in levels.items())
            lines.append(f"{name}  {shown}")
    if report.rules:
        width = max(len("rules"), *map(len, report.rules))
        head = "  fired  learners  deferred  suppressed  capped  undecided"
        lines += ["", f"{'rules':<{width}}{head}"]
        lines += [
            f"{name:<{width}}  {r.fired:>5,}  {r.learners:>8,}  {r.deferred:>8,}  "
            f"{r.suppressed:>10,}  {r.capped:>6,}  {r.undecided:>9,}"
            for name, r in report.rules.items()
        ]
    if any(rule.capped for rule in report.rules.values()):
        lines += ["", "capped is counted once a spell, and for an event rule once an enrolment."]
    lines += ["", f"{report.messages:,} messages. Nothing was sent or stored."]
    return "\n".join(lines)
