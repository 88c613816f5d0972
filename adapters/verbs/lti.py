"""`milepost lti`: what to enter in an LMS, so that its learners log in to their own pages."""

from typing import Annotated

import msgspec
import typer

from adapters.braking.asked import Json
from adapters.packs import USAGE, fail
from adapters.running.entrance import tool_of
from adapters.settings.tree import PlatformSettings, Settings
from adapters.settings.verbs import settings_for


class PlatformDocument(msgspec.Struct, frozen=True):
    """An LMS of the settings; `learner` says how its learners are named."""

    name: str
    issuer: str
    client_id: str
    deployments: tuple[str, ...]
    learner: str


class ToolDocument(msgspec.Struct, frozen=True):
    """What `lti --json` prints: what the LMS asks for, and the LMSs that are known."""

    tool_url: str
    login_url: str
    redirect_url: str
    keys_url: str
    canvas_config_url: str
    platforms: tuple[PlatformDocument, ...]


def command(
    *,
    public_url: Annotated[
        str, typer.Option(help="The service's address, if the settings say none.")
    ] = "",
    json: Json = False,
) -> None:
    """
    Print what to enter in the LMS, so that learners log in with their account there (LTI 1.3).

    What the LMS shows in return goes into config.toml, in a section [lti.NAME].
    """
    found = document(settings_for({"--public-url": public_url}))
    if found is None:
        fail("set [web] public_url first: the LMS sends browsers to it", USAGE)
    print(  # noqa: T201 - the answer
        msgspec.json.encode(found).decode() if json else told(found)
    )


def document(settings: Settings) -> ToolDocument | None:
    """Give what an LMS asks for; None where there is no public address."""
    if not settings.web.public_url:
        return None
    tool = tool_of(settings)
    platforms = tuple(_platform(*pair) for pair in settings.lti.platforms.items())
    return ToolDocument(
        tool.launch_url, tool.login_url, tool.launch_url, tool.keys_url, tool.config_url, platforms
    )


def _platform(name: str, known: PlatformSettings) -> PlatformDocument:
    return PlatformDocument(
        name, known.issuer, known.client_id, known.deployments, str(known.learner)
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
        return "\n".join((*lines, "No LMS is in config.toml yet: add a section [lti.NAME]."))
    lines.append("Known by config.toml:")
    for each in found.platforms:
        deployments = ", ".join(each.deployments)
        lines.append(f"  {each.name}: {each.issuer}, client {each.client_id}, {deployments}")
        lines.append(f"    its learners are {each.learner}")
    return "\n".join(lines)
