"""Keys, achievements and badges as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from adapters.store import schema
from adapters.store.database import Database
from engine.calendar import Micros, instant, micros
from engine.ledger import EXPIRED


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A signing key; the fields are those of adapters.badges.keys.IssuerKey."""

    id: str
    kind: str
    jwk: str
    sealed: bytes
    created: datetime
    retired: datetime | None = None
    compromised: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """
    An award as a signed credential.

    Attributes:
        id: Its address, or a URN where there is no server.
        number: Of the award, counted from 1.
        achievement: The address of what was awarded.
        list: Which pair of status lists it has its place in, None without a server.
        document: The signed credential as JSON.
        key: What it was signed with.
        published: Since when everybody may read it, None while nobody may.
        suspended: Since when it is suspended, None if it is not.
        because: Why it is suspended.
    """

    id: str
    learner: str
    credential: str
    number: int
    achievement: str
    list: int | None
    place: int | None
    document: bytes
    key: str
    issued: Micros
    valid_from: Micros
    valid_until: Micros | None
    published: Micros | None = None
    suspended: Micros | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """An award that has no badge yet, or whose badge says another end."""

    learner: str
    credential: str
    number: int


@dataclass(frozen=True, slots=True)
class AchievementRow:
    """
    What is awarded.

    Attributes:
        id: Its address.
        image: Its author's picture, empty if there is none.
        credential: The full name of what it was made of; "" where nobody needs it.
    """

    id: str
    document: bytes
    image: bytes = b""
    credential: str = ""


class TakenError(Exception):
    """The place in the status lists is another badge's."""


