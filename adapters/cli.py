"""
The command line: every verb is a file in adapters/verbs/, imported only when it is asked for.

Start-up is what an author feels at every save, so `milepost check` must not pay for the web
server's imports; a table says where each verb lives.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

VERBS = {
    "check": "say what is wrong with rule files, and where",
    "test": "play the scenarios that stand beside the rules",
    "replay": "say what the rules would have done with a history of events",
    "changes": "say what changed rules will mean for learners",
    "explain": "say why, or why not, and what is missing",
    "report": "say who has earned what, who is stuck, and what rules did",
    "serve": "take events in, decide, write, release",
    "load": "bring in files of events, people, enrolments and grades",
    "demo": "live through a term with a synthetic cohort",
    "cohort": "write the events of a synthetic cohort to a file",
    "quarantine": "list, retry or drop events that could not be used",
    "outbox": "list, release or retry messages and calls that wait",
    "guide": "say which occupations a learner is close to, with the sum",
    "export": "write skills, credentials and pathways for other systems",
    "framework": "import and search frameworks of skills",
    "preview": "draw a certificate or a badge before anybody has earned it",
    "credential": "show, award, export, publish, revoke or suspend a learner's credential",
    "verify": "say whether a credential is genuine, ours or anybody's",
    "login-link": "make a link with which a learner sees her own page",
    "lti": "print what to enter in an LMS, so that its learners log in from there",
    "wallet": "list the wallets that learners let in, or shut one out",
    "keys": "make, list or retire the keys that credentials are signed with",
    "review": "list what waits for a person, approve or refuse it",
    "pause": "stop a rule, or all, at once; list what is paused",
    "resume": "let a paused rule act again",
    "confirm": "let a large run of messages go, or refuse it",
    "undo": "take back what a rule did, as far as that can be done",
    "doctor": "check clock, zones, database, mail server and disk",
    "words": "look a word of the rule language up",
    "schema": "write the JSON Schemas that editors use",
    "new": "begin a pack, a certificate, or a scenario from a real learner",
}
"""Each verb (its module is adapters/verbs/VERB.py, with _ for -) and what it is for."""

USAGE = 2


def module_of(verb: str) -> str:
    """Give the module that a verb lives in."""
    return f"adapters.verbs.{verb.replace('-', '_')}"


def application(asked: str | None) -> typer.Typer:
    """Build the command line with the one verb that is asked for, else with the list of all."""
    app = typer.Typer(
        name="milepost",
        help="Milepost awards credentials, writes to learners and opens the next activity, "
        "by rules that instructional designers write and test themselves.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(invoke_without_command=True)(_options)
    if asked not in VERBS:
        for verb, what in VERBS.items():
            app.command(name=verb, help=what)(_named_only)
        return app
    module = import_module(module_of(asked))
    if hasattr(module, "app"):
        app.add_typer(module.app, name=asked, help=VERBS[asked])
    else:
        app.command(name=asked, short_help=VERBS[asked])(module.command)
    return app


def _named_only() -> None:
    """Stand for a verb in the list of all verbs, where none is asked for."""


def _options(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Say which Milepost this is.")] = False,
) -> None:
    """Take what may stand before a verb; Typer also keeps verbs apart by it."""
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415 - asked once in a year

        print(f"milepost {installed('milepost')}")  # noqa: T201 - the answer
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())  # noqa: T201 - the answer
        raise typer.Exit(USAGE)


def is_pack(path: Path) -> bool:
    """Say whether a path is a pack, or a folder of packs."""
    return path.is_dir() and any(
        (folder / "pack.yaml").is_file() for folder in (path, *path.iterdir()) if folder.is_dir()
    )


def repeat_options(words: list[str]) -> list[str]:
    """
    Let `--events a b` mean `--events a --events b`, and `--pack` likewise, as authors write it.

    A further word belongs to the option if there is such a file (for `--pack`: such a pack).
    """
    found: list[str] = []
    option = ""
    taken = False
    for word in words:
        if word.startswith("-"):
            option, taken = word if word in ("--events", "--pack") else "", False
            found.append(word)
            continue
        if option and taken:
            path = Path(word)
            if path.exists() and is_pack(path) is (option == "--pack"):
                found.append(option)
            else:
                option = ""
        taken = True
        found.append(word)
    return found


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the exit code is 0 good, 1 failed, 2 wrong usage, 3 warnings only."""
    words = repeat_options(sys.argv[1:] if arguments is None else arguments)
    application(words[0] if words else None)(words)
