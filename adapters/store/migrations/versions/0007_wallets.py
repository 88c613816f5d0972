"""Wallets: who registered, what learners allowed, tokens as hashes, and what was brought."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Add the tables; they fill as wallets connect."""
    op.create_table(
        "wallet_apps",
        sa.Column("id", KEY, nullable=False, comment="OAuth's client_id"),
        sa.Column(
            "secret", sa.LargeBinary(), nullable=False, comment="SHA-256 of its client_secret"
        ),
        sa.Column(
            "about",
            sa.LargeBinary(),
            nullable=False,
            comment="JSON: what it said when it registered",
        ),
        sa.Column("registered", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), comment="when a learner last let it in"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_apps")),
        comment="wallets and hosts that registered",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wallet_grants",
        sa.Column("id", KEY, nullable=False),
        sa.Column("app", KEY, nullable=False),
        sa.Column("learner", KEY, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("code", KEY, nullable=False, comment="SHA-256 of the authorization code"),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False, comment="PKCE, S256"),
        sa.Column("code_until", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), comment="when the code was exchanged"),
        sa.Column("ended", sa.BigInteger()),
        sa.Column("because", sa.String(), nullable=False, comment="why it ended"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_grants")),
        sa.UniqueConstraint("code", name=op.f("uq_wallet_grants_code")),
        comment="what learners allowed, each with the one code that it began with",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_wallet_grants_learner", "wallet_grants", ["learner"])
    op.create_index("ix_wallet_grants_app", "wallet_grants", ["app"])
    op.create_table(
        "wallet_tokens",
        sa.Column("token", KEY, nullable=False, comment="SHA-256"),
        sa.Column("grant_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="access or refresh"),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("taken", sa.BigInteger(), comment="when a refresh token was exchanged"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_wallet_tokens")),
        comment="what apps show; a grant that has ended makes all of its tokens worthless",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_wallet_tokens_grant_id", "wallet_tokens", ["grant_id"])
    op.create_index("ix_wallet_tokens_until", "wallet_tokens", ["until"])
    op.create_table(
        "wallet_credentials",
        sa.Column("learner", KEY, nullable=False),
        sa.Column("issuer", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "document",
            sa.LargeBinary(),
            nullable=False,
            comment="as it came: JSON, or a compact JWS",
        ),
        sa.Column("form", sa.String(), nullable=False, comment="json or jwt"),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("learner", "issuer", "id", name=op.f("pk_wallet_credentials")),
        comment="other issuers' credentials that learners' wallets brought and rules count",
    )


def downgrade() -> None:
    """Take them away; every wallet has to connect anew."""
    op.drop_table("wallet_credentials")
    op.drop_index("ix_wallet_tokens_until", "wallet_tokens")
    op.drop_index("ix_wallet_tokens_grant_id", "wallet_tokens")
    op.drop_table("wallet_tokens")
    op.drop_index("ix_wallet_grants_app", "wallet_grants")
    op.drop_index("ix_wallet_grants_learner", "wallet_grants")
    op.drop_table("wallet_grants")
    op.drop_table("wallet_apps")
