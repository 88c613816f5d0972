"""
`milepost new`: a pack to begin with, that checks and whose scenarios pass; a recorded scenario.

The schemas that editors complete with are written beside it, and every file's first line
points to its own, so completion works before anything is configured, wherever the folder goes.
"""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.telling.numbers import counted
from rules.folders import PACK_FILE
from rules.phrases.link import PAPERS
from rules.phrases.phrases import NAME, Misread
from rules.phrases.time import read_date
from rules.schema import write

FAILED, USAGE = 1, 2
EDITOR = ".vscode"
PACKS = Path("rules/packs")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Written(msgspec.Struct):
    """The JSON document of `new pack --json`: the folder, and the files in it."""

    folder: str
    files: list[str]


PACK = """\
# yaml-language-server: $schema=.vscode/pack.schema.json
pack: {name}
language: 1
version: 1.0
title: {title}
owner: you@example.org              # who answers for these rules
zone: Europe/London                 # used only when a learner's own zone is not known
courses:
  first-course:   {{lms: "course:1", title: First course, starts: 2025-03-03, ends: 2025-06-30}}
activities:                         # the LMS's own names stand here and in no rule
  first-quiz:     {{lms: "quiz:1", kind: quiz, in: first-course, pass: 60%}}
  first-workshop: {{lms: "page:1", kind: activity, in: first-course}}
limits:
  polite:
    quiet hours: 21:00 to 08:00 and weekends
    gap: 7 days
    cap: 3 per course
"""

RULES = """\
# yaml-language-server: $schema=.vscode/rules.schema.json
credentials:

  first-steps:
    title: First Steps
    describes: Has passed the first quiz with a good mark.
    requires:
      - quiz: first-quiz
        score: at least 70%

rules:

  quiz-failed:
    title: Offer the workshop to a learner who fails the first quiz
    when:
      quiz: first-quiz
      score: below 60%
    then:
      - release: first-workshop
      - email: messages/workshop.md
    limits:
      cap: 1 per course             # of the e-mail; the workshop opens every time
"""

TESTS = """\
# yaml-language-server: $schema=.vscode/tests.schema.json
tests: first.yaml
starts: 2025-03-03 Monday           # day 1
learner: {name: Ada, zone: Europe/London, enrolled: first-course}

scenarios:

  59% opens the workshop, and the message comes once:
    - at: day 1 10:00
      seen: {quiz: first-quiz, score: 59%}
      expect:
        - {release: first-workshop}
        - {email: messages/workshop.md, says: "Hello Ada"}
    - at: day 2 10:00
      seen: {quiz: first-quiz, score: 45%}
      expect:
        - {release: first-workshop}
        - {capped: quiz-failed}

  60% opens nothing, and 70% earns the credential:
    - at: day 1 10:00
      seen: {quiz: first-quiz, score: 60%}
      expect: nothing
    - at: day 2 10:00
      seen: {quiz: first-quiz, score: 70%}
      expect: {awarded: first-steps}
"""

MESSAGE = """\
---
subject: A workshop is open for you in {{ course.title }}
category: feedback
---
Hello {{ learner.first_name }},

the first quiz did not go well this time. That happens to many. We have opened a short workshop
for you; after it the quiz is much easier.
"""

SETTINGS = {
    "yaml.schemas": {
        f"./{EDITOR}/pack.schema.json": "pack.yaml",
        f"./{EDITOR}/tests.schema.json": "*.test.yaml",
    },
    "files.eol": "\n",
    "[yaml]": {"editor.insertSpaces": True, "editor.tabSize": 2, "editor.detectIndentation": False},
}


@app.callback()
def begin() -> None:
    """Begin something new."""


