"""`milepost export`: a pack's skills, credentials and pathways, as other systems read them."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.badges.jsonvalue import JsonObject
from adapters.frameworks.case_out import case_package
from adapters.frameworks.ctdl_out import Ctdl
from adapters.frameworks.ours import Naming
from adapters.frameworks.rsd_out import rsd_collection
from adapters.packs import FAILED, USAGE, fail, read_for_use
from adapters.settings.verbs import settings_for
from engine.plan import Plan
from rules.folders import PACK_FILE


class Kind(StrEnum):
    """What is written."""

    CASE = "case"
    RSD = "rsd"
    CTDL = "ctdl"


def command(
    kind: Annotated[Kind, typer.Argument(help="case and rsd: skills; ctdl: all of it.")],
    pack: Annotated[Path, typer.Argument(help="The pack's folder.")],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file; printed if not said.")
    ] = None,
    public_url: Annotated[
        str, typer.Option("--public-url", help="Of the service; that of the settings if not said.")
    ] = "",
) -> None:
    """
    Write a pack for other systems: CASE 1.1, Rich Skill Descriptors, or CTDL (JSON-LD).

    Names stay the same every time, so that what others have linked to is found again. They hang
    on the public address: say it, or have it in config.toml, before you hand anything out.
    """
    if not (pack / PACK_FILE).is_file():
        fail(f"{pack} is no pack: it has no {PACK_FILE}", USAGE)
    settings = settings_for({"--public-url": public_url})
    reading = read_for_use([pack])
    ruleset, name = reading.ruleset, reading.given[0]
    naming = Naming(settings.web.public_url.rstrip("/"))
    document: JsonObject
    match kind:
        case Kind.CASE:
            document = case_package(ruleset, name, naming, _changed(pack))
        case Kind.RSD:
            document = rsd_collection(ruleset, name, naming)
        case Kind.CTDL:
            document = Ctdl(Plan(ruleset), name, naming).graph()
    data = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    if out is None:
        print(data)  # noqa: T201 - the answer
        return
    try:
        out.write_text(f"{data}\n", encoding="utf-8")
    except OSError as error:
        fail(f"{out} can't be written: {error.strerror or error}", FAILED)


def _changed(pack: Path) -> datetime:
    """Give when a pack's files were last changed."""
    times = [path.stat().st_mtime for path in pack.rglob("*.yaml")]
    return datetime.fromtimestamp(int(max(times)), UTC)
