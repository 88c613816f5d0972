"""Look a word of the rule language up, or print all of them."""

import json
from typing import Annotated

import typer

from rules.reference import is_rows, look_up, markdown, plain, rows
from rules.vocabulary import TABLE
from rules.words.said import IS_WORDS

FAILED = 1
USAGE = 2


def command(
    word: Annotated[str, typer.Argument(help="The word to look up; all of them if left out.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the reference page.")
    ] = False,
) -> None:
    """Look a word of the rule language up, with its help and an example."""
    if as_markdown and (as_json or word):
        typer.echo("--markdown prints the whole page; leave WORD and --json out", err=True)
        raise typer.Exit(USAGE)
    if as_markdown:
        typer.echo(markdown(), nl=False)
        return
    found, said = look_up(word) if word else (TABLE, IS_WORDS)
    if as_json:
        document = {"words": rows(found), "is": is_rows(said)}
        typer.echo(json.dumps(document, ensure_ascii=False))
    elif found or said:
        key = found[0].key if found else said[0].word
        if word and key != word:
            typer.echo(f"There is no word `{word}`. The nearest:\n")
        typer.echo(plain(found, said), nl=False)
    else:
        typer.echo(f"there is no word `{word}`; `milepost words` lists all", err=True)
    if not found and not said:
        raise typer.Exit(FAILED)
