"""Log-ins from an LMS that were used: each is good once, on all machines of the service."""

from datetime import datetime

from sqlalchemy import Connection, text

from adapters.store.database import Database
from engine.calendar import micros

_FORGET = text("DELETE FROM log_ins WHERE until < :now")
_USE = text(
    "INSERT INTO log_ins (nonce, until) VALUES (:nonce, :until) ON CONFLICT (nonce) DO NOTHING"
)


class LogIns:
    """The used log-ins of one database. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def use(self, nonce: str, until: datetime, now: datetime) -> bool:
        """
        Use a log-in up; False where it has been before. What is too old anyway is forgotten.

        Args:
            nonce: Its name.
            until: When nothing with this name is let in any more.
            now: The machine's time.

        Raises:
            StoreBusy: The database can't say.
        """

        def work(connection: Connection) -> bool:
            connection.execute(_FORGET, {"now": micros(now)})
            given = {"nonce": nonce, "until": micros(until)}
            return connection.execute(_USE, given).rowcount > 0

        return self._database.run(work)
