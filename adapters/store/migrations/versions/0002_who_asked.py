"""Who asked for a row of the outbox, and which rules are paused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Add them; rows that are there already say nobody."""
    op.add_column(
        "outbox",
        sa.Column("by", KEY, nullable=False, server_default="", comment="the rule or credential"),
    )
    op.create_index("ix_outbox_by", "outbox", ["by", "status"])
    op.create_table(
        "pauses",
        sa.Column("rule", KEY, nullable=False, comment="its full name; * for all"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_pauses")),
        comment="rules that a person has paused",
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("pauses")
    op.drop_index("ix_outbox_by", "outbox")
    op.drop_column("outbox", "by")
