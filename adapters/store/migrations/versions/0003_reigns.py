"""Which ruleset was in force since when, with its files."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Make the table; what was in force before is not known."""
    op.create_table(
        "reigns",
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", KEY, nullable=False),
        sa.Column(
            "files",
            sa.LargeBinary(),
            nullable=True,
            comment="the packs, compressed; the first time only",
        ),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_reigns")),
        comment="which ruleset was in force since when, and what its files said",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reigns_fingerprint", "reigns", ["fingerprint"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("reigns")
