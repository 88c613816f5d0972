"""`milepost doctor`: whether this machine, its database and its servers are as they should be."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from adapters.clock import machine_now
from adapters.doctor.credentials import look_at_credentials
from adapters.doctor.database import look_at_database
from adapters.doctor.finding import Finding, State
from adapters.doctor.issuing import look_at_issuing
from adapters.doctor.lti import look_at_lti
from adapters.doctor.network import look_at_network
from adapters.doctor.packs import look_at_packs
from adapters.doctor.time import look_at_time
from adapters.doctor.wallets import look_at_wallets
from adapters.settings.source import load_settings
from adapters.settings.tree import Settings, config_file, shown_place
from engine.source import Problem, Severity

FAILED = 1
SETTINGS = "settings"
WORDS = {
    State.GOOD: "good   ",
    State.WARNING: "warning",
    State.WRONG: "WRONG  ",
    State.NOT_CHECKED: "skipped",
}


class Report(msgspec.Struct, frozen=True):
    """The one JSON document of `doctor --json`."""

    good: bool
    findings: tuple[Finding, ...]


def command(
    *,
    config: Annotated[Path | None, typer.Option(help="the settings; else ./config.toml")] = None,
    database: Annotated[str, typer.Option(help="another database than the settings'")] = "",
    packs: Annotated[str, typer.Option(help="another folder of packs than the settings'")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON document")] = False,
) -> None:
    """Look at clock, zone data, database, disk, mail server, webhook, packs, issuer and log-in."""
    said = {"--database": database, "--packs": packs}
    path = config_file(config, os.environ)
    settings, problems = load_settings(
        path, os.environ, {option: text for option, text in said.items() if text}
    )
    findings = tuple(examine(settings, problems, path))
    good = not any(finding.state is State.WRONG for finding in findings)
    if as_json:
        typer.echo(msgspec.json.encode(Report(good, findings)).decode())
    else:
        typer.echo("\n".join(shown(findings)))
    if not good:
        raise typer.Exit(FAILED)


def examine(
    settings: Settings, problems: tuple[Problem, ...], path: Path | None
) -> Iterator[Finding]:
    """Yield all findings; a part that can't be looked at is one of them."""
    if not problems:
        says = f"{path} is right" if path else "no config.toml here; all defaults"
        yield Finding(SETTINGS, State.GOOD, says)
    for problem in problems:
        state = State.WRONG if problem.severity is Severity.ERROR else State.WARNING
        says = f"{shown_place(problem.span)}: {problem.message}"
        yield Finding(SETTINGS, state, says, problem.hint)
    now = machine_now()
    parts: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("clock", lambda: look_at_time(settings, now)),
        ("database", lambda: look_at_database(settings)),
        ("network", lambda: look_at_network(settings, now)),
        ("packs", lambda: look_at_packs(settings)),
        ("issuer", lambda: look_at_issuing(settings)),
        ("certificates", lambda: look_at_credentials(settings, now)),
        ("lti", lambda: look_at_lti(settings)),
        ("wallets", lambda: look_at_wallets(settings)),
    )
    for part, look in parts:
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001 - a doctor who faints helps nobody
            says = f"could not be looked at: {type(error).__name__}: {error}"
            yield Finding(part, State.WRONG, says)


def shown(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Yield the findings as lines: the state is a word, so no colour is needed."""
    for finding in findings:
        yield f"{WORDS[finding.state]}  {finding.part}: {finding.says}"
        if finding.remedy:
            yield f"         what to do: {finding.remedy}"
    wrong = sum(finding.state is State.WRONG for finding in findings)
    warnings = sum(finding.state is State.WARNING for finding in findings)
    yield ""
    yield f"{wrong} wrong, {warnings} warnings" if wrong or warnings else "all is well"
