"""`milepost lti`: the LMSs whose learners log in to their own pages, and what these ask for."""

import re
from typing import Annotated

import msgspec
import typer

from adapters.braking.asked import Database, Json
from adapters.clock import machine_now
from adapters.lti.invitations import Invitations
from adapters.lti.kept import Kept
from adapters.lti.naming import DEFAULT, Naming, NamingError
from adapters.packs import FAILED, USAGE, fail
from adapters.running.entrance import secret_for, tool_of
from adapters.running.office_beside import office_beside
from adapters.running.platforms_beside import platforms_beside
from adapters.settings.tree import PlatformSettings, Settings
from adapters.settings.verbs import settings_for

app = typer.Typer(no_args_is_help=True, help="LMSs whose learners log in from there (LTI 1.3).")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the LMS is called here.")]
PublicUrl = Annotated[
    str, typer.Option("--public-url", help="The service's address, if the settings say none.")
]
NO_ADDRESS = "set [web] public_url first: the LMS sends browsers to it"
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


class PlatformDocument(msgspec.Struct, frozen=True):
    """An LMS that is known; `learner` says how its learners are named."""

    name: str
    issuer: str
    client_id: str
    deployments: tuple[str, ...]
    learner: str


class ToolDocument(msgspec.Struct, frozen=True):
    """What `lti show --json` prints: what the LMS asks for, and the LMSs that are known."""

    tool_url: str
    login_url: str
    redirect_url: str
    keys_url: str
    canvas_config_url: str
    platforms: tuple[PlatformDocument, ...]


@app.command("show")
def show(*, public_url: PublicUrl = "", json: Json = False) -> None:
    """Print what to enter in an LMS, and which LMSs are known."""
    settings = settings_for({"--public-url": public_url})
    if not settings.web.public_url:
        fail(NO_ADDRESS, USAGE)
    found = document(settings, platforms_beside(settings))
    print(  # noqa: T201 - the answer
        msgspec.json.encode(found).decode() if json else told(found)
    )


@app.command("register")
def register(
    name: Name,
    *,
    learner: Annotated[
        str, typer.Option(help="How its learners are named, as events name them.")
    ] = DEFAULT,
    database: Database = "",
) -> None:
    """
    Print a link by which an LMS registers itself: paste it where the LMS asks for a tool's link.

    It is good for an hour and once. Whoever has it can register an LMS and so log in as anybody:
    hand it to nobody but the LMS's administrator.
    """
    if not NAME.fullmatch(name):
        fail(f"`{name}` is no name: letters, digits, - and _", USAGE)
    try:
        naming = Naming(learner)
    except NamingError as error:
        fail(f"--learner: {error}", USAGE)
    with office_beside(database) as office:
        if name in office.settings.lti.platforms:
            fail(f"[lti.{name}] is in config.toml already", USAGE)
        tool = tool_of(office.settings, office.desk().issuer.public_url)
        if not tool.public_url:
            fail(NO_ADDRESS, USAGE)
        secret = secret_for(office.settings, office.store)
        invitation = Invitations(secret, machine_now).give(name, naming)
    print(tool.register_url(invitation))  # noqa: T201 - the answer


@app.command("allow")
def allow(
    name: Name,
    deployment: Annotated[str, typer.Argument(help="The deployment's id, as the LMS shows it.")],
    *,
    database: Database = "",
) -> None:
    """Let learners in from one more installation of the tool in an LMS that registered itself."""
    with office_beside(database) as office:
        if not Kept(office.store.settings).allow(name, deployment):
            fail(_unknown(name, office.settings), FAILED)


@app.command("forget")
def forget(name: Name, *, database: Database = "") -> None:
    """Let nobody in any more from an LMS that registered itself."""
    with office_beside(database) as office:
        if not Kept(office.store.settings).forget(name):
            fail(_unknown(name, office.settings), FAILED)


def _unknown(name: str, settings: Settings) -> str:
    if name in settings.lti.platforms:
        return f"[lti.{name}] is in config.toml: change it there"
    return f"no LMS `{name}` has registered itself"


def document(settings: Settings, known: dict[str, PlatformSettings]) -> ToolDocument:
    """Give what an LMS asks for, and the LMSs that are known."""
    tool = tool_of(settings)
    platforms = tuple(
        PlatformDocument(name, each.issuer, each.client_id, each.deployments, str(each.learner))
        for name, each in known.items()
    )
    return ToolDocument(
        tool.launch_url, tool.login_url, tool.launch_url, tool.keys_url, tool.config_url, platforms
    )


def told(found: ToolDocument) -> str:
    """Give it as lines, with the names that Moodle and Canvas have for them."""
    lines = [
        "To enter in the LMS:",
        f"  tool URL, target link URI   {found.tool_url}",
        f"  initiate login URL          {found.login_url}",
        f"  redirection URI             {found.redirect_url}",
        f"  public keyset URL           {found.keys_url}",
        f"  or, in Canvas, enter URL    {found.canvas_config_url}",
        "",
    ]
    if not found.platforms:
        return "\n".join((*lines, "No LMS is known yet."))
    lines.append("Known:")
    for each in found.platforms:
        deployments = ", ".join(each.deployments)
        lines.append(f"  {each.name}: {each.issuer}, client {each.client_id}")
        lines.append(
            f"    deployments {deployments}"
            if deployments
            else f"    no deployment yet: milepost lti allow {each.name} DEPLOYMENT"
        )
        lines.append(f"    its learners are {each.learner}")
    return "\n".join(lines)
