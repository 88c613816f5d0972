"""Write the JSON Schemas that editors use, or say whether the ones on disk are right."""

import json
from pathlib import Path
from typing import Annotated

import typer

from rules.schema import FOLDER, schemas, stale, write

FAILED = 1


def command(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file differs.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write the JSON Schemas of pack.yaml, rule files and test files."""
    differing = stale(out)
    written: tuple[Path, ...] = ()
    if not check:
        try:
            written = write(out)
        except OSError as error:
            typer.echo(f"can't write to {out}: {error.strerror}", err=True)
            raise typer.Exit(FAILED) from error
    if as_json:
        document = {
            "folder": str(out),
            "schemas": list(schemas()),
            "differing": list(differing),
            "written": [str(path) for path in written],
        }
        typer.echo(json.dumps(document))
    elif check:
        for name in differing:
            typer.echo(f"{out / name} differs from the vocabulary; run `milepost schema`")
        if not differing:
            typer.echo("the schemas are what the vocabulary says")
    else:
        for path in written:
            typer.echo(f"wrote {path}")
    if check and differing:
        raise typer.Exit(FAILED)
