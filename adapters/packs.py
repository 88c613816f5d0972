"""Rule packs for a verb: read, refused if they have errors, made ready to run."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import typer

from adapters.checking import check_packs, no_folder
from adapters.facts.plugins import plugins
from adapters.settings.tree import Settings
from adapters.telling.show import show_problems
from engine.matching import IndexMatcher, Listener, Matcher
from engine.plan import STALE_AFTER, Plan
from engine.ruleset import Ruleset
from engine.source import Problem
from rules.packs import TEST_ENDING, Reading

FAILED, USAGE = 1, 2
MatcherFactory = Callable[[tuple[Listener, ...]], Matcher]


def fail(message: str, code: int = FAILED) -> NoReturn:
    """End the verb with a sentence on stderr."""
    print(message, file=sys.stderr)  # noqa: T201 - this is where verbs speak
    raise typer.Exit(code)


DEFAULT_PACKS = Path("rules/packs")


def packs_or_default(packs: Sequence[Path] | None) -> list[Path]:
    """Give the packs that were named, else those of the settings, else rules/packs."""
    return list(packs) if packs else [settings_here().rules.packs]


def settings_here() -> Settings:
    """Give the settings of the config.toml that is found without being named."""
    from adapters.settings.source import load_settings  # noqa: PLC0415 - rarely needed
    from adapters.settings.tree import config_file  # noqa: PLC0415 - rarely needed

    settings, _ = load_settings(config_file(None, os.environ), os.environ)
    return settings


def read_for_use(
    folders: Sequence[Path],
    zone: str = "UTC",
    refused: Callable[[list[Problem]], None] = lambda _: None,
) -> Reading:
    """
    Read packs that are to be used; errors refuse them, warnings and test files don't.

    Exits with 2 where a folder is missing, with 1 where a pack has errors, after showing them.

    Args:
        folders: The packs.
        zone: That of those whose zone nobody knows.
        refused: Told of the errors, before it exits.
    """
    for folder in folders:
        if not folder.is_dir():
            fail(no_folder(folder), USAGE)
    checked = check_packs(folders, zone=zone, facts=plugins(settings_here().facts))
    errors = [p for p in checked.errors if not p.span.file.endswith(TEST_ENDING)]
    if errors:
        refused(errors)
        print(show_problems(errors, checked.texts), file=sys.stderr)  # noqa: T201 - as above
        fail(f"{len(errors)} error{'s' if len(errors) > 1 else ''}: nothing was done")
    return checked.reading


def live_from(ruleset: Ruleset, moment: datetime | None) -> Ruleset:
    """Give a ruleset whose rules went live at an instant."""
    if moment is None:
        return ruleset
    rules = {name: replace(rule, live_from=moment) for name, rule in ruleset.rules.items()}
    return replace(ruleset, rules=rules)


def plan_from(
    ruleset: Ruleset,
    moment: datetime | None,
    matcher: MatcherFactory = IndexMatcher,
    *,
    tells: bool = True,
) -> Plan:
    """Make a ruleset ready to run, its rules live from an instant."""
    return Plan(live_from(ruleset, moment), STALE_AFTER, matcher, tells)


def shown_name(name: str, reading: Reading) -> str:
    """Give a name as it is written: plain where it is of the one pack that was given."""
    pack, _, own = name.partition("/")
    return own if reading.given == (pack,) else name


def parse_moment(text: str, *, start: bool = False) -> datetime:
    """
    Read `2025-03-01`, or a full RFC 3339 time, in UTC where it says no zone.

    A day means its end, or its start where that is asked for.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(
            f"`{text}` is not a time; write it like 2025-06-30 or 2025-06-30T12:00:00+02:00", USAGE
        )
    if len(text) == len("2025-06-30") and not start:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
