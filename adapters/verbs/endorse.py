"""`milepost credential endorse` signs what we say in favour of somebody else's credential."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from adapters.badges.did import WEB, NoDidError, document_url
from adapters.badges.endorsing.given import NotEndorsableError, endorsable, endorsement
from adapters.badges.gate import ENDORSEMENT
from adapters.badges.jsonvalue import JsonObject, id_of
from adapters.badges.keys import KeyKind
from adapters.badges.signing import UnissuableError
from adapters.badges.verifying.reading import UnreadableError, presented
from adapters.badges.verifying.sources import AtHome, Web
from adapters.braking.asked import Database
from adapters.clock import machine_now
from adapters.packs import FAILED, fail
from adapters.running.office_beside import office_beside
from adapters.verbs.verify import bytes_of

LASTS = timedelta(days=3 * 365)


def command(
    what: Annotated[
        str,
        typer.Argument(help="A file or a web address: an achievement, a profile, or a credential."),
    ],
    *,
    comment: Annotated[str, typer.Option("--comment", help="What you found, in your words.")],
    out: Annotated[Path, typer.Option("--out", help="The file to write.")],
    issuer: Annotated[
        bool, typer.Option("--issuer", help="Endorse whose it is, in place of what was achieved.")
    ] = False,
    until: Annotated[
        datetime | None,
        typer.Option("--until", formats=["%Y-%m-%d"], help="Its last day; else in three years."),
    ] = None,
    database: Database = "",
) -> None:
    """
    Endorse somebody else's achievement or issuer: signed by our key, for them to pass on.

    A credential has to be genuine; what it was awarded for is endorsed, and no learner. The
    endorsement can't be taken back, so it always ends.
    """
    with office_beside(database) as office:
        sources = AtHome(office.desk().issuer.public_url, office.publication.at, Web())
        data, now = bytes_of(what, sources), machine_now()
        ends = now + LASTS if until is None else until.replace(tzinfo=UTC) + timedelta(days=1)
        try:
            office.ensure_keys()
            desk = office.desk()
            told = presented(data).document
            lies_where_it_says(what, told)
            found = endorsable(told, data, sources, now, issuer=issuer)
            signs = desk.for_key(desk.key(KeyKind.ED25519))
            bare = endorsement(found, comment, signs, now, ends)
            signed = desk.sign(bare, now, ENDORSEMENT)
        except (NotEndorsableError, UnreadableError, UnissuableError, NoDidError) as error:
            fail(f"{what} can't be endorsed: {error}", FAILED)
    try:
        out.write_bytes(msgspec.json.encode(signed))
    except OSError as error:
        fail(f"{out} can't be written: {error.strerror or error}", FAILED)
    says = f"{out}: {signs.did} endorses {found.name} ({found.id}) until {ends:%Y-%m-%d}"
    print(says)  # noqa: T201 - the answer


def lies_where_it_says(what: str, told: JsonObject) -> None:
    """Refuse what calls itself by another address than it lies at; a credential is signed."""
    name = id_of(told)
    if "credentialSubject" in told or not what.startswith("https://") or name == what:
        return
    # A profile may lie anywhere on the server that its DID names.
    if name.startswith(WEB) and urlsplit(document_url(name)).netloc == urlsplit(what).netloc:
        return
    raise NotEndorsableError(f"what lies there calls itself {name[:200]}")
