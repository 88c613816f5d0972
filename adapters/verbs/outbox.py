"""
`milepost outbox`: what waits, what went wrong, and what a person decides about it.

What was held by the mail mode, has failed or is in doubt never moves by itself: it is listed
here, and leaves when somebody says so.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import msgspec
import typer
from sqlalchemy import text

from adapters.outgoing.composing import Composer
from adapters.outgoing.dispatch import last_service
from adapters.outgoing.outbox_preparation import OPENING
from adapters.packs import FAILED, USAGE, fail
from adapters.running.rules_in_force import NoRulesError, RulesInForce
from adapters.running.store_beside import store_beside
from adapters.settings.service import as_the_service, clock_of
from adapters.settings.tree import Settings
from adapters.settings.verbs import settings_for
from adapters.store.store import Store
from engine.spelling import suggest
from notifications.mode import Mode
from notifications.outbox import Kind, OutboxRow, Status

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

PAGE = 1_000
FOR_A_PERSON = (Status.HELD, Status.IN_DOUBT, Status.FAILED)
"""What waits for somebody's decision; listed where no status is asked for."""

RETRIED = (Status.FAILED, Status.IN_DOUBT, Status.EXPIRED)

Database = Annotated[str, typer.Option("--database", help="The database's URL.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers of rows, as `list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


class Shown(msgspec.Struct, frozen=True):
    """A row as `--json` prints it; times are RFC 3339, on the service's clock."""

    id: int
    key: str
    kind: str
    status: str
    learner: str
    category: str
    recipient: str
    not_before: str
    attempts: int
    reason: str


class Listed(msgspec.Struct, frozen=True):
    """What `list --json` prints: how many rows there are by kind and status, and some of them."""

    counts: dict[str, dict[str, int]]
    rows: tuple[Shown, ...]


class Changed(msgspec.Struct, frozen=True):
    """What `release --json` and `retry --json` print: how many rows will leave."""

    queued: int


class Content(msgspec.Struct, frozen=True):
    """What `show --json` prints; `frozen` is false where it will be written when it leaves."""

    row: Shown
    content: str
    frozen: bool


@app.command("list")
def list_rows(
    status: Annotated[
        str, typer.Option("--status", help="held, queued, sent, in_doubt, failed and so on.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 100,
    database: Database = "",
    *,
    json: Json = False,
) -> None:
    """List rows of a status; without one, all that waits for a person."""
    wanted = FOR_A_PERSON if not status else (_status(status),)
    with _opened(database) as (store, _):
        counts: dict[str, dict[str, int]] = {}
        for (kind, of_status), number in sorted(store.outbox.counts().items()):
            counts.setdefault(kind.value, {})[of_status.value] = number
        rows = [row for each in wanted for row in store.outbox.listed(each, limit=limit)][:limit]
    if json:
        _print_json(Listed(counts, tuple(map(_shown, rows))))
        return
    for kind_name, by_status in counts.items():
        said = ", ".join(f"{number:,} {name}" for name, number in by_status.items())
        print(f"{kind_name}: {said}")  # noqa: T201 - the answer
    if not counts:
        print("the outbox is empty")  # noqa: T201 - the answer
    for row in rows:
        why = f"  {row.reason}" if row.reason else ""
        to = row.recipient or "nobody yet"
        print(f"{row.id}  {row.kind.value} {row.status.value}  {row.learner} to {to}{why}")  # noqa: T201 - the answer


@app.command("show")
def show(
    row_id: Annotated[int, typer.Argument(metavar="ID", help="The row's number.")],
    database: Database = "",
    *,
    json: Json = False,
) -> None:
    """Show what a row sends; a message that is not written yet, as it would be written now."""
    with ExitStack() as stack, _opened(database) as (store, settings):
        row = _row(store, row_id)
        content, frozen = row.data, True
        if content is not None and content.startswith(OPENING):
            frozen = False
            content = _preview(store, settings, stack, row) or content
    if json:
        told = (content or b"").decode("utf-8", "replace")
        _print_json(Content(_shown(row), told, frozen))
        return
    print(f"{row.kind.value} {row.id}, {row.status.value} {row.reason}".rstrip())  # noqa: T201 - the answer
    if not frozen:
        print("(not written yet: this is what it would be now)")  # noqa: T201 - the answer
    print()  # noqa: T201 - the answer
    told = "(its content is gone)" if content is None else content.decode("utf-8", "replace")
    print(told.replace("\r\n", "\n"))  # noqa: T201 - the answer


@app.command("release")
def release(
    ids: Ids = None,
    *,
    everything: All = False,
    kind: Annotated[str, typer.Option("--kind", help="Only email, or only webhook.")] = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """Let rows leave that were held; they do while a service runs in a mode that sends."""
    _requeue(ids, (Status.HELD,), kind, database, everything=everything, as_json=json)


@app.command("retry")
def retry(
    ids: Ids = None,
    *,
    everything: All = False,
    kind: Annotated[str, typer.Option("--kind", help="Only email, or only webhook.")] = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """Send rows again that failed, expired or are in doubt: the same bytes, the same id."""
    _requeue(ids, RETRIED, kind, database, everything=everything, as_json=json)


def _requeue(
    ids: list[int] | None,
    statuses: tuple[Status, ...],
    kind: str,
    database: str,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    if bool(ids) == everything:
        fail("say which rows, by number, or --all", USAGE)
    if kind and kind not in set(Kind):
        fail(f"`{kind}` is no kind; there are {', '.join(Kind)}", USAGE)
    wanted = set(ids or ())
    with _opened(database) as (store, settings):
        now = clock_of(store).now()
        queued = 0
        for status in statuses:
            for row in _all_rows(store, status):
                if (everything or row.id in wanted) and (not kind or row.kind == kind):
                    queued += store.outbox.requeue([row.id], now=now)
        note = last_service(store)
        holds = (note.mail_mode if note else settings.mail.mode.value) == Mode.HOLD
    if as_json:
        _print_json(Changed(queued))
    else:
        print(f"{queued:,} {'row' if queued == 1 else 'rows'} may leave now")  # noqa: T201 - the answer
        if queued and holds:
            print(  # noqa: T201 - the answer
                "The service's mail mode is hold: e-mail leaves once it runs in another."
            )
    if not queued and not everything:
        raise typer.Exit(FAILED)


def _preview(store: Store, settings: Settings, stack: ExitStack, row: OutboxRow) -> bytes | None:
    """Write a message as it would be written now; None where that can't be."""
    settings = as_the_service(settings, stack, own_packs=False, own_mode=False)
    clock = clock_of(store)
    rules = RulesInForce(settings, store, clock.now)
    try:
        in_force = rules.begin()
    except NoRulesError:
        return None
    composer = Composer(store, settings.mail, lambda: in_force, webhook=True)
    return composer.preview(row.data or b"", row.key, row.id, clock.now())


@contextmanager
def _opened(database: str) -> Iterator[tuple[Store, Settings]]:
    """Open a database that is there."""
    settings = settings_for({"--database": database})
    with store_beside(settings) as store:
        yield store, settings


def _all_rows(store: Store, status: Status) -> Iterator[OutboxRow]:
    after = 0
    while page := store.outbox.listed(status, limit=PAGE, after=after):
        yield from page
        after = page[-1].id


def _row(store: Store, row_id: int) -> OutboxRow:
    with store.database.read() as connection:
        status = connection.execute(
            text("SELECT status FROM outbox WHERE id = :id"), {"id": row_id}
        ).scalar()
    found = store.outbox.listed(Status(status), limit=1, after=row_id - 1) if status else ()
    if not found or found[0].id != row_id:
        fail(f"there is no row {row_id} in the outbox")
    return found[0]


def _status(written: str) -> Status:
    if written not in set(Status):
        near = suggest(written, list(Status))
        hint = f"; did you mean {near}?" if near else f"; there are {', '.join(Status)}"
        fail(f"`{written}` is no status{hint}", USAGE)
    return Status(written)


def _shown(row: OutboxRow) -> Shown:
    return Shown(
        row.id,
        row.key,
        row.kind.value,
        row.status.value,
        row.learner,
        row.category,
        row.recipient,
        row.not_before.isoformat(),
        row.attempts,
        row.reason,
    )


def _print_json(document: msgspec.Struct) -> None:
    print(msgspec.json.encode(document).decode())  # noqa: T201 - the one document