@app.command("pack", short_help="Begin a pack that checks, with scenarios that pass.")
def new_pack(
    name: Annotated[str, typer.Argument(help="The pack's name: letters, digits and hyphens.")],
    folder: Annotated[
        Path, typer.Option("--in", help="The folder to make it in.", file_okay=False)
    ] = PACKS,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write a pack with one credential, one rule, its message and its scenarios."""
    read = NAME(name)
    if isinstance(read, Misread):
        typer.echo(f"{read.message}; {read.hint}", err=True)
        raise typer.Exit(USAGE)
    pack = folder / read
    if pack.exists():
        typer.echo(f"{pack} is there already; nothing was written", err=True)
        raise typer.Exit(FAILED)
    try:
        files = _write(pack, read)
    except OSError as error:
        typer.echo(f"can't write to {pack}: {error.strerror or error}", err=True)
        raise typer.Exit(FAILED) from None
    if as_json:
        typer.echo(msgspec.json.encode(Written(str(pack), [str(path) for path in files])))
        return
    for path in files:
        typer.echo(f"wrote {path}")
    typer.echo(f"\nnext: milepost check {pack}\n      milepost test {pack}")


def _write(pack: Path, name: str) -> tuple[Path, ...]:
    """Write the files of a new pack; give those that people look at."""
    title = name.replace("-", " ").replace("_", " ").strip().capitalize()
    texts = {
        "pack.yaml": PACK.format(name=name, title=title),
        "first.yaml": RULES,
        "first.test.yaml": TESTS,
        "messages/workshop.md": MESSAGE,
        f"{EDITOR}/settings.json": json.dumps(SETTINGS, indent=2) + "\n",
    }
    for inside, text in texts.items():
        path = pack / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    write(pack / EDITOR)
    return tuple(pack / inside for inside in texts)


@app.command("certificate")
def new_certificate(
    name: Annotated[str, typer.Argument(help="Its name: letters, digits and hyphens.")],
    pack: Annotated[Path, typer.Option("--pack", help="The pack's folder.", file_okay=False)],
) -> None:
    """Write a template of a certificate into a pack."""
    from adapters.badges.drawing.pressing import PAPER  # noqa: PLC0415 - few ask for it

    read = NAME(name)
    if isinstance(read, Misread):
        typer.echo(f"{read.message}; {read.hint}", err=True)
        raise typer.Exit(USAGE)
    if not (pack / PACK_FILE).is_file():
        typer.echo(f"{pack} is no pack: it has no {PACK_FILE}", err=True)
        raise typer.Exit(USAGE)
    path = pack / PAPERS / f"{read}.typ"
    if path.exists():
        typer.echo(f"{path} is there already; nothing was written", err=True)
        raise typer.Exit(FAILED)
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((PAPER / "certificate.typ").read_bytes())
    except OSError as error:
        typer.echo(f"can't write to {pack}: {error.strerror or error}", err=True)
        raise typer.Exit(FAILED) from None
    typer.echo(f"wrote {path}")
    typer.echo(
        f"\nput into {PACK_FILE}:\n\ncertificates:\n  {read}:\n    template: {PAPERS}{read}.typ"
        f"\ncertificate: {read}"
    )


class WrittenScenario(msgspec.Struct):
    """The JSON document of `new scenario --json`."""

    files: list[str]
    name: str
    days: int
    steps: int
    happened: int
    left_out: int
    passes: bool


@app.command("scenario", short_help="Write a scenario from what a real learner did.")
def new_scenario(  # noqa: PLR0917 - each is an option
    learner: Annotated[
        str, typer.Option("--from", help="The learner, as the LMS's events name her.")
    ],
    since: Annotated[
        str, typer.Option("--since", help="Day 1, like 2025-03-03; her first event's by default.")
    ] = "",
    until: Annotated[
        str, typer.Option("--until", help="The last day; her last event's by default.")
    ] = "",
    decision: Annotated[
        str,
        typer.Option("--decision", help="End at this decision: the beginning of its firing's key."),
    ] = "",
    events: Annotated[
        list[Path] | None,
        typer.Option("--events", help="Files of events instead of the database."),
    ] = None,
    database: Annotated[str, typer.Option("--database", help="The database's URL.")] = "",
    pack: Annotated[
        list[Path] | None, typer.Option("--pack", help="Folders of rule packs; may be repeated.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What the scenario is called.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="The test file; a new one in the pack by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Write a scenario from what a real learner did, without what tells who she is.

    It expects what the rules make of it now, so it passes as written, and fails once a change
    would treat such a learner otherwise. What lies before day 1 is saved in a history beside it.
    """
    from adapters.recording import Asked, record_scenario  # noqa: PLC0415 - much is needed for it

    asked = Asked(
        learner, _day(since), _day(until), decision, name, out, tuple(events or ()), database
    )
    recording, files = record_scenario(pack, asked)
    document = WrittenScenario(
        [str(path) for path in files],
        recording.result.name,
        recording.days,
        recording.steps,
        recording.happened,
        recording.left_out,
        recording.result.passed,
    )
    if as_json:
        typer.echo(msgspec.json.encode(document))
    else:
        for path in files:
            typer.echo(f"wrote {path}")
        steps, days = counted(document.steps, "step"), counted(document.days, "day")
        happens = counted(document.happened, "thing happens", "things happen")
        typer.echo(f"\n{steps} in {days}; {happens} in them")
        if document.left_out:
            typer.echo(f"{counted(document.left_out, 'event')} can't be told in the words of tests")
    if not document.passes:
        typer.echo("it does not pass as written; play it with `milepost test`", err=True)
        raise typer.Exit(FAILED)


def _day(text: str) -> date | None:
    """Read a day; a wrong one ends the verb."""
    if not text:
        return None
    value = read_date(text)
    if isinstance(value, Misread):
        typer.echo(f"{value.message}; {value.hint}", err=True)
        raise typer.Exit(USAGE)
    return value
