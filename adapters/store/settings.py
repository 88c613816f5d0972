"""Small facts that outlive the process: the clock's anchor, rules' beginnings, turns of jobs."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import delete, select, text

from adapters.store import schema
from adapters.store.database import Database
from engine.calendar import instant, micros

T = TypeVar("T")


class Anchor(msgspec.Struct, frozen=True):
    """
    How the service's clock runs.

    Attributes:
        start: What it showed when it was anchored.
        speed: How many times as fast as the machine's it runs.
        anchored: What the machine's clock showed then.
    """

    start: datetime
    speed: float
    anchored: datetime


class Settings:
    """The small facts of one database. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    # --- values by name --------------------------------------------------------------------

    def get(self, name: str, kind: type[T]) -> T | None:
        """Give a value that was put, None if there is none; `kind` is its type."""
        table = schema.settings
        with self._database.read() as connection:
            value = connection.execute(select(table.c.value).where(table.c.name == name)).scalar()
        return None if value is None else msgspec.json.decode(value, type=kind)

    def put(self, name: str, value: object) -> None:
        """Keep a value (what JSON can say) under a name."""
        statement = text(
            "INSERT INTO settings (name, value) VALUES (:name, :value) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        given = {"name": name, "value": msgspec.json.encode(value).decode()}
        self._database.run(lambda connection: connection.execute(statement, given))

    def drop(self, name: str) -> None:
        """Forget a value."""
        statement = delete(schema.settings).where(schema.settings.c.name == name)
        self._database.run(lambda connection: connection.execute(statement))

    def anchor(self) -> Anchor | None:
        """Give the clock's anchor, None where the clock is the machine's."""
        return self.get("clock", Anchor)

    def put_anchor(self, anchor: Anchor) -> None:
        """Anchor the clock, so that a restarted service goes on in the same time."""
        self.put("clock", anchor)

    # --- rulesets --------------------------------------------------------------------------

    def saw_ruleset(self, fingerprint: str, what: str, now: datetime) -> bool:
        """Note a ruleset and what it is (JSON); say whether it was not known."""
        statement = text(
            "INSERT INTO rulesets (fingerprint, first_seen, what) "
            "VALUES (:fingerprint, :now, :what) ON CONFLICT (fingerprint) DO NOTHING"
        )
        given = {"fingerprint": fingerprint, "now": micros(now), "what": what}
        return self._database.run(lambda c: c.execute(statement, given).rowcount) > 0

    def live_since(
        self, rules: Collection[str], now: datetime, formerly: Mapping[str, str]
    ) -> dict[str, datetime]:
        """
        Say since when rules act; those not known act from now on.

        Args:
            rules: The full names of the rules that are live now.
            now: The instant from which new ones act.
            formerly: The former full names of rules that were renamed; they keep their time.
        """
        known = self.known_live()
        since = {rule: known.get(formerly.get(rule, ""), now) for rule in sorted(rules)}
        new = [
            {"rule": rule, "since": micros(at)} for rule, at in since.items() if rule not in known
        ]
        if new:
            statement = text(
                "INSERT INTO rule_live (rule, since) VALUES (:rule, :since) "
                "ON CONFLICT (rule) DO NOTHING"
            )
            self._database.run(lambda connection: connection.execute(statement, new))
            known = self.known_live()
        return {rule: known[rule] for rule in since}

    def known_live(self) -> dict[str, datetime]:
        """Give since when every rule that ever was live has acted."""
        table = schema.rule_live
        with self._database.read() as connection:
            rows = connection.execute(select(table.c.rule, table.c.since)).all()
        return {rule: instant(since) for rule, since in rows}

    # --- jobs ------------------------------------------------------------------------------

    def claim_run(self, job: str, slot: str, owner: str, now: datetime) -> bool:
        """Take a turn of a job; False where another process has taken this slot."""
        statement = text(
            "INSERT INTO job_run (job, slot, owner, at) VALUES (:job, :slot, :owner, :now) "
            "ON CONFLICT (job, slot) DO NOTHING"
        )
        given = {"job": job, "slot": slot, "owner": owner, "now": micros(now)}
        return self._database.run(lambda c: c.execute(statement, given).rowcount) > 0
