"""What the verbs of this room share: whose database, which rule, and who asks."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer

from adapters.packs import fail
from adapters.running.store_beside import store_beside
from adapters.service.live import FOR
from adapters.settings.verbs import settings_for
from adapters.store.store import Store
from engine.spelling import suggest

Database = Annotated[str, typer.Option("--database", help="The database's URL.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
By = Annotated[str, typer.Option("--by", help="Who decides; your own name if not said.")]
Because = Annotated[str, typer.Option("--because", help="Why; it is kept.")]
All = Annotated[bool, typer.Option("--all", help="Every rule, and every message.")]


@contextmanager
def opened(database: str) -> Iterator[Store]:
    """Open a database that is there; exits with a sentence where that can't be."""
    with store_beside(settings_for({"--database": database})) as store:
        yield store


def rule_named(store: Store, name: str) -> str:
    """Give the full name of a rule that was ever live; exits with a sentence for any other."""
    known = {live.partition(FOR)[0] for live in store.settings.known_live()}
    if name in known:
        return name
    found = sorted(full for full in known if full.partition("/")[2] == name)
    if not found:
        near = suggest(name, sorted(known | {full.partition("/")[2] for full in known}))
        hint = f"; did you mean `{near}`?" if near else ""
        fail(f"no rule `{name}` was ever live here{hint}")
    if len(found) > 1:
        fail(f"`{name}` is a rule of several packs: {', '.join(found)}")
    return found[0]


def person(by: str) -> str:
    """Give who asks: as said, or as the machine knows them."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def print_json(document: msgspec.Struct) -> None:
    """Print the one document of a verb."""
    print(msgspec.json.encode(document).decode())  # noqa: T201 - the one document
