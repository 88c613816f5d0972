"""
`milepost check`: what is wrong with rule files, where, and what was proved of them.

All problems of all files are shown in one run, in order of place. Exit 0 where nothing is
wrong, 1 where there are errors, 3 where there are only warnings.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.checking import Checked, check_packs
from adapters.settings.source import load_settings
from adapters.settings.tree import Settings, config_file
from adapters.telling.show import show_problems
from engine.source import Problem, Severity
from rules.text import read_text

FAILED, USAGE, WARNINGS = 1, 2, 3


class ShownProblem(msgspec.Struct):
    """One problem in the JSON document."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str
    severity: str


class Proved(msgspec.Struct):
    """What was proved: the most messages one learner can get in one course, None if unbounded."""

    most_messages_per_learner: int | None


class Document(msgspec.Struct):
    """The one JSON document of `check --json`."""

    problems: list[ShownProblem]
    proved: Proved


@dataclass(frozen=True, slots=True)
class _Configured:
    """The settings, and what is wrong with config.toml where it was asked to be read."""

    settings: Settings
    problems: tuple[Problem, ...]
    file: Path | None


def command(
    packs: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of rule packs; by default those of config.toml."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    config: Annotated[
        Path | None, typer.Option("--config", help="The operator's config.toml.")
    ] = None,
) -> None:
    """Say what is wrong with rule files, and where; errors refuse a pack, warnings never do."""
    if config is not None and not config.is_file():
        typer.echo(f"there is no file {config}", err=True)
        raise typer.Exit(USAGE)
    configured = _configured(config, asked=config is not None or not packs)
    settings = configured.settings
    folders = packs or [settings.rules.packs]
    for folder in folders:
        if not folder.is_dir():
            typer.echo(f"there is no folder {folder}", err=True)
            raise typer.Exit(USAGE)
    checked = check_packs(
        folders, (settings.rules.packs,), settings.rules.zone, settings.mail.categories
    )
    problems = (*configured.problems, *checked.problems)
    if as_json:
        typer.echo(msgspec.json.encode(_document(checked, problems)))
    else:
        typer.echo(_told(checked, configured))
    code = exit_code(problems)
    if code:
        raise typer.Exit(code)


def exit_code(problems: Sequence[Problem]) -> int:
    """Give 1 where there is an error, 3 where there are only warnings, else 0."""
    if any(problem.severity is Severity.ERROR for problem in problems):
        return FAILED
    return WARNINGS if problems else 0


def _configured(config: Path | None, *, asked: bool) -> _Configured:
    """Read config.toml; what is wrong with it counts only where the run rests on it."""
    file = config_file(config, os.environ)
    settings, problems = load_settings(file, os.environ)
    return _Configured(settings, problems if asked else (), file)


def _document(checked: Checked, problems: Sequence[Problem]) -> Document:
    shown = [
        ShownProblem(
            p.span.file, p.span.line, p.span.column, p.code, p.message, p.hint, p.severity.value
        )
        for p in problems
    ]
    return Document(shown, Proved(checked.proof.most if checked.proof else None))


def _told(checked: Checked, configured: _Configured) -> str:
    """Give the problems, then a paragraph on each pack."""
    problems = (*configured.problems, *checked.problems)
    texts = dict(checked.texts)
    if configured.problems and configured.file and configured.file.is_file():
        document = read_text(configured.file.read_bytes(), str(configured.file))
        texts[str(configured.file)] = document.lines
    parts = [show_problems(problems, texts)] if problems else []
    parts += [_pack_told(pack, checked) for pack in checked.reading.given]
    if not checked.reading.given and not problems:
        parts.append("there is no pack in this folder; `milepost new pack NAME` begins one")
    if problems:
        parts.append(count_told(problems))
    return "\n\n".join(parts)


def count_told(problems: Sequence[Problem]) -> str:
    """Say how many errors and warnings there are."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return f"{_number(errors, 'error')}, {_number(len(problems) - errors, 'warning')}"


def _pack_told(name: str, checked: Checked) -> str:
    reading = checked.reading
    ruleset = reading.ruleset
    pack = ruleset.packs[name]
    opening = f"{name}/"
    counts = ", ".join(
        (
            _number(sum(key.startswith(opening) for key in ruleset.rules), "rule"),
            _number(sum(key.startswith(opening) for key in ruleset.credentials), "credential"),
            _number(sum(key.startswith(opening) for key in ruleset.skills), "skill"),
            _number(sum(key.startswith(opening) for key in reading.messages), "message file"),
        )
    )
    proof = checked.proof_of(name)
    proved = f"proved: {proof.sentence}" if proof else "nothing is proved of packs with errors"
    return f"{name} {pack.version}: {counts}\n  {proved}"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
