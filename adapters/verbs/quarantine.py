"""
`milepost quarantine`: what could not be used, and what a person decides about it.

Nothing that was sent is thrown away: its bytes wait here with the reason, are tried again when
the sender or the rules have been put right, or are dropped.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer

from adapters.inbound.files import read_any
from adapters.packs import FAILED, USAGE, fail
from adapters.running.service_beside import service_beside
from adapters.running.store_beside import store_beside
from adapters.service.ingest import Taken
from adapters.settings.service import clock_of
from adapters.settings.verbs import settings_for
from adapters.store.quarantine import QuarantineRow, QuarantineState
from adapters.store.store import Store

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

PAGE = 500
SHOWN = 200
"""Bytes of each thing that `list` shows; `--json` gives all."""

Database = Annotated[str, typer.Option("--database", help="The database's URL.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers, as `list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="All that waits.")]


class Shown(msgspec.Struct, frozen=True):
    """One thing as `--json` prints it; `raw` is what was sent, as text."""

    id: int
    source: str
    item: str
    reason: str
    arrived: str
    tries: int
    state: str
    raw: str


class Listed(msgspec.Struct, frozen=True):
    """What `list --json` prints."""

    counts: dict[str, int]
    rows: tuple[Shown, ...]


class Retried(msgspec.Struct, frozen=True):
    """What `retry --json` prints; `reasons` by code, of what was put aside once more."""

    taken: int
    quarantined: int
    reasons: dict[str, int]


class Dropped(msgspec.Struct, frozen=True):
    """What `drop --json` prints."""

    dropped: int


@app.command("list")
def list_rows(
    *,
    dropped: Annotated[bool, typer.Option("--dropped", help="Those given up instead.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 100,
    database: Database = "",
    json: Json = False,
) -> None:
    """List what could not be used, with the reasons."""
    state = QuarantineState.DROPPED if dropped else QuarantineState.WAITING
    with _opened(database) as store:
        counts = {each.value: number for each, number in store.quarantine.counts().items()}
        rows = store.quarantine.listed(state, limit=limit)
    if json:
        _print_json(Listed(counts, tuple(map(_shown, rows))))
        return
    print(", ".join(f"{number:,} {name}" for name, number in counts.items()))  # noqa: T201 - the answer
    for row in rows:
        raw = row.raw[:SHOWN].decode("utf-8", "replace")
        beginning = "".join(sign if sign.isprintable() else "�" for sign in raw)
        cut = "…" if len(row.raw) > SHOWN else ""
        print(f"{row.id}  from {row.source or 'nobody'}: {row.reason}\n    {beginning}{cut}")  # noqa: T201 - the answer


@app.command("retry")
def retry(
    ids: Ids = None, *, everything: All = False, database: Database = "", json: Json = False
) -> None:
    """Try things again: by now they may be understood."""
    _one_of(ids, everything=everything)
    taken, reasons = 0, Counter[str]()
    with _opened(database) as store:
        clock, wanted = clock_of(store), _wanted(store, ids)
        with service_beside(database) as service:
            for receipt in service.retry(wanted, read_any, clock.now()):
                if receipt.taken is Taken.QUARANTINED:
                    reasons[receipt.reason.partition(":")[0]] += 1
                else:
                    taken += 1
    if json:
        _print_json(Retried(taken, reasons.total(), dict(reasons)))
    else:
        print(f"{taken:,} taken, {reasons.total():,} put aside once more")  # noqa: T201 - the answer
        for code, number in sorted(reasons.items()):
            print(f"  {number:,} {code}")  # noqa: T201 - the answer
    if reasons or (ids and not taken):
        raise typer.Exit(FAILED)


@app.command("drop")
def drop(
    ids: Ids = None, *, everything: All = False, database: Database = "", json: Json = False
) -> None:
    """Give things up; they stay listed with --dropped, and are not taken when they come again."""
    _one_of(ids, everything=everything)
    with _opened(database) as store:
        dropped = store.quarantine.drop(_wanted(store, ids))
    if json:
        _print_json(Dropped(dropped))
    else:
        print(f"{dropped:,} dropped")  # noqa: T201 - the answer
    if ids and not dropped:
        raise typer.Exit(FAILED)


def _one_of(ids: list[int] | None, *, everything: bool) -> None:
    if bool(ids) == everything:
        fail("say which, by number, or --all", USAGE)


def _wanted(store: Store, ids: Collection[int] | None) -> list[int]:
    """Give the ids that were named, or those of all that waits."""
    if ids:
        return sorted(set(ids))
    found: list[int] = []
    while page := store.quarantine.listed(limit=PAGE, after=found[-1] if found else 0):
        found += [row.id for row in page]
    return found


@contextmanager
def _opened(database: str) -> Iterator[Store]:
    """Open a database that is there."""
    with store_beside(settings_for({"--database": database})) as store:
        yield store


def _shown(row: QuarantineRow) -> Shown:
    return Shown(
        row.id,
        row.source,
        row.item,
        row.reason,
        row.arrived.isoformat(),
        row.tries,
        row.state.value,
        row.raw.decode("utf-8", "replace"),
    )


def _print_json(document: msgspec.Struct) -> None:
    print(msgspec.json.encode(document).decode())  # noqa: T201 - the one document