class Badges:
    """Keys, achievements and badges. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    # --- keys ------------------------------------------------------------------------------

    def all_keys(self) -> tuple[KeyRow, ...]:
        """Give all keys, the newest first."""
        table = schema.signing_keys
        asked = select(table).order_by(table.c.created.desc(), table.c.id)
        with self._database.read() as connection:
            rows = connection.execute(asked).all()
        return tuple(
            KeyRow(
                row.id,
                row.kind,
                row.jwk,
                bytes(row.sealed),
                instant(row.created),
                _instant(row.retired),
                _instant(row.compromised),
                row.because,
            )
            for row in rows
        )

    def add_key(self, key: KeyRow) -> None:
        """Keep a new key."""
        values = {
            "id": key.id,
            "kind": key.kind,
            "jwk": key.jwk,
            "sealed": key.sealed,
            "created": micros(key.created),
            "because": key.because,
        }
        self._database.run(lambda c: c.execute(schema.signing_keys.insert().values(values)))

    def retire_key(self, name: str, now: datetime, *, compromised: bool, because: str = "") -> bool:
        """Sign nothing more with a key; say whether there is such a key."""
        table = schema.signing_keys
        values: dict[str, object] = {"retired": func.coalesce(table.c.retired, micros(now))}
        if compromised:
            values |= {"compromised": micros(now), "because": because}
        changed = table.update().where(table.c.id == name).values(values)
        return self._database.run(lambda c: c.execute(changed).rowcount > 0)

    # --- achievements ----------------------------------------------------------------------

    def achievement(self, name: str) -> AchievementRow | None:
        """Give an achievement by its address."""
        table = schema.achievements
        asked = select(table.c.document, table.c.image).where(table.c.id == name)
        with self._database.read() as connection:
            row = connection.execute(asked).first()
        if row is None:
            return None
        return AchievementRow(name, bytes(row.document), bytes(row.image or b""))

    def offer(self, offered: Mapping[str, AchievementRow], now: datetime) -> int:
        """
        Keep what can be earned, so that it can be looked up before anybody has; give how many.

        An address ends in a digest of what the achievement says, so that stays. Who endorses it
        may change, and is told as it was offered last.

        Args:
            offered: Achievements by their addresses.
            now: The machine's clock.
        """
        table = schema.achievements
        asked = select(table.c.id, table.c.document).where(table.c.id.in_(offered))
        with self._database.read() as connection:
            there = {row.id: bytes(row.document) for row in connection.execute(asked)}
        rows: list[dict[str, object]] = [
            {
                "id": name,
                "credential": each.credential,
                "document": each.document,
                "image": each.image or None,
                "created": micros(now),
            }
            for name, each in offered.items()
            if there.get(name) != each.document
        ]
        if rows:
            self._database.run(lambda connection: _offer(connection, rows))
        return len(rows)

    # --- badges ----------------------------------------------------------------------------

    def add(self, badge: BadgeRow, achievement: AchievementRow, instead_of: str = "") -> BadgeRow:
        """
        Keep a badge, or give the one that the award already has.

        Args:
            badge: The new one.
            achievement: What was awarded.
            instead_of: The address of one whose place it takes.

        Raises:
            TakenError: Its place in the status lists is taken; try another.
        """
        table = schema.badges

        def work(connection: Connection) -> BadgeRow:
            own = _of_award(connection, badge.learner, badge.credential, badge.number)
            if own is not None and own.id != instead_of:
                return own
            if own is not None:
                connection.execute(table.delete().where(table.c.id == instead_of))
            _insert_achievement(connection, badge, achievement)
            connection.execute(schema.badges.insert().values(_values(badge)))
            return badge

        try:
            return self._database.run(work)
        except IntegrityError:
            raise TakenError from None

    def reissue(self, badge: BadgeRow, achievement: AchievementRow) -> None:
        """Put a newly signed document in place of a badge's older one; its place stays."""
        table = schema.badges
        names = ("achievement", "document", "key", "issued", "valid_from", "valid_until")
        values = {name: getattr(badge, name) for name in names}

        def work(connection: Connection) -> None:
            _insert_achievement(connection, badge, achievement)
            connection.execute(table.update().where(table.c.id == badge.id).values(values))

        self._database.run(work)

    def of_award(self, learner: str, credential: str, number: int) -> BadgeRow | None:
        """Give the badge of an award, None where it has none yet."""
        with self._database.read() as connection:
            return _of_award(connection, learner, credential, number)

    def named(self, name: str) -> BadgeRow | None:
        """Give a badge by its address."""
        table = schema.badges
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == name)).first()
        return None if row is None else _row(row)

    def of_learner(self, learner: str) -> tuple[BadgeRow, ...]:
        """Give a learner's badges, by credential and number."""
        table = schema.badges
        asked = select(table).where(table.c.learner == learner)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(table.c.credential, table.c.number)).all()
        return tuple(map(_row, rows))

    def publish(self, name: str, now: datetime | None) -> bool:
        """Let everybody read a badge, or nobody (None); say whether there is such a badge."""
        table = schema.badges
        value = None if now is None else func.coalesce(table.c.published, micros(now))
        changed = table.update().where(table.c.id == name).values(published=value)
        return self._database.run(lambda c: c.execute(changed).rowcount > 0)

    def suspend(self, name: str, now: datetime | None, because: str) -> bool:
        """Suspend a badge, or lift that (None); say whether there is such a badge."""
        table = schema.badges
        value = None if now is None else func.coalesce(table.c.suspended, micros(now))
        changed = table.update().where(table.c.id == name)
        changed = changed.values(suspended=value, because=because)
        return self._database.run(lambda c: c.execute(changed).rowcount > 0)

    def unsigned(self, limit: int) -> tuple[Unsigned, ...]:
        """
        Give held awards without a badge, or whose badge has another end or no public address.

        Whoever asks has a public address: else badges are made on demand.
        """
        awards, badges = schema.awards, schema.badges
        same = (
            (awards.c.learner == badges.c.learner)
            & (awards.c.credential == badges.c.credential)
            & (awards.c.number == badges.c.number)
        )
        differs = func.coalesce(badges.c.valid_until, 0) != func.coalesce(awards.c.expires, 0)
        asked = (
            select(awards.c.learner, awards.c.credential, awards.c.number)
            .select_from(awards.outerjoin(badges, same))
            .where(
                awards.c.ended.is_(None),
                badges.c.id.is_(None) | badges.c.list.is_(None) | differs,
            )
            .order_by(awards.c.at, awards.c.learner, awards.c.credential)
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple(Unsigned(*row) for row in connection.execute(asked))

    # --- status ----------------------------------------------------------------------------

    def places_used(self, number: int) -> int:
        """Count the places of a pair of lists that are taken."""
        table = schema.badges
        asked = select(func.count()).select_from(table).where(table.c.list == number)
        with self._database.read() as connection:
            return connection.execute(asked).scalar_one()

    def newest_list(self) -> int:
        """Give the number of the newest pair of lists; the first is 1."""
        asked = select(func.coalesce(func.max(schema.badges.c.list), 1))
        with self._database.read() as connection:
            return int(connection.execute(asked).scalar_one())

    def revoked_places(self, number: int) -> tuple[int, ...]:
        """
        Give the places of a list whose awards are taken back.

        One whose award is not there any more counts as revoked: who erases a learner must not
        make her revoked credentials good again.
        """
        awards, badges = schema.awards, schema.badges
        same = (
            (awards.c.learner == badges.c.learner)
            & (awards.c.credential == badges.c.credential)
            & (awards.c.number == badges.c.number)
        )
        ended_by = func.coalesce(awards.c.ended_by, "")
        asked = (
            select(badges.c.place)
            .select_from(badges.outerjoin(awards, same))
            .where(
                badges.c.list == number,
                awards.c.learner.is_(None) | (awards.c.ended.is_not(None) & (ended_by != EXPIRED)),
            )
        )
        with self._database.read() as connection:
            return tuple(connection.execute(asked.order_by(badges.c.place)).scalars())

    def suspended_in(self, number: int) -> tuple[tuple[int, bytes], ...]:
        """Give the places of a list whose badges are suspended, each with its document."""
        table = schema.badges
        asked = select(table.c.place, table.c.document).where(
            table.c.list == number, table.c.suspended.is_not(None)
        )
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(table.c.place)).all()
        return tuple((place, bytes(document)) for place, document in rows)


def _offer(connection: Connection, rows: list[dict[str, object]]) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    asked = insert(schema.achievements)
    changed = {"document": asked.excluded.document}
    connection.execute(asked.on_conflict_do_update(index_elements=["id"], set_=changed), rows)


def _insert_achievement(
    connection: Connection, badge: BadgeRow, achievement: AchievementRow
) -> None:
    values = {
        "id": badge.achievement,
        "credential": badge.credential,
        "document": achievement.document,
        "image": achievement.image or None,
        "created": badge.issued,
    }
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(schema.achievements).values(values).on_conflict_do_nothing())


def _of_award(
    connection: Connection, learner: str, credential: str, number: int
) -> BadgeRow | None:
    table = schema.badges
    asked = select(table).filter_by(learner=learner, credential=credential, number=number)
    row = connection.execute(asked).first()
    return None if row is None else _row(row)


def _values(badge: BadgeRow) -> dict[str, object]:
    return {name: getattr(badge, name) for name in BadgeRow.__slots__}


def _row(row: Row[tuple[object, ...]]) -> BadgeRow:
    return BadgeRow(
        row.id,
        row.learner,
        row.credential,
        row.number,
        row.achievement,
        row.list,
        row.place,
        bytes(row.document),
        row.key,
        row.issued,
        row.valid_from,
        row.valid_until,
        row.published,
        row.suspended,
        row.because,
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else instant(value)
