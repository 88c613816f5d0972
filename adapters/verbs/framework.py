"""`milepost framework`: frameworks of skills, which `aligns` can name."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.frameworks.draft import UnreadableFrameworkError
from adapters.frameworks.kept import keep
from adapters.frameworks.reading import Format, read_framework
from adapters.packs import FAILED, USAGE, fail
from adapters.settings.verbs import settings_for
from adapters.telling.numbers import counted
from engine.spelling import suggest
from rules.frameworks import Framework, by_code, frameworks_in

app = typer.Typer(no_args_is_help=True, help="Frameworks of skills that `aligns` can name.")

Packs = Annotated[
    str, typer.Option("--packs", help="The folder of packs; that of the settings if not said.")
]
SHOWN = 20


class FrameworkDocument(msgspec.Struct, frozen=True):
    """One framework: `items` and `associations` are counted."""

    id: str
    title: str
    items: int
    associations: int


class FrameworksDocument(msgspec.Struct, frozen=True):
    """What `framework list --json` prints; a problem says which framework, where, and what."""

    frameworks: tuple[FrameworkDocument, ...]
    problems: tuple[str, ...]


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A file of the framework.")],
    *,
    asked: Annotated[
        Format | None, typer.Option("--format", help="Its format; found out if not said.")
    ] = None,
    packs: Packs = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """
    Read a framework, and keep it beside the packs with the file that it came from.

    case: a CASE package (JSON). rsd: Rich Skill Descriptors (JSON, or OSMT's CSV). ctdl-asn: a
    graph (JSON-LD). esco, onet: their tables, one after another. What is wrong in a file is
    told, and the rest is used.
    """
    folder = _folder(packs)
    try:
        draft = read_framework(file, asked)
        framework, changed = keep(draft, file, folder)
    except UnreadableFrameworkError as error:
        fail(f"{file}: {error}", FAILED)
    except OSError as error:
        fail(f"{error.filename or file} can't be used: {error.strerror or error}", USAGE)
    if json:
        print(msgspec.json.encode(_document((framework,))).decode())  # noqa: T201 - the answer
        return
    lines = [_line(framework) + ("" if changed else "; it was known already")]
    lines += [f"  {problem}" for problem in draft.problems[:SHOWN]]
    if len(draft.problems) > SHOWN:
        lines.append(f"  and {counted(len(draft.problems) - SHOWN, 'more problem')}")
    if changed:
        first = next(iter(by_code(framework)), "")
        lines.append(f"a rule file names one like: aligns: {framework.name}/{first}")
    print("\n".join(lines))  # noqa: T201 - the answer


@app.command("list")
def list_(
    *,
    packs: Packs = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the frameworks that were imported."""
    found = tuple(frameworks_in(_folder(packs)).known.values())
    if json:
        print(msgspec.json.encode(_document(found)).decode())  # noqa: T201 - the answer
    else:
        text = "\n".join(map(_line, found)) or "none: milepost framework import FILE"
        print(text)  # noqa: T201 - the answer


@app.command("search")
def search(
    words: Annotated[list[str], typer.Argument(help="Words of its name or statement.")],
    *,
    packs: Packs = "",
) -> None:
    """Find items by words, as `aligns` names them."""
    wanted = [word.casefold() for word in words]
    lines: list[str] = []
    for framework in frameworks_in(_folder(packs)).known.values():
        for item in framework.items:
            text = f"{item.title} {item.statement} {item.code}".casefold()
            if all(word in text for word in wanted):
                lines.append(f"{framework.name}/{item.code}  {item.title}")
    if not lines:
        titles = [
            item.title for f in frameworks_in(_folder(packs)).known.values() for item in f.items
        ]
        near = suggest(" ".join(words), titles)
        fail(f"nothing has these words{f'; did you mean `{near}`?' if near else ''}", FAILED)
    shown = lines[:100]
    if len(lines) > len(shown):
        shown.append(f"and {len(lines) - len(shown)} more")
    print("\n".join(shown))  # noqa: T201 - the answer


def _folder(packs: str) -> Path:
    return settings_for({"--packs": packs}).rules.packs


def _document(found: tuple[Framework, ...]) -> FrameworksDocument:
    return FrameworksDocument(
        tuple(
            FrameworkDocument(each.id, each.title, len(each.items), len(each.associations))
            for each in found
        ),
        tuple(f"{each.name}: {problem}" for each in found for problem in each.problems),
    )


def _line(framework: Framework) -> str:
    items = counted(len(framework.items), "item")
    links = counted(len(framework.associations), "association")
    wrong = counted(len(framework.problems), "problem") if framework.problems else ""
    told = f"{framework.name}: {framework.title} ({framework.format}), {items}, {links}"
    return f"{told}, {wrong}" if wrong else told
