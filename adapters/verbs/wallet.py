"""`milepost wallet`: the apps that have registered, how many learners let each in, and an end."""

from typing import Annotated

import msgspec
import typer

from adapters.braking.asked import Database, Json
from adapters.clock import machine_now
from adapters.packs import FAILED, fail
from adapters.running.office_beside import office_beside
from adapters.store.wallets import AppRow
from adapters.telling.numbers import counted
from adapters.wallets.app import Metadata
from engine.calendar import instant, micros

app = typer.Typer(no_args_is_help=True, help="The wallets that learners let in.")

SHUT_OUT = "the operator shut it out"


class WalletDocument(msgspec.Struct, frozen=True):
    """An app as `wallet list --json` prints it; `learners` is how many it has access to."""

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    registered: str
    learners: int


class WalletsDocument(msgspec.Struct, frozen=True):
    """What `wallet list --json` prints: apps, the oldest first."""

    wallets: tuple[WalletDocument, ...]


@app.command("list")
def list_wallets(*, database: Database = "", json: Json = False) -> None:
    """List the apps that have registered, and how many learners each has access to."""
    with office_beside(database) as office:
        found = office.store.wallets.apps(micros(machine_now()))
    document = WalletsDocument(tuple(_document(row, learners) for row, learners in found))
    if json:
        text = msgspec.json.encode(document).decode()
    else:
        lines = (
            f"{each.id}  {each.name or 'without a name'}, {each.redirect_uris[0]}, "
            f"since {each.registered[:10]}, {counted(each.learners, 'learner')}"
            for each in document.wallets
        )
        text = "\n".join(lines) or "no wallet has registered"
    print(text)  # noqa: T201 - the answer


@app.command("remove")
def remove(
    wallet: Annotated[str, typer.Argument(help="The app's id, as `wallet list` shows it.")],
    *,
    because: Annotated[str, typer.Option("--because", help="Why; it is kept.")] = SHUT_OUT,
    database: Database = "",
) -> None:
    """
    Shut an app out: it has access to nobody any more, at once, and has to register anew.

    What it has read before, it keeps.
    """
    with office_beside(database) as office:
        if not office.store.wallets.remove_app(wallet, micros(machine_now()), because):
            fail(f"there is no wallet `{wallet}`; milepost wallet list shows all", FAILED)
    print(f"{wallet} is shut out")  # noqa: T201 - the answer


def _document(row: AppRow, learners: int) -> WalletDocument:
    about = msgspec.json.decode(row.about, type=Metadata)
    return WalletDocument(
        row.id,
        about.client_name,
        about.redirect_uris,
        instant(row.registered).isoformat(),
        learners,
    )
