"""A replay from beginning to end: rules, a history, what they are held beside, and the answer."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.packs import fail, plan_from
from adapters.replaying.crew import Crew, Manifest, OtherReplayError, begin
from adapters.replaying.history_read import Read
from adapters.replaying.report import Report, beside_of, report_of
from adapters.replaying.work import Found, Task
from adapters.telling.progress import Progress
from engine.comparison import Difference
from engine.plan import Plan
from engine.ruleset import Ruleset, State
from rules.scenarios import as_tested


@dataclass(frozen=True, slots=True)
class Asked:
    """
    How a replay is to be done.

    Attributes:
        since: From when the rules act, None for the first event.
        until: Until when, None for the last event.
        drafts: Whether drafts are lived as if they were live.
        jobs: Processes at most; 0 for one a processor.
        keep: A folder for what is done, None for one that goes.
        quiet: Whether to show no progress.
    """

    since: datetime | None = None
    until: datetime | None = None
    drafts: bool = False
    jobs: int = 0
    keep: Path | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it: the report, and all differences, which may be more than fit in memory."""

    report: Report
    differences: Callable[[], Iterator[Difference]]


def task_of(
    ruleset: Ruleset, beside: Ruleset | None, read: Read, asked: Asked, *, tells: bool = False
) -> Task:
    """Make both rulesets ready to run over a history."""
    live = asked.since or read.past.first

    def plan(rules: Ruleset, *, drafts: bool) -> Plan:
        if drafts and live is not None:
            rules = as_tested(rules, live)
        return plan_from(rules, live, tells=tells)

    others = None if beside is None else plan(beside, drafts=False)
    return Task(plan(ruleset, drafts=asked.drafts), others, asked.until or read.past.last)


def drafts_of(ruleset: Ruleset) -> list[str]:
    """Give the names of drafts."""
    rules = [rule.id for rule in ruleset.rules.values() if rule.state is State.DRAFT]
    credentials = [c.id for c in ruleset.credentials.values() if c.state is State.DRAFT]
    return sorted(rules + credentials)


def replay(
    stack: ExitStack,
    ruleset: Ruleset,
    beside: Ruleset | None,
    read: Read,
    asked: Asked,
    *,
    of: str,
    shown: Callable[[str], str],
) -> Replayed:
    """
    Live a whole history through.

    Args:
        stack: Keeps what is spilled to disk, until it is closed.
        ruleset: The rules that are asked about.
        beside: Others, None for none.
        read: The history.
        asked: How.
        of: Whose the other rules are, in words.
        shown: Gives a full name as it is to be read.
    """
    task = task_of(ruleset, beside, read, asked)
    folder = asked.keep
    if folder is None:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="milepost-replay-")))
    manifest = Manifest(
        ruleset.fingerprint + (" drafts" if asked.drafts else ""),
        "" if beside is None else beside.fingerprint,
        read.names,
        "" if task.until is None else task.until.isoformat(),
        str(asked.since or read.past.first or ""),
        read.past.parts,
    )
    try:
        begin(folder, manifest)
    except (OtherReplayError, OSError) as problem:
        fail(str(problem))
    crew = Crew(task, read.past, folder, asked.jobs or len(os.sched_getaffinity(0)))
    found = _run(crew, read.past.parts, quiet=asked.quiet)
    found.totals.quarantined = read.past.quarantined
    report = report_of(found, task.plan, shown, drafts_of(ruleset) if asked.drafts else ())
    if beside is not None:
        report.beside = beside_of(found, of, beside.fingerprint, shown)
    return Replayed(report, crew.differences)


def _run(crew: Crew, parts: int, *, quiet: bool) -> Found:
    events = 0
    with Progress("replaying", quiet=quiet) as progress:
        progress.total = parts

        def alive(done: int, lived: int) -> None:
            nonlocal events
            events += lived
            progress.advance(done, f"{events:,} events")

        try:
            return crew.run(alive)
        except KeyboardInterrupt:
            print("interrupted; what was done is kept where --keep says", file=sys.stderr)  # noqa: T201 - the last word
            raise
