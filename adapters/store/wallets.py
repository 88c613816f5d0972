"""
Wallets that learners let in: who registered, what was allowed, and tokens, as hashes only.

A token is good while its grant has not ended and its own time is not over, so taking access
away is one row. Codes and refresh tokens are exchanged once: whoever changes the row first has
it, also where two ask at the same instant.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.store import schema
from adapters.store.database import Database
from engine.calendar import MICROSECOND, Micros

ACCESS, REFRESH = "access", "refresh"
HAD_ITS_TIME = timedelta(hours=1) // MICROSECOND
KEPT_UNUSED = timedelta(days=30) // MICROSECOND
"""How long an app stays that nobody lets in, and a grant that has ended."""


@dataclass(frozen=True, slots=True)
class AppRow:
    """
    A wallet or host that registered.

    Attributes:
        id: OAuth's client_id.
        secret: SHA-256 of its client_secret.
        about: What it said of itself, as JSON.
        used: When a learner last let it in.
    """

    id: str
    secret: bytes
    about: bytes
    registered: Micros
    used: Micros | None = None


@dataclass(frozen=True, slots=True)
class GrantRow:
    """
    What a learner allowed an app.

    Attributes:
        scope: Names, with spaces between them.
        code: SHA-256 of the authorization code that it began with.
        challenge: PKCE's, by S256.
        code_until: Until when the code can be exchanged.
        taken: When it was.
        ended: Since when all tokens of it are worthless.
    """

    id: str
    app: str
    learner: str
    scope: str
    granted: Micros
    code: str
    redirect_uri: str
    challenge: str
    code_until: Micros
    taken: Micros | None = None
    ended: Micros | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """
    A token that an app shows.

    Attributes:
        token: SHA-256 of it.
        kind: ACCESS or REFRESH.
        taken: When a refresh token was exchanged for the next one.
    """

    token: str
    grant_id: str
    kind: str
    scope: str
    until: Micros
    taken: Micros | None = None


@dataclass(frozen=True, slots=True)
class BroughtRow:
    """Another issuer's credential, as a wallet brought it; `form` is json or jwt."""

    learner: str
    issuer: str
    id: str
    document: bytes
    form: str
    received: Micros


