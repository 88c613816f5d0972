"""What people are asked: questions of rules, and approvals of awards."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Add the table; learners' records begin to fill it when somebody is asked."""
    op.create_table(
        "reviews",
        sa.Column("key", KEY, nullable=False),
        sa.Column("learner", KEY, nullable=False),
        sa.Column("thing", KEY, nullable=False, comment="the rule or credential that asks"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("course", KEY, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False, comment="ids of events"),
        sa.Column("approved", sa.LargeBinary(), nullable=False, comment="names, MessagePack"),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("settled", sa.BigInteger()),
        sa.Column("said", sa.String(), nullable=False, comment="who answered, and why"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reviews")),
        comment="what people are asked about learners: an index over their records",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reviews_answer", "reviews", ["answer", "at", "key"])


def downgrade() -> None:
    """Take it away; the records keep what was asked."""
    op.drop_index("ix_reviews_answer", "reviews")
    op.drop_table("reviews")
