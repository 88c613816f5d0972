"""Which ruleset was in force since when, and the files that it was read from."""

from datetime import datetime

from sqlalchemy import Connection, text

from adapters.store.database import Database
from engine.calendar import Micros, instant, micros

_LAST = text("SELECT fingerprint FROM reigns ORDER BY since DESC LIMIT 1")
_KNOWN = text("SELECT 1 FROM reigns WHERE fingerprint = :fingerprint AND files IS NOT NULL LIMIT 1")
_BEGIN = text(
    "INSERT INTO reigns (since, fingerprint, files) VALUES (:since, :fingerprint, :files) "
    "ON CONFLICT (since) DO NOTHING"
)
_AT = text("SELECT fingerprint FROM reigns WHERE since <= :at ORDER BY since DESC LIMIT 1")
_FILES = text(
    "SELECT fingerprint, files FROM reigns WHERE substr(fingerprint, 1, :length) = :opening "
    "AND files IS NOT NULL ORDER BY since DESC LIMIT 1"
)
_FORGET = text(
    "UPDATE reigns SET files = NULL WHERE files IS NOT NULL AND since NOT IN (SELECT since FROM "
    "(SELECT since FROM reigns WHERE files IS NOT NULL ORDER BY since DESC LIMIT :most) AS latest)"
)
_REWORDED = text(
    "UPDATE reigns SET files = :files WHERE fingerprint = :fingerprint AND files IS NOT NULL "
    "AND files <> :files"
)
_ALL = text("SELECT since, fingerprint FROM reigns ORDER BY since")

MOST_KEPT = 200
"""Rulesets whose files are kept, the latest: who changes rules each day goes back for months."""


class Reigns:
    """The rulesets that one database has had in force. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def begin(self, fingerprint: str, files: bytes | None, now: datetime) -> bool:
        """
        Note that a ruleset is in force from now on; say whether another one was.

        Files that mean the same in other words, a better title say, take the older ones' place.

        Args:
            fingerprint: Its meaning.
            files: What it was read from, None where that is too much to keep.
            now: The service's clock.
        """

        def work(connection: Connection) -> bool:
            if files is not None:
                connection.execute(_REWORDED, {"fingerprint": fingerprint, "files": files})
            if connection.execute(_LAST).scalar() == fingerprint:
                return False
            known = connection.execute(_KNOWN, {"fingerprint": fingerprint}).scalar()
            given = {
                "since": micros(now),
                "fingerprint": fingerprint,
                "files": None if known else files,
            }
            begun = connection.execute(_BEGIN, given).rowcount > 0
            connection.execute(_FORGET, {"most": MOST_KEPT})
            return begun

        return self._database.run(work)

    def at(self, moment: Micros) -> str:
        """Give the fingerprint of what was in force at an instant, "" if that is not known."""
        with self._database.read() as connection:
            return connection.execute(_AT, {"at": moment}).scalar() or ""

    def files(self, fingerprint: str) -> bytes | None:
        """Give what a ruleset was read from, by its fingerprint or how that begins."""
        given = {"opening": fingerprint, "length": len(fingerprint)}
        with self._database.read() as connection:
            row = connection.execute(_FILES, given).first()
        return None if row is None else bytes(row.files)

    def all(self) -> tuple[tuple[datetime, str], ...]:
        """Give all, with since when, in order."""
        with self._database.read() as connection:
            rows = connection.execute(_ALL).all()
        return tuple((instant(row.since), row.fingerprint) for row in rows)
