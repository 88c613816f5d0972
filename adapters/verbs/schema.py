"""Write the JSON Schemas that editors use, or say whether the ones on disk are right."""

import json
from pathlib import Path
from typing import Annotated

import typer

from rules.frameworks import frameworks_in
from rules.schema import FOLDER, schemas, stale, with_names, write

FAILED, USAGE = 1, 2


def command(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file differs.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")] = FOLDER,
    names: Annotated[
        Path | None,
        typer.Option("--names", help="Complete `aligns` with frameworks beside these packs."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Write the JSON Schemas of pack.yaml, rule files and test files.

    With --names, and --out for a folder of your own, an editor completes `aligns` with the
    frameworks that were imported, and shows what each name stands for.
    """
    if names is not None and (check or out == FOLDER):
        typer.echo("--names goes with --out, for a folder of your own", err=True)
        raise typer.Exit(USAGE)
    differing = stale(out)
    written: tuple[Path, ...] = ()
    if not check:
        try:
            written = write(out)
            if names is not None:
                known = frameworks_in(names)
                for path in written:
                    path.write_text(with_names(path.read_text("utf-8"), known), "utf-8")
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
