"""
`milepost check`: what is wrong with rule files, where, and what was proved of them.

All problems of all files are shown in one run, in order of place. Exit 0 where nothing is
wrong, 1 where there are errors, 2 where it was called wrongly, 3 where there are only warnings;
`--watch` ends with 0.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from adapters.checking import Checked, check_packs, no_folder
from adapters.facts.plugins import plugins
from adapters.settings.source import load_settings
from adapters.settings.tree import Settings, config_file
from adapters.telling.checked import document, told
from engine.source import Problem, Severity
from rules.profiles import PROFILES, Profile
from rules.text import read_text

FAILED, USAGE, WARNINGS = 1, 2, 3


class Format(StrEnum):
    """How problems are shown."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command was asked to do."""

    packs: tuple[Path, ...]
    config: Path | None
    format: Format
    database: str
    profile: Profile | None


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
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document; as --format json.")
    ] = False,
    shown_as: Annotated[
        Format,
        typer.Option("--format", help="text, json, or github for annotations in a change."),
    ] = Format.TEXT,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again at each save, until Ctrl-C.")
    ] = False,
    database: Annotated[
        str,
        typer.Option("--database", help="A database's URL: what is held there must have a file."),
    ] = "",
    profile: Annotated[
        Profile | None, typer.Option("--profile", help="Ask for what others ask of credentials.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="The operator's config.toml.")
    ] = None,
) -> None:
    """Say what is wrong with rule files, and where; errors refuse a pack, warnings never do."""
    if config is not None and not config.is_file():
        _misused(f"there is no file {config}")
    shown = Format.JSON if as_json else shown_as
    asked = _Asked(tuple(packs or ()), config, shown, database, profile)
    if watch:
        from adapters.watching import again_at_each_save  # noqa: PLC0415 - few watch

        again_at_each_save(lambda: _check(asked), _watched(asked))
        return
    code = _check(asked)
    if code:
        raise typer.Exit(code)


def _misused(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(USAGE)


def _watched(asked: _Asked) -> list[Path]:
    """Give what a check rests on: the packs, those beside them, and config.toml."""
    configured = _configured(asked)
    folders = list(asked.packs) or [configured.settings.rules.packs]
    beside = [folder.resolve().parent for folder in folders if (folder / "pack.yaml").is_file()]
    return [*folders, *beside, *filter(None, [configured.file])]


def _check(asked: _Asked) -> int:
    """Check and print once; gives the exit code."""
    configured = _configured(asked)
    settings = configured.settings
    folders = list(asked.packs) or [settings.rules.packs]
    for folder in folders:
        if not folder.is_dir():
            _misused(no_folder(folder))
    checked = check_packs(
        folders,
        (settings.rules.packs,),
        settings.rules.zone,
        settings.mail.categories,
        settings.mail.daily_cap,
        plugins(settings.facts),
        settings,
    )
    held = _held(checked, asked.database, settings.rules.packs) if asked.database else ()
    lacking = tuple(PROFILES[asked.profile](checked.reading)) if asked.profile else ()
    problems = (*configured.problems, *held, *checked.problems, *lacking)
    match asked.format:
        case Format.JSON:
            typer.echo(msgspec.json.encode(document(checked, problems)))
        case Format.GITHUB:
            from adapters.telling.annotations import annotations  # noqa: PLC0415 - only in CI

            typer.echo(told(checked, problems, {}, annotations(problems, Path.cwd())))
        case Format.TEXT:
            typer.echo(told(checked, problems, _texts(checked, configured)))
    return exit_code(problems)


def exit_code(problems: Sequence[Problem]) -> int:
    """Give 1 where there is an error, 3 where there are only warnings, else 0."""
    if any(problem.severity is Severity.ERROR for problem in problems):
        return FAILED
    return WARNINGS if problems else 0


def _held(checked: Checked, database: str, packs: Path) -> tuple[Problem, ...]:
    from adapters.holders import check_holders  # noqa: PLC0415 - needs SQL
    from adapters.store.failures import (  # noqa: PLC0415 - as above
        StoreBusy,
        UnusableDatabaseError,
    )

    try:
        return check_holders(checked.reading, database, (packs,))
    except (UnusableDatabaseError, StoreBusy, ValueError) as error:
        _misused(str(error))


def _configured(asked: _Asked) -> _Configured:
    """Read config.toml; what is wrong with it counts only where the run rests on it."""
    file = config_file(asked.config, os.environ)
    settings, problems = load_settings(file, os.environ)
    counts = asked.config is not None or not asked.packs
    return _Configured(settings, problems if counts else (), file)


def _texts(checked: Checked, configured: _Configured) -> dict[str, tuple[str, ...]]:
    texts = dict(checked.texts)
    if configured.problems and configured.file and configured.file.is_file():
        read = read_text(configured.file.read_bytes(), str(configured.file))
        texts[str(configured.file)] = read.lines
    return texts
