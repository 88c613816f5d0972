"""
`milepost serve`: take events in, decide, write, release, until it is told to stop.

This process only reads the settings, opens the socket and watches a worker (supervisor.py);
whatever is heavy or may crash is imported in the worker.
"""

import os
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from adapters.running.supervisor import BROKEN, supervise
from adapters.settings.source import load_settings
from adapters.settings.tree import API_KEYS, Settings, config_file, shown_place
from adapters.web.credentials import Credentials
from engine.source import Problem, Severity
from notifications.encryption import is_loopback
from notifications.mode import Mode

FAILED = 1
USAGE = 2
BACKLOG = 2048

MAIL = {
    Mode.HOLD: "held: nothing leaves until a person releases it (milepost outbox)",
    Mode.FOLDER: "written to files in {folder}",
    Mode.REDIRECT: "all sent to {redirect}, by {host}:{port}",
    Mode.LIVE: "sent to learners, by {host}:{port}",
}


def command(
    *,
    host: Annotated[str, typer.Option(help="the address to listen on")] = "",
    port: Annotated[str, typer.Option(help="the port; 0 takes any that is free")] = "",
    database: Annotated[str, typer.Option(help="sqlite:///FILE or postgresql+psycopg://…")] = "",
    packs: Annotated[str, typer.Option(help="the folder of the packs")] = "",
    public_url: Annotated[
        str, typer.Option(help="how others reach this service, such as https://badges.example.edu")
    ] = "",
    mail_mode: Annotated[str, typer.Option(help="hold, folder, redirect or live")] = "",
    config: Annotated[Path | None, typer.Option(help="the settings; else ./config.toml")] = None,
    clock_from: Annotated[str, typer.Option(help="simulate time, from this instant")] = "",
    clock_speed: Annotated[str, typer.Option(help="simulated seconds a second")] = "",
) -> None:
    """Take events in, decide, write to learners, and open the next activity."""
    said = {
        "--host": host,
        "--port": port,
        "--database": database,
        "--packs": packs,
        "--public-url": public_url,
        "--mail-mode": mail_mode,
        "--clock-from": clock_from,
        "--clock-speed": clock_speed,
    }
    flags = {option: text for option, text in said.items() if text}
    settings = settings_or_exit(config, flags)
    credentials = credentials_or_exit(settings)
    listening = _listen(settings, credentials)
    for line in _told(settings, credentials):
        tell(line)

    def work(before: int) -> int:
        from adapters.running.worker import work_on  # noqa: PLC0415 - the parent loads nothing heavy

        code = work_on(settings, listening, credentials, tell)
        # At the first start an operator is there to read why; later the cause may pass.
        return BROKEN if before and code == FAILED else code

    with listening:
        code = supervise(work, tell)
    tell("stopped")
    raise typer.Exit(code)


def tell(line: str) -> None:
    """Say a sentence to the operator, at once."""
    print(f"milepost: {line}", flush=True)  # noqa: T201 - it is for the one who started it


def settings_or_exit(config: Path | None, flags: dict[str, str]) -> Settings:
    """Read the settings; with an error among them, show all that is wrong and end."""
    path = config_file(config, os.environ)
    settings, problems = load_settings(path, os.environ, flags)
    if problems:
        print(show_settings_problems(problems), file=sys.stderr)  # noqa: T201 - for the operator
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise typer.Exit(USAGE)
    return settings


def show_settings_problems(problems: Sequence[Problem]) -> str:
    """Show what is wrong with settings; the lines themselves stay out, as they may hold secrets."""
    lines: list[str] = []
    for problem in problems:
        lines.append(f"{shown_place(problem.span)}  {problem.code}  {problem.message}")
        if problem.hint:
            lines.append(f"    {problem.hint}")
    return "\n".join(lines)


def credentials_or_exit(settings: Settings) -> Credentials:
    """Gather the credentials of the settings and of MILEPOST_API_KEYS."""
    named = [text for text in os.environ.get(API_KEYS, "").split(",") if text.strip()]
    try:
        return Credentials.read((*settings.http.keys, *named))
    except ValueError as error:
        _end(f"{API_KEYS}: {error}; write it like name:secret,name:secret", USAGE)


def _listen(settings: Settings, credentials: Credentials) -> socket.socket:
    host, port = settings.http.host, settings.http.port
    if not credentials and not is_loopback(host):
        _end(
            f"without a credential it listens on this machine only, not on {host}. Set "
            f"{API_KEYS}=name:secret, or leave --host away.",
            USAGE,
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        why = error.strerror or str(error)
        _end(f"it can't listen on {host} port {port}: {why.lower()}. Try --port 0.", FAILED)
    listening.set_inheritable(True)
    return listening


def _told(settings: Settings, credentials: Credentials) -> Iterator[str]:
    """Say in an operator's words what is served."""
    mail = settings.mail
    yield f"database {shown_url(settings.database.url)}"
    packs = settings.rules.packs
    missing = "" if packs.is_dir() else " (this folder is missing; it is taken in when it comes)"
    yield f"rules from {packs}{missing}"
    yield "mail is " + MAIL[mail.mode].format(
        folder=mail.folder,
        redirect=mail.redirect_to,
        host=settings.smtp.host,
        port=settings.smtp.port,
    )
    if settings.webhook.url:
        yield f"releases and other calls go to {settings.webhook.url}"
    else:
        yield "releases and other calls are held: [webhook] url is not set"
    url = settings.web.public_url
    if url:
        yield f"credentials are issued at {url}"
    else:
        yield "credentials are signed only on demand: [web] public_url is not set"
    if settings.clock.start is not None:
        start = settings.clock.start.isoformat()
        yield f"the clock is simulated: from {start}, {settings.clock.speed:g} times as fast"
    if credentials:
        names = ", ".join(each.name for each in credentials.known)
        yield f"calls need a credential: {names}"
    else:
        yield (
            "no credential is configured, so it listens on this machine only "
            f"({API_KEYS}=name:secret adds one)"
        )


def shown_url(url: str) -> str:
    """Show a database's address without its password."""
    scheme, separator, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    if not at:
        return url
    name, colon, _ = user.partition(":")
    return f"{scheme}{separator}{name}{':…' if colon else ''}@{host}"


def _end(sentence: str, code: int) -> NoReturn:
    print(f"milepost: {sentence}", file=sys.stderr)  # noqa: T201 - for the operator
    raise typer.Exit(code)
