"""
Where an issuer's name, its keys and their secret come together, from settings and database.

The secret that seals keys is the operator's. Where she has set none it is made once, in a file
beside the SQLite database that only its owner can read: whoever gets a copy of the database has
no key that signs.
"""

import os
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from secrets import token_urlsafe
from typing import cast

import msgspec

from adapters.badges.issuer import ONE_LIST, Issuer, web_issuer
from adapters.badges.keys import (
    IssuerKey,
    KeyKind,
    PublicKey,
    SealedKeys,
    SecretError,
    Signer,
    new_key,
)
from adapters.badges.signing import Desk
from adapters.badges.status_list import Purpose
from adapters.settings.tree import IssuerSettings, Settings
from adapters.store.badges import KeyRow
from adapters.store.store import Store

SECRET_BYTES = 32
OWNER_ONLY = 0o600
ENDING = ".secret"
NEEDED = (KeyKind.ED25519, KeyKind.RS256)
"""What every issuer has: the embedded proof's key, and the one of tokens that 1EdTech reads."""


def open_desk(store: Store, settings: Settings, public_url: str = "") -> Desk:
    """
    Give what to sign with, as it is now.

    Args:
        store: The database with the keys.
        settings: The issuer's name and secret.
        public_url: Of the service on the database, where the settings say none.

    Raises:
        SecretError: The signer that the settings name can't be used.
        StoreBusy: The database can't say.
    """
    keys = tuple(map(_key, store.badges.all_keys()))
    return Desk(issuer_of(settings, public_url), keys, _signer(settings.issuer, store, keys))


def issuer_of(settings: Settings, public_url: str = "") -> Issuer:
    """Give the issuer that the settings name; without a public address it has no DID yet."""
    url = settings.web.public_url or public_url
    who = settings.issuer
    purposes = tuple(Purpose) if who.suspension_list else ONE_LIST
    if url:
        return web_issuer(url, who.name, who.email, who.country, purposes)
    return Issuer("", "", who.name or "Milepost", who.email, who.country)


def _signer(settings: IssuerSettings, store: Store, keys: tuple[IssuerKey, ...]) -> Signer:
    if settings.signer:
        return elsewhere(settings.signer)
    sealed = {key.public.id: key.sealed for key in keys}
    return SealedKeys(sealed, secret_of(settings, store, create=False))


def elsewhere(named: str) -> Signer:
    """
    Open a signer outside of this program: `package.module:function`.

    Raises:
        SecretError: There is none of that name, or it does not open.
    """
    module, _, name = named.partition(":")
    try:
        opener = cast("Callable[[], Signer]", getattr(import_module(module), name))
        return opener()
    except Exception as error:  # noqa: BLE001 - whatever a foreign package raises is the operator's to read
        raise SecretError(f"the signer {named} can't be used: {error}") from None


def secret_of(settings: IssuerSettings, store: Store, *, create: bool) -> str:
    """
    Give the secret that keys are sealed with, "" where there is none.

    Args:
        settings: Of the issuer.
        store: The database.
        create: Whether one is made where there is none yet.

    Raises:
        SecretError: The file can't be read or written, or there is no place to put one.
    """
    if settings.secret:
        return settings.secret
    path = _secret_file(settings, store)
    if path is None:
        if create:
            raise SecretError(
                "set [issuer] secret or secret_file: signing keys are sealed with it, and there "
                "is no file beside a PostgreSQL database"
            )
        return ""
    try:
        if create and not path.exists():
            _write(path, token_urlsafe(SECRET_BYTES))
        return path.read_text("utf-8").strip() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"{path} can't be used: {error}") from None


def _secret_file(settings: IssuerSettings, store: Store) -> Path | None:
    if settings.secret_file:
        return Path(settings.secret_file)
    url = store.database.url
    return Path(f"{url.database}{ENDING}") if store.database.is_sqlite and url.database else None


def _write(path: Path, secret: str) -> None:
    """Write a file that nobody else can read at any time; one that came in between stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def add_key(store: Store, settings: Settings, kind: KeyKind, now: datetime) -> IssuerKey:
    """
    Make a key, and keep it sealed.

    Raises:
        SecretError: There is nothing to seal it with.
    """
    made = new_key(kind, secret_of(settings.issuer, store, create=True), now)
    store.badges.add_key(_row(made))
    return made


def add_public_key(store: Store, key: PublicKey, now: datetime) -> IssuerKey:
    """Keep the public part of a key that a signer elsewhere holds."""
    made = IssuerKey(key, b"", now)
    store.badges.add_key(_row(made))
    return made


def ensure_keys(store: Store, settings: Settings, now: datetime) -> tuple[IssuerKey, ...]:
    """
    Make the keys that every issuer has and this one lacks; give those made.

    With a signer elsewhere nothing is made: its keys are added by hand.

    Raises:
        SecretError: There is nothing to seal them with.
    """
    if settings.issuer.signer:
        return ()
    there = {key.public.kind for key in map(_key, store.badges.all_keys()) if key.signs}
    return tuple(add_key(store, settings, kind, now) for kind in NEEDED if kind not in there)


def _key(row: KeyRow) -> IssuerKey:
    jwk = msgspec.json.decode(row.jwk, type=dict[str, str])
    public = PublicKey(row.id, KeyKind(row.kind), jwk)
    return IssuerKey(public, row.sealed, row.created, row.retired, row.compromised, row.because)


def _row(key: IssuerKey) -> KeyRow:
    jwk = msgspec.json.encode(dict(key.public.jwk)).decode()
    return KeyRow(key.public.id, key.public.kind.value, jwk, key.sealed, key.created)