class Wallets:
    """Apps, grants, tokens, and what was brought. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    # --- apps ------------------------------------------------------------------------------

    def add_app(self, app: AppRow, most_unused: int) -> bool:
        """
        Keep an app that registered.

        Where so many wait already that nobody let in, the oldest makes room, if it has had an
        hour to be let in; else it is a flood, and the answer is no.
        """
        table = schema.wallet_apps
        waits = table.c.used.is_(None)
        unused = select(func.count()).select_from(table).where(waits)
        oldest = select(table.c.id, table.c.registered).where(waits)
        oldest = oldest.order_by(table.c.registered, table.c.id).limit(1)

        def work(connection: Connection) -> bool:
            if connection.execute(unused).scalar_one() >= most_unused:
                found = connection.execute(oldest).one()
                if found.registered > app.registered - HAD_ITS_TIME:
                    return False
                connection.execute(delete(table).where(table.c.id == found.id))
            connection.execute(table.insert().values(_values(app)))
            return True

        return self._database.run(work)

    def app(self, name: str) -> AppRow | None:
        """Give an app by its id."""
        table = schema.wallet_apps
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == name)).first()
        return None if row is None else _app(row)

    def apps(self, now: Micros) -> tuple[tuple[AppRow, int], ...]:
        """Give all apps, the oldest first, each with how many learners it has access to."""
        table, grants = schema.wallet_apps, schema.wallet_grants
        learners = (
            select(func.count(func.distinct(grants.c.learner)))
            .where(grants.c.app == table.c.id, _is_live(now))
            .scalar_subquery()
        )
        asked = select(table, learners.label("learners")).order_by(table.c.registered, table.c.id)
        with self._database.read() as connection:
            return tuple((_app(row), row.learners) for row in connection.execute(asked))

    def remove_app(self, name: str, now: Micros, because: str) -> bool:
        """Forget an app and make all that it was allowed worthless; False if there is none."""
        table, grants = schema.wallet_apps, schema.wallet_grants
        ended = (
            grants.update()
            .where(grants.c.app == name, grants.c.ended.is_(None))
            .values(ended=now, because=because)
        )

        def work(connection: Connection) -> bool:
            connection.execute(ended)
            return connection.execute(delete(table).where(table.c.id == name)).rowcount > 0

        return self._database.run(work)

    # --- grants ----------------------------------------------------------------------------

    def add_grant(self, grant: GrantRow) -> None:
        """Keep what a learner allowed."""
        apps = schema.wallet_apps
        used = apps.update().where(apps.c.id == grant.app).values(used=grant.granted)

        def work(connection: Connection) -> None:
            connection.execute(schema.wallet_grants.insert().values(_values(grant)))
            connection.execute(used)

        self._database.run(work)

    def grant(self, name: str) -> GrantRow | None:
        """Give a grant by its id."""
        return self._grant(schema.wallet_grants.c.id == name)

    def grant_of_code(self, code: str) -> GrantRow | None:
        """Give the grant that began with a code, by its hash."""
        return self._grant(schema.wallet_grants.c.code == code)

    def take_code(self, grant: str, now: Micros) -> bool:
        """Exchange a grant's code; False where that was done before, or it has ended."""
        table = schema.wallet_grants
        free = (table.c.id == grant) & table.c.taken.is_(None) & table.c.ended.is_(None)
        changed = table.update().where(free).values(taken=now)
        return self._database.run(lambda c: c.execute(changed).rowcount == 1)

    def end(self, grant: str, now: Micros, because: str) -> None:
        """Make all tokens of a grant worthless."""
        table = schema.wallet_grants
        goes_on = (table.c.id == grant) & table.c.ended.is_(None)
        changed = table.update().where(goes_on).values(ended=now, because=because)
        self._database.run(lambda c: c.execute(changed))

    def live(self, learner: str, now: Micros) -> tuple[GrantRow, ...]:
        """Give the grants of a learner by which somebody could get at something now."""
        grants = schema.wallet_grants
        asked = (
            select(grants)
            .where(grants.c.learner == learner, _is_live(now))
            .order_by(grants.c.granted, grants.c.id)
        )
        with self._database.read() as connection:
            return tuple(_grant(row) for row in connection.execute(asked))

    def end_all(self, learner: str, app: str, now: Micros, because: str) -> int:
        """Take away all that a learner allowed an app; give how many grants that were."""
        table = schema.wallet_grants
        hers = (table.c.learner == learner) & (table.c.app == app) & table.c.ended.is_(None)
        changed = table.update().where(hers).values(ended=now, because=because)
        return self._database.run(lambda c: c.execute(changed).rowcount)

    # --- tokens ----------------------------------------------------------------------------

    def add_tokens(self, tokens: tuple[TokenRow, ...]) -> None:
        """Keep new tokens."""
        rows = [_values(token) for token in tokens]
        self._database.run(lambda c: c.execute(schema.wallet_tokens.insert(), rows))

    def token(self, token: str) -> tuple[TokenRow, GrantRow] | None:
        """Give a token by its hash, with its grant; good or not."""
        table = schema.wallet_tokens
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.token == token)).first()
        if row is None:
            return None
        grant = self.grant(row.grant_id)
        if grant is None:
            return None
        return TokenRow(*(getattr(row, name) for name in TokenRow.__slots__)), grant

    def take_token(self, token: str, now: Micros) -> bool:
        """Exchange a refresh token; False where that was done before."""
        table = schema.wallet_tokens
        free = (table.c.token == token) & table.c.taken.is_(None)
        changed = table.update().where(free).values(taken=now)
        return self._database.run(lambda c: c.execute(changed).rowcount == 1)

    def forget_token(self, token: str) -> None:
        """Make one token worthless."""
        table = schema.wallet_tokens
        self._database.run(lambda c: c.execute(delete(table).where(table.c.token == token)))

    # --- what was brought ------------------------------------------------------------------

    def brought(self, learner: str) -> tuple[BroughtRow, ...]:
        """Give what wallets brought for a learner, the oldest first."""
        table = schema.wallet_credentials
        asked = select(table).where(table.c.learner == learner)
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(table.c.received, table.c.id)).all()
        return tuple(
            BroughtRow(row.learner, row.issuer, row.id, bytes(row.document), row.form, row.received)
            for row in rows
        )

    def keep(self, brought: BroughtRow) -> None:
        """Keep what was brought, in place of an older form of it."""
        table = schema.wallet_credentials
        values = _values(brought)
        new = {name: values[name] for name in ("document", "form", "received")}
        key = ["learner", "issuer", "id"]

        def work(connection: Connection) -> None:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            connection.execute(
                insert(table).values(values).on_conflict_do_update(index_elements=key, set_=new)
            )

        self._database.run(work)

    # --- the broom -------------------------------------------------------------------------

    def clear(self, now: Micros) -> None:
        """Forget tokens whose time is over, and grants and apps that nobody uses any more."""
        apps, grants, tokens = schema.wallet_apps, schema.wallet_grants, schema.wallet_tokens
        old = now - KEPT_UNUSED
        has_token = exists().where(tokens.c.grant_id == grants.c.id)
        has_grant = exists().where(grants.c.app == apps.c.id)

        def work(connection: Connection) -> None:
            connection.execute(delete(tokens).where(tokens.c.until < now))
            connection.execute(delete(grants).where(grants.c.ended < old))
            connection.execute(delete(grants).where(grants.c.code_until < old, ~has_token))
            last = func.coalesce(apps.c.used, apps.c.registered)
            connection.execute(delete(apps).where(apps.c.used.is_(None), last < old, ~has_grant))

        self._database.run(work)

    # --- parts -----------------------------------------------------------------------------

    def _grant(self, where: ColumnElement[bool]) -> GrantRow | None:
        with self._database.read() as connection:
            row = connection.execute(select(schema.wallet_grants).where(where)).first()
        return None if row is None else _grant(row)


def _is_live(now: Micros) -> ColumnElement[bool]:
    """Say of a grant whether somebody could get at something by it now."""
    grants, tokens = schema.wallet_grants, schema.wallet_tokens
    good = exists().where(
        (tokens.c.grant_id == grants.c.id) & tokens.c.taken.is_(None) & (tokens.c.until > now)
    )
    waits = grants.c.taken.is_(None) & (grants.c.code_until > now)
    return grants.c.ended.is_(None) & (good | waits)


def _app(row: Row[tuple[object, ...]]) -> AppRow:
    return AppRow(row.id, bytes(row.secret), bytes(row.about), row.registered, row.used)


def _grant(row: Row[tuple[object, ...]]) -> GrantRow:
    return GrantRow(*(getattr(row, name) for name in GrantRow.__slots__))


def _values(row: AppRow | GrantRow | TokenRow | BroughtRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in type(row).__slots__}
