"""
`milepost load`: bring in files of events, people, enrolments and grades.

It decides in this process, by the rules and the mail mode of the service on the same database,
whether that runs at the moment or not; so loading beside `serve` and loading alone come to the
same. Without a clock old events earn credentials and send nothing, because they are stale.
"""

import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.feeding.loading import Loaded, Loader
from adapters.feeding.timeline import Timeline
from adapters.inbound.files import read_files
from adapters.inbound.received import REVIEWS
from adapters.packs import FAILED, USAGE, fail
from adapters.running.rules_in_force import NoRulesError
from adapters.running.running import Running, open_settings_store
from adapters.service.collector import let_rest
from adapters.settings.service import as_the_service
from adapters.settings.tree import Settings
from adapters.settings.verbs import settings_for
from adapters.store.failures import DatabaseTooNewError, StoreBusy
from adapters.telling.numbers import counted
from adapters.telling.progress import Progress
from adapters.telling.show import show_problems

OTHER_CLOCK = (
    "this database lives on a simulated clock; without the same --clock-from and --clock-speed "
    "these events count as old and send nothing"
)


class Report(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    files: tuple[str, ...]
    accepted: int
    duplicates: int
    quarantined: int
    reasons: dict[str, int]
    error: str = ""


def command(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files (.jsonl, .json, .csv, each also .gz) or folders, OULAD's too."),
    ],
    database: Annotated[str, typer.Option("--database", help="The database's URL.")] = "",
    packs: Annotated[
        str, typer.Option("--packs", help="Packs; by default those the service has in force.")
    ] = "",
    source: Annotated[str, typer.Option("--source", help="Whose events these are.")] = "load",
    clock_from: Annotated[
        str, typer.Option("--clock-from", help="Live the events through from this time on.")
    ] = "",
    clock_speed: Annotated[
        str, typer.Option("--clock-speed", help="Simulated seconds a second.")
    ] = "",
    mail_mode: Annotated[
        str,
        typer.Option("--mail-mode", help="hold, folder, redirect or live; as the service's."),
    ] = "",
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Take in files of events, people, enrolments and grades.

    Interrupted or not, it may be run again: what is known already changes nothing.
    """
    if missing := [path for path in files if not path.exists()]:
        fail("\n".join(f"there is no file {path}" for path in missing), USAGE)
    if source == REVIEWS:
        fail(f"--source {REVIEWS} is taken by the answers to reviews", USAGE)
    settings = settings_for(
        {
            "--database": database,
            "--packs": packs,
            "--clock-from": clock_from,
            "--clock-speed": clock_speed,
            "--mail-mode": mail_mode,
        }
    )
    with ExitStack() as stack:
        try:
            _make_ready(settings)
            settings = as_the_service(
                settings, stack, own_packs=bool(packs), own_mode=bool(mail_mode)
            )
            running = Running(settings)
            let_rest()
        except NoRulesError as error:
            texts = error.examined.reading.texts
            fail(f"{show_problems(error.examined.refused, texts)}\n{error}: nothing was loaded")
        except (DatabaseTooNewError, StoreBusy, ValueError) as error:
            fail(str(error))
        stack.callback(running.close)
        if settings.clock.start is None and running.store.settings.anchor() is not None:
            print(OTHER_CLOCK, file=sys.stderr)  # noqa: T201 - a word to the operator
        try:
            loaded = _load(running, files, source, quiet=json)
        except StoreBusy as error:
            fail(f"{error}\nWhat was loaded before is stored; run the same command again.")
    _say(loaded, files, as_json=json)
    if loaded.broken:
        raise typer.Exit(FAILED)


def _make_ready(settings: Settings) -> None:
    """Make the database, or bring it up to date as `serve` would, and say that of an older one."""
    with closing(open_settings_store(settings)) as store:
        before, after = store.migrate()
    if before not in ("", after):
        print(f"database brought from revision {before} to {after}", file=sys.stderr)  # noqa: T201 - a word to the operator


def _load(running: Running, files: list[Path], source: str, *, quiet: bool) -> Loaded:
    """Read the files and feed them to the service."""
    if not running.settings.rules.packs.is_dir():
        print(  # noqa: T201 - a word to the operator
            f"there is no folder {running.settings.rules.packs}: what is loaded is kept, and "
            "decided about once a service has rules",
            file=sys.stderr,
        )
    running.refold()
    with Progress("Loading", quiet=quiet) as progress:

        def tell(loaded: Loaded, size: int) -> None:
            aside = f", {loaded.quarantined:,} put aside" if loaded.quarantined else ""
            moment = "" if running.settings.clock.start is None else f"{running.now():%-d %B %Y}, "
            progress.advance(
                size if by_size else loaded.number - progress.done,
                f"{moment}{loaded.accepted:,} taken, {loaded.duplicates:,} known{aside}",
            )

        by_size = running.settings.clock.start is None
        loader = Loader(running.service, running.clock, source, tell)
        received = read_files(files, source, running.now())
        if by_size:
            progress.total = _size(files)
            return loader.all_at_once(received)
        with Timeline() as timeline:
            for _ in timeline.add(loader.until_broken(received)):
                pass
            progress.total = timeline.number
            return loader.as_time_passes(timeline.in_order())


def _size(files: list[Path]) -> int | None:
    """Give the bytes to be read, None where that can't be told beforehand."""
    if all(path.is_file() and path.suffix in {".jsonl", ".ndjson"} for path in files):
        return sum(path.stat().st_size for path in files)
    return None


def _say(loaded: Loaded, files: list[Path], *, as_json: bool) -> None:
    if as_json:
        report = Report(
            tuple(map(str, files)),
            loaded.accepted,
            loaded.duplicates,
            loaded.quarantined,
            loaded.reasons,
            loaded.broken,
        )
        print(msgspec.json.encode(report).decode())  # noqa: T201 - the one document
        return
    print(  # noqa: T201 - the answer
        f"{counted(loaded.accepted, 'event')} taken, {loaded.duplicates:,} known already, "
        f"{loaded.quarantined:,} put aside"
    )
    for code, number in sorted(loaded.reasons.items()):
        print(f"  {number:,} {code}")  # noqa: T201 - the answer
    if loaded.quarantined:
        print("  milepost quarantine list shows them")  # noqa: T201 - the answer
    if loaded.broken:
        print(  # noqa: T201 - the answer
            f"{loaded.broken}\nWhat came before it is stored; run the same command again with "
            "the whole file.",
            file=sys.stderr,
        )
