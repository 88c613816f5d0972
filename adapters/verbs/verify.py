"""`milepost verify` says whether a credential is genuine, and good today."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.badges.verifying.reading import MOST_BYTES
from adapters.badges.verifying.sources import AtHome, LookupFailedError, Sources, Web
from adapters.badges.verifying.verify import VerdictDocument, verify
from adapters.clock import machine_now
from adapters.packs import FAILED, USAGE, fail
from adapters.running.office_beside import office_beside

MARKS = {True: "+", False: "-"}


def command(
    what: Annotated[str, typer.Argument(help="A file or a web address: JSON, JWT, PNG, SVG, PDF")],
    *,
    recipient: Annotated[str, typer.Option(help="Say whether it was issued to this e-mail.")] = "",
    database: Annotated[
        str, typer.Option(help="Look this issuer's own keys and lists up here, without a network.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Say whether a credential is genuine and good today, ours or anybody's, with every check.

    Its issuer's key and its status are looked up in the web. The exit code is 0 if every check
    passed, else 1.
    """
    web: Sources = Web()
    if database:
        with office_beside(database) as office:
            url = office.desk().issuer.public_url
            sources = AtHome(url, office.publication.at, web)
            found = verify(bytes_of(what, sources), sources, machine_now(), recipient)
    else:
        found = verify(bytes_of(what, web), web, machine_now(), recipient)
    print(msgspec.json.encode(found).decode() if json else _text(found))  # noqa: T201 - the answer
    if not found.verified:
        raise typer.Exit(FAILED)


def bytes_of(what: str, sources: Sources) -> bytes:
    """Give a file, or what lies at an address; exits with a sentence where it can't be had."""
    if what.startswith(("https://", "http://")):
        try:
            return sources.get(what)
        except LookupFailedError as error:
            fail(str(error), FAILED)
    path = Path(what)
    try:
        if path.stat().st_size > MOST_BYTES:
            fail(f"{what} is larger than {MOST_BYTES // 1024 // 1024} MiB", USAGE)
        return path.read_bytes()
    except OSError as error:
        fail(f"{what} can't be read: {error.strerror or error}", USAGE)


def _text(found: VerdictDocument) -> str:
    lines = [f"{found.title or 'This'}, issued by {found.issuer or 'nobody'}", ""]
    lines += [f"  {MARKS[check.passed]} {check.name}: {check.because}" for check in found.checks]
    if found.endorsements:
        lines += ["", "Endorsements, each by its own proof:"]
    for each in found.endorsements:
        lines.append(
            f"  {MARKS[each.passed]} {each.by or 'somebody'}, of the {each.of}: {each.because}"
        )
        lines += [f"      {line}" for line in each.comment.splitlines()]
    verdict = "It is genuine." if found.verified else "It is NOT to be relied on."
    return "\n".join([*lines, "", verdict])
