"""
The tables: what came in, what is known, what was decided, when to look again, what goes out.

Instants are microseconds since 1970 in UTC, as inside the engine: they sort, compare and cost
the same on both databases, and no driver can lose their zone. Keys sort by their bytes on
PostgreSQL too (collation C), so that exports of both databases are equal. No table refers to
another by a foreign key: rows of one learner are written in one transaction under the lock of
her record, and a cascade is how a migration loses an outbox.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)

Key = String(collation="C").with_variant(String(), "sqlite")
Number = BigInteger().with_variant(Integer, "sqlite")

events = Table(
    "events",
    metadata,
    Column("seq", Number, primary_key=True),
    Column("source", Key, nullable=False),
    Column("id", Key, nullable=False),
    Column("learner", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("arrived", BigInteger, nullable=False),
    Column("word", String, nullable=False),
    Column("object", String, nullable=False),
    Column("course", String, nullable=False),
    Column("more", LargeBinary, comment="what few events have: see eventrow.py"),
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("source", "id"),
    Index("ix_events_learner", "learner"),
    comment="append-only: the truth from which records can be folded again",
)

records = Table(
    "records",
    metadata,
    Column("learner", Key, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("needs", String, nullable=False, comment="what the fold keeps: Plan.needs_fingerprint"),
    Column("asked", String, nullable=False, comment="the ruleset that asked all levels"),
    Column("blob", LargeBinary, nullable=False),
    comment="one row a learner: the fold of her events and what was decided",
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Number, primary_key=True),
    Column("learner", Key, nullable=False),
    Column("did", String, nullable=False),
    Column("thing", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("course", String, nullable=False),
    Column("trigger", String, nullable=False),
    Column("firing", String, nullable=False),
    Column("because", String, nullable=False),
    Column("until", BigInteger),
    Column("fingerprint", String, nullable=False),
    Column("verdict", LargeBinary),
    Column("level", String, nullable=False),
    Column("draft", Boolean(create_constraint=False), nullable=False),
    Column("again", Boolean(create_constraint=False), nullable=False),
    Index("ix_decisions_learner", "learner"),
)

awards = Table(
    "awards",
    metadata,
    Column("learner", Key, primary_key=True),
    Column("credential", Key, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("evidence", LargeBinary, nullable=False, comment="ids of events, MessagePack"),
    Column("expires", BigInteger),
    Column("ended", BigInteger),
    Column("ended_by", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Index("ix_awards_credential", "credential", "learner"),
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    Column("learner", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("due", BigInteger, nullable=False),
    Index("ix_timers_due", "due", "learner", "key"),
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", Key, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("learner", Key, nullable=False),
    Column("category", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("data", LargeBinary),
    Column("not_before", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("status", String, nullable=False),
    Column("expires_at", BigInteger),
    Column("priority", Integer, nullable=False),
    Column("reason", String, nullable=False),
    Column("owner", String, nullable=False, server_default=""),
    Column("lease_until", BigInteger),
    Column("retry_at", BigInteger),
    Column("settled", BigInteger, comment="when it came to its end, on the machine's clock"),
    Column(
        "bad_address",
        Boolean(create_constraint=False),
        nullable=False,
        server_default=text("false"),
    ),
    Column("by", Key, nullable=False, server_default="", comment="the rule or credential"),
    Index("ix_outbox_status", "status", "id"),
    Index("ix_outbox_by", "by", "status"),
    Index(
        "ix_outbox_queued",
        "priority",
        "not_before",
        "id",
        sqlite_where=text("status = 'queued'"),
        postgresql_where=text("status = 'queued'"),
    ),
    Index("ix_outbox_learner", "learner"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source", Key, nullable=False),
    Column("item", Key, nullable=False, comment="the sender's id, or a fingerprint"),
    Column("digest", Key, nullable=False, comment="of the bytes: the same is kept once"),
    Column("raw", LargeBinary, nullable=False),
    Column("reason", String, nullable=False),
    Column("arrived", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", String, nullable=False),
    UniqueConstraint("source", "digest"),
    Index("ix_quarantine_state", "state", "id"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("source", Key, primary_key=True),
    Column("item", Key, primary_key=True),
    Column("tries", Integer, nullable=False),
    comment="events and timers in whose hands a worker died",
    sqlite_with_rowid=False,
)

rule_live = Table(
    "rule_live",
    metadata,
    Column("rule", Key, primary_key=True),
    Column("since", BigInteger, nullable=False),
    comment="from when a rule acts: the first moment at which it was live",
    sqlite_with_rowid=False,
)

pauses = Table(
    "pauses",
    metadata,
    Column("rule", Key, primary_key=True, comment="its full name; * for all"),
    Column("at", BigInteger, nullable=False),
    Column("by", String, nullable=False),
    Column("because", String, nullable=False),
    comment="rules that a person has paused",
    sqlite_with_rowid=False,
)

rulesets = Table(
    "rulesets",
    metadata,
    Column("fingerprint", Key, primary_key=True),
    Column("first_seen", BigInteger, nullable=False),
    Column("what", String, nullable=False, comment="JSON: packs with their versions"),
    sqlite_with_rowid=False,
)

reigns = Table(
    "reigns",
    metadata,
    Column("since", BigInteger, primary_key=True, autoincrement=False),
    Column("fingerprint", Key, nullable=False),
    Column("files", LargeBinary, comment="the packs, compressed; the first time only"),
    Index("ix_reigns_fingerprint", "fingerprint"),
    comment="which ruleset was in force since when, and what its files said",
    sqlite_with_rowid=False,
)

settings = Table(
    "settings",
    metadata,
    Column("name", Key, primary_key=True),
    Column("value", String, nullable=False, comment="JSON"),
    sqlite_with_rowid=False,
)

job_run = Table(
    "job_run",
    metadata,
    Column("job", Key, primary_key=True),
    Column("slot", Key, primary_key=True),
    Column("owner", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    comment="who took which turn of a scheduled job",
    sqlite_with_rowid=False,
)

staff = Table(
    "staff",
    metadata,
    Column("course", Key, primary_key=True, comment="the LMS's name"),
    Column("role", Key, primary_key=True),
    Column("person", Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("event", Key, nullable=False),
    Column("present", Boolean(create_constraint=False), nullable=False),
    comment="who has which role: an index over people's own records",
    sqlite_with_rowid=False,
)

reviews = Table(
    "reviews",
    metadata,
    Column("key", Key, primary_key=True),
    Column("learner", Key, nullable=False),
    Column("thing", Key, nullable=False, comment="the rule or credential that asks"),
    Column("kind", String, nullable=False),
    Column("text", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("course", Key, nullable=False),
    Column("people", Integer, nullable=False),
    Column("role", String, nullable=False),
    Column("evidence", LargeBinary, nullable=False, comment="ids of events"),
    Column("approved", LargeBinary, nullable=False, comment="names, MessagePack"),
    Column("answer", String, nullable=False),
    Column("settled", BigInteger),
    Column("said", String, nullable=False, comment="who answered, and why"),
    Index("ix_reviews_answer", "answer", "at", "key"),
    comment="what people are asked about learners: an index over their records",
    sqlite_with_rowid=False,
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Key, primary_key=True, comment="its name in the DID document"),
    Column("kind", String, nullable=False),
    Column("jwk", String, nullable=False, comment="JSON: the public part"),
    Column("sealed", LargeBinary, nullable=False, comment="PKCS#8, encrypted; empty if elsewhere"),
    Column("created", BigInteger, nullable=False),
    Column("retired", BigInteger),
    Column("compromised", BigInteger),
    Column("because", String, nullable=False),
    comment="the keys that credentials are signed with",
    sqlite_with_rowid=False,
)

achievements = Table(
    "achievements",
    metadata,
    Column("id", Key, primary_key=True, comment="its address"),
    Column("credential", Key, nullable=False),
    Column("document", LargeBinary, nullable=False, comment="JSON; it never changes"),
    Column("image", LargeBinary, comment="the author's PNG or SVG, if any"),
    Column("created", BigInteger, nullable=False),
    Index("ix_achievements_credential", "credential"),
    comment="what was awarded, as the rules said it then",
)

badges = Table(
    "badges",
    metadata,
    Column("id", Key, primary_key=True, comment="its address"),
    Column("learner", Key, nullable=False),
    Column("credential", Key, nullable=False),
    Column("number", Integer, nullable=False, comment="of the award"),
    Column("achievement", Key, nullable=False),
    Column("list", Integer, comment="of its place in the status lists; NULL without a server"),
    Column("place", Integer),
    Column("document", LargeBinary, nullable=False, comment="JSON, signed"),
    Column("key", Key, nullable=False),
    Column("issued", BigInteger, nullable=False),
    Column("valid_from", BigInteger, nullable=False),
    Column("valid_until", BigInteger),
    Column("published", BigInteger),
    Column("suspended", BigInteger),
    Column("because", String, nullable=False, comment="why it is suspended"),
    UniqueConstraint("learner", "credential", "number"),
    UniqueConstraint("list", "place"),
    comment="awards as signed credentials",
)

log_ins = Table(
    "log_ins",
    metadata,
    Column("nonce", Key, primary_key=True),
    Column("until", BigInteger, nullable=False, comment="when a token with it is too old anyway"),
    Index("ix_log_ins_until", "until"),
    comment="log-ins from an LMS that were used: each is good once",
    sqlite_with_rowid=False,
)

wallet_apps = Table(
    "wallet_apps",
    metadata,
    Column("id", Key, primary_key=True, comment="OAuth's client_id"),
    Column("secret", LargeBinary, nullable=False, comment="SHA-256 of its client_secret"),
    Column("about", LargeBinary, nullable=False, comment="JSON: what it said when it registered"),
    Column("registered", BigInteger, nullable=False),
    Column("used", BigInteger, comment="when a learner last let it in"),
    comment="wallets and hosts that registered",
    sqlite_with_rowid=False,
)

wallet_grants = Table(
    "wallet_grants",
    metadata,
    Column("id", Key, primary_key=True),
    Column("app", Key, nullable=False),
    Column("learner", Key, nullable=False),
    Column("scope", String, nullable=False),
    Column("granted", BigInteger, nullable=False),
    Column("code", Key, nullable=False, comment="SHA-256 of the authorization code"),
    Column("redirect_uri", String, nullable=False),
    Column("challenge", String, nullable=False, comment="PKCE, S256"),
    Column("code_until", BigInteger, nullable=False),
    Column("taken", BigInteger, comment="when the code was exchanged"),
    Column("ended", BigInteger),
    Column("because", String, nullable=False, comment="why it ended"),
    UniqueConstraint("code"),
    Index("ix_wallet_grants_learner", "learner"),
    Index("ix_wallet_grants_app", "app"),
    comment="what learners allowed, each with the one code that it began with",
    sqlite_with_rowid=False,
)

wallet_tokens = Table(
    "wallet_tokens",
    metadata,
    Column("token", Key, primary_key=True, comment="SHA-256"),
    Column("grant_id", Key, nullable=False),
    Column("kind", String, nullable=False, comment="access or refresh"),
    Column("scope", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("taken", BigInteger, comment="when a refresh token was exchanged"),
    Index("ix_wallet_tokens_grant_id", "grant_id"),
    Index("ix_wallet_tokens_until", "until"),
    comment="what apps show; a grant that has ended makes all of its tokens worthless",
    sqlite_with_rowid=False,
)

wallet_credentials = Table(
    "wallet_credentials",
    metadata,
    Column("learner", Key, primary_key=True),
    Column("issuer", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("document", LargeBinary, nullable=False, comment="as it came: JSON, or a compact JWS"),
    Column("form", String, nullable=False, comment="json or jwt"),
    Column("received", BigInteger, nullable=False),
    comment="other issuers' credentials that learners' wallets brought and rules count",
)

outside_badges = Table(
    "outside_badges",
    metadata,
    Column("learner", Key, primary_key=True),
    Column("id", Key, primary_key=True, comment="the name that its issuer gave it"),
    Column("object", Key, nullable=False, comment="as what it counts: badge:ISSUER|WHAT"),
    Column("title", String, nullable=False),
    Column("issuer", String, nullable=False),
    Column("data", LargeBinary, nullable=False, comment="JSON or a token"),
    Column("brought", BigInteger, nullable=False),
    Column("next_look", BigInteger, nullable=False, comment="machine's clock"),
    Column("looked", BigInteger, nullable=False, comment="last known; machine's clock"),
    Column("state", String, nullable=False, comment="good or fallen"),
    Column("because", String, nullable=False, comment="why it is fallen"),
    Column("doubt", String, nullable=False, comment="why it could not be known last"),
    Column("doubts", Integer, nullable=False, comment="looks in a row with a doubt"),
    Column("turns", Integer, nullable=False, comment="how often it fell or came back"),
    Index("ix_outside_badges_next_look", "next_look"),
    comment="badges from elsewhere: what their issuers said last",
)
