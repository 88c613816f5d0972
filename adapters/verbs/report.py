"""`milepost report`: who has earned what, who is stuck on what, and what the rules did."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import Annotated

import msgspec
import typer

from adapters.packs import fail, parse_moment, read_for_use, shown_name
from adapters.reporting.gather import Gathering, gather
from adapters.reporting.report import Report
from adapters.reporting.standing import Standing
from adapters.reporting.tables import (
    PROGRESS,
    CsvTable,
    Table,
    progress_row,
    small_tables,
)
from adapters.reporting.told import told
from adapters.running.store_beside import store_beside
from adapters.service.live import with_live
from adapters.settings.service import as_the_service, clock_of
from adapters.settings.verbs import settings_for
from adapters.store.store import Store
from engine.calendar import micros
from engine.plan import Plan
from rules.packs import Reading

Shown = Callable[[str], str]


def command(
    packs: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of rule packs; by default those the service has in force."),
    ] = None,
    *,
    database: Annotated[str, typer.Option("--database", help="The database's URL.")] = "",
    since: Annotated[
        str, typer.Option("--since", help="Count what rules did from then on; all by default.")
    ] = "",
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write tables (CSV) to this folder.")
    ] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", help="Write tables (Parquet) to this folder.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with plots to this file.")
    ] = None,
    pseudonyms: Annotated[
        bool,
        typer.Option("--pseudonyms", help="Leave names out of tables: others in each run."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say how it is going: earned, nearly earned, stuck on what, and what each rule did."""
    moment = parse_moment(since, start=True) if since else None
    settings = settings_for({"--database": database})
    with ExitStack() as stack:
        store = stack.enter_context(store_beside(settings))
        try:
            settings = as_the_service(settings, stack, own_packs=bool(packs), own_mode=True)
            reading = read_for_use(packs or [settings.rules.packs], settings.rules.zone)
            live = with_live(reading.ruleset, store.settings.known_live())
            plan = Plan(live, settings.engine.stale_after)
            report = _report(
                stack, store, plan, moment, reading, (csv, parquet), pseudonyms=pseudonyms
            )
        except ValueError as error:
            fail(str(error))
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}")
    _print(report, html, json=json)


def _print(report: Report, html: Path | None, *, json: bool) -> None:
    if html is not None:
        from adapters.reporting.web_page import web_page  # noqa: PLC0415 - plots are dear

        try:
            html.write_text(web_page(report), encoding="utf-8")
        except OSError as error:
            fail(f"{error.filename}: {error.strerror}")
    if json:
        print(msgspec.json.encode(report).decode())  # noqa: T201 - the one document
    else:
        print(told(report))  # noqa: T201 - the answer


def _report(
    stack: ExitStack,
    store: Store,
    plan: Plan,
    since: datetime | None,
    reading: Reading,
    folders: tuple[Path | None, Path | None],
    *,
    pseudonyms: bool,
) -> Report:
    shown = partial(shown_name, reading=reading)
    named: Shown = pseudonym() if pseudonyms else str
    tables = list(_tables(stack, folders, "progress", PROGRESS))

    def keep(found: Standing) -> None:
        for table in tables:
            table.write(progress_row(found, named(found.learner), shown))

    gathering = Gathering(plan, micros(clock_of(store).now()), keep)
    report = gather(store, gathering, None if since is None else micros(since), shown)
    for name, columns, rows in small_tables(report):
        with ExitStack() as own:
            for table in _tables(own, folders, name, columns):
                for row in rows:
                    table.write(row)
    return report


def _tables(
    stack: ExitStack, folders: tuple[Path | None, Path | None], name: str, columns: tuple[str, ...]
) -> list[Table]:
    """Open a table in each folder that was asked for."""
    csv, parquet = folders
    found: list[Table] = []
    if csv is not None:
        csv.mkdir(parents=True, exist_ok=True)
        found.append(stack.enter_context(CsvTable(csv / f"{name}.csv", columns)))
    if parquet is not None:
        parquet.mkdir(parents=True, exist_ok=True)
        try:
            from adapters.reporting.parquet import ParquetTable  # noqa: PLC0415 - an extra
        except ImportError:
            fail("--parquet needs pyarrow: pip install 'milepost[parquet]'")
        found.append(stack.enter_context(ParquetTable(parquet / f"{name}.parquet", columns)))
    return found


def pseudonym() -> Shown:
    """Give a function that gives each learner another name, the same within one run."""
    salt = token_bytes(16)

    def named(learner: str) -> str:
        return blake2b(learner.encode(), key=salt, digest_size=6).hexdigest()

    return named
