"""
What the supervised process does: open the service, serve, and say why if it can't.

Imported after the fork, so that the parent stays small.
"""

import asyncio
import logging
import socket
import sys

from sqlalchemy.exc import SQLAlchemyError

from adapters.running.rules_in_force import NoRulesError
from adapters.running.running import Running
from adapters.running.serving import Tell, serve
from adapters.service.collector import let_rest
from adapters.settings.tree import Settings
from adapters.store.failures import DatabaseTooNewError, DatabaseTooOldError, StoreBusy
from adapters.telling.numbers import counted
from adapters.telling.show import show_problems
from adapters.web.credentials import Credentials

STOPPED = 0
REFUSED = 1

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def work_on(
    settings: Settings, listening: socket.socket, credentials: Credentials, tell: Tell
) -> int:
    """Serve until told to stop; give the exit code."""
    logging.basicConfig(level=logging.WARNING, format=FORMAT, stream=sys.stderr)
    logging.getLogger("milepost").setLevel(logging.INFO)
    try:
        running = Running(settings)
        let_rest()
    except NoRulesError as error:
        examined = error.examined
        print(  # noqa: T201 - for the operator
            show_problems(examined.refused, examined.reading.texts), file=sys.stderr
        )
        return _refused(
            f"{counted(len(examined.refused), 'mistake')} in {settings.rules.packs}, and no "
            "earlier rules to go on with"
        )
    except (DatabaseTooNewError, DatabaseTooOldError, StoreBusy, ValueError) as error:
        return _refused(str(error))
    except (SQLAlchemyError, OSError) as error:
        return _refused(f"the database can't be used: {getattr(error, 'orig', None) or error}")
    if settings.clock.start is None:
        # Other verbs ask the database which clock its service has.
        running.store.settings.drop("clock")
    before, after = running.migrated
    if before != after:
        tell(f"database brought from revision {before or 'none'} to {after}")
    tell(_rules(running))
    asyncio.run(serve(running, listening, credentials, tell))
    return STOPPED


def _rules(running: Running) -> str:
    in_force = running.rules.current
    ruleset = in_force.plan.ruleset
    told = (
        f"{counted(len(ruleset.packs), 'pack')}, {counted(len(ruleset.rules), 'rule')}, "
        f"{counted(len(ruleset.credentials), 'credential')}, ruleset {ruleset.fingerprint}"
    )
    if in_force.is_kept:
        return (
            f"{told}; it is the one in force before, because what is in the folder now has "
            f"{counted(len(running.rules.refused), 'mistake')}"
        )
    return f"{told}, {counted(in_force.examined.tests, 'test')} passed"


def _refused(why: str) -> int:
    print(f"milepost: {why}", file=sys.stderr)  # noqa: T201 - for the operator
    return REFUSED
