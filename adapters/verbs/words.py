"""Look a word of the rule language up, or print all of them."""

import json
from typing import Annotated

import typer

from adapters.facts.plugins import plugins
from adapters.packs import settings_here
from rules.reference import fact_rows, is_rows, look_up, markdown, plain, plain_facts, rows
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
    known = plugins(settings_here().facts).known()
    found, said = (TABLE, IS_WORDS) if not word else ((), ()) if word in known else look_up(word)
    is_fact = any(row.key == "fact" for row in found)
    facts = tuple(fact for fact in known.values() if is_fact or fact.word == word)
    if as_json:
        document = {"words": rows(found), "is": is_rows(said), "facts": fact_rows(facts)}
        typer.echo(json.dumps(document, ensure_ascii=False))
    elif found or said:
        key = found[0].key if found else said[0].word
        if word and key != word:
            typer.echo(f"There is no word `{word}`. The nearest:\n")
        typer.echo(plain(found, said) + plain_facts(facts), nl=False)
    elif facts:
        typer.echo(plain_facts(facts).lstrip("\n"), nl=False)
    else:
        typer.echo(f"there is no word `{word}`; `milepost words` lists all", err=True)
    if not found and not said and not facts:
        raise typer.Exit(FAILED)
