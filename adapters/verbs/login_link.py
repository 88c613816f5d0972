"""`milepost login-link`: a link with which a learner sees her own page."""

from datetime import timedelta
from typing import Annotated

import typer

from adapters.badges.desk import secret_of
from adapters.braking.asked import Database
from adapters.clock import machine_now
from adapters.packs import FAILED, fail
from adapters.running.office_beside import office_beside
from adapters.showing.tickets import Ticket, Tickets

MOST_HOURS = 24 * 30


def command(
    learner: Annotated[str, typer.Argument(help="The learner, as the LMS names her.")],
    *,
    hours: Annotated[
        float, typer.Option(help="How long the link is good.", min=0.01, max=MOST_HOURS)
    ] = 1.0,
    database: Database = "",
) -> None:
    """
    Print a link with which a learner sees what she holds, what she can share, and what is next.

    Whoever has the link is taken for her while it is good: hand it to nobody else.
    """
    with office_beside(database) as office:
        if office.store.record_of(learner) is None:
            fail(f"nothing is known of a learner `{learner}`", FAILED)
        secret = secret_of(office.settings.issuer, office.store, create=True)
        ticket = Tickets(secret, machine_now).give(Ticket.LINK, learner, timedelta(hours=hours))
        url = office.desk().issuer.public_url
        if not url:
            settings = office.settings.http
            url = f"http://{settings.host}:{settings.port}"
    print(f"{url}/me/enter?ticket={ticket}")  # noqa: T201 - the answer
