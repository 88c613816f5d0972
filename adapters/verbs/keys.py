"""`milepost keys`: the keys that credentials are signed with."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from adapters.badges.desk import add_key, add_public_key
from adapters.badges.did import did_key, method_of
from adapters.badges.keys import IssuerKey, KeyKind, public_key
from adapters.braking.asked import Database, Json
from adapters.packs import FAILED, USAGE, fail
from adapters.running.office import Office
from adapters.running.office_beside import office_beside

app = typer.Typer(no_args_is_help=True, help="The keys that credentials are signed with.")

Because = Annotated[str, typer.Option("--because", help="Why; it is kept.")]


class KeyDocument(msgspec.Struct, frozen=True):
    """A key as `keys list --json` prints it; `state` is active, retired or compromised."""

    id: str
    kind: str
    state: str
    created: str
    method: str
    because: str = ""


class KeysDocument(msgspec.Struct, frozen=True):
    """What `keys list --json` prints: the issuer's DID, "" where each key is its own, and keys."""

    issuer: str
    keys: tuple[KeyDocument, ...]


@app.command("new")
def new(
    kind: Annotated[
        KeyKind, typer.Option(help="ed25519 for embedded proofs, rs256 or es256 for tokens.")
    ] = KeyKind.ED25519,
    public: Annotated[
        Path | None,
        typer.Option(help="The public part (PEM) of a key that [issuer] signer holds elsewhere."),
    ] = None,
    *,
    database: Database = "",
    json: Json = False,
) -> None:
    """
    Make a key; what is issued from now on is signed with it.

    Older keys of its kind stay published, so that what they have signed stays good. It is sealed
    with [issuer] secret, or with a file that is made beside the SQLite database: back both up.
    """
    with office_beside(database) as office:
        now = office.now()
        if public is not None:
            made = add_public_key(office.store, public_key(kind, _pem(public, kind)), now)
        else:
            made = add_key(office.store, office.settings, kind, now)
        _print(office, (made,), json=json)


def _pem(path: Path, kind: KeyKind) -> bytes:
    try:
        data = path.read_bytes()
        load_pem_public_key(data)
        public_key(kind, data)
    except OSError as error:
        fail(f"{path} can't be read: {error.strerror or error}", USAGE)
    except ValueError:
        fail(f"{path} is no public {kind.value} key in PEM", USAGE)
    return data


@app.command("list")
def list_keys(*, database: Database = "", json: Json = False) -> None:
    """List all keys, the newest first."""
    with office_beside(database) as office:
        _print(office, office.desk().keys, json=json)


@app.command("retire")
def retire(
    key: Annotated[str, typer.Argument(help="The key's id, as `keys list` shows it.")],
    *,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Somebody else has it: it is published no more.")
    ] = False,
    because: Because = "",
    database: Database = "",
    json: Json = False,
) -> None:
    """
    Sign nothing more with a key.

    What it has signed stays good, unless it is compromised: then all that it signed is worth
    nothing, and is signed anew with another key, at the same addresses, as it is next asked for.
    """
    with office_beside(database) as office:
        now = office.now()
        if not office.store.badges.retire_key(key, now, compromised=compromised, because=because):
            known = ", ".join(each.public.id for each in office.desk().keys) or "none"
            fail(f"there is no key `{key}`; there are: {known}", FAILED)
        _print(office, office.desk().keys, json=json)


def _print(office: Office, keys: tuple[IssuerKey, ...], *, json: bool) -> None:
    issuer = office.desk().issuer.did
    document = KeysDocument(issuer, tuple(_document(key, issuer) for key in keys))
    if json:
        text = msgspec.json.encode(document).decode()
    else:
        lines = [f"issuer {issuer}" if issuer else "no public address: each key is its own issuer"]
        lines += [
            f"{each.state}  {each.kind}  {each.id}  since {each.created[:10]}"
            + (f": {each.because}" if each.because else "")
            for each in document.keys
        ]
        text = "\n".join(lines)
    print(text)  # noqa: T201 - the answer


def _document(key: IssuerKey, issuer: str) -> KeyDocument:
    state = "active" if key.signs else "retired" if key.is_published else "compromised"
    public = key.public
    own = issuer or (did_key(public) if public.kind is KeyKind.ED25519 else "")
    method = method_of(own, public) if own else ""
    return KeyDocument(
        public.id, public.kind.value, state, key.created.isoformat(), method, key.because
    )
