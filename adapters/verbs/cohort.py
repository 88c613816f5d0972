"""
`milepost cohort`: write the events of a synthetic cohort to a file.

For trying rules before there are learners, and for measuring. The file is written beside its
place and moved there when it is whole, so an interrupted run leaves no half cohort.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import IO, Annotated

import typer

from adapters.inbound.cohort import cohort
from adapters.inbound.native_line import encode
from adapters.telling.numbers import counted

FAILED = 1
USAGE = 2
STDOUT = "-"


def command(
    learners: Annotated[int, typer.Option(min=1, help="how many learners")],
    out: Annotated[str, typer.Option(help="the file; .gz compresses it, - is standard output")],
    seed: Annotated[int, typer.Option(help="the same seed gives the same events")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="say what was written as JSON")] = False,
) -> None:
    """
    Write what learners of several kinds do in one term, one event a line.

    The term begins on Monday, 3 March 2025; the activities are those of the example pack
    data-literacy. The lines of one learner stand together, in the order of time.
    """
    if out == STDOUT:
        if as_json:
            typer.echo("--json and --out - would both write to standard output", err=True)
            raise typer.Exit(USAGE)
        write(sys.stdout.buffer, learners, seed)
        return
    path = Path(out)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            if path.suffix == ".gz":
                # Neither name nor time in its head: the same cohort is the same file.
                with gzip.GzipFile("", "wb", 6, file, 0) as packed:
                    events = write(packed, learners, seed)
            else:
                events = write(file, learners, seed)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        typer.echo(f"{path} can't be written: {error.strerror or error}", err=True)
        raise typer.Exit(FAILED) from None
    if as_json:
        document = {"events": events, "learners": learners, "seed": seed, "file": str(path)}
        typer.echo(json.dumps(document))
    else:
        of = counted(learners, "learner")
        typer.echo(f"{path}: {counted(events, 'event')} of {of}, seed {seed}")


def write(file: IO[bytes] | gzip.GzipFile, learners: int, seed: int) -> int:
    """Write a cohort, one event a line, and give how many there are."""
    events = 0
    lines: list[bytes] = []
    for event in cohort(learners, seed):
        lines.append(encode(event))
        events += 1
        if len(lines) >= 1000:  # noqa: PLR2004 - few writes, little memory
            file.write(b"\n".join([*lines, b""]))
            lines.clear()
    file.write(b"\n".join([*lines, b""]) if lines else b"")
    return events
