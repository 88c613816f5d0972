"""Badges from elsewhere, as they were brought: so that their issuers can be asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Add the table; it fills as badges are brought."""
    op.create_table(
        "outside_badges",
        sa.Column("learner", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False, comment="the name that its issuer gave it"),
        sa.Column("object", KEY, nullable=False, comment="as what it counts: badge:ISSUER|WHAT"),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False, comment="JSON or a token"),
        sa.Column("brought", sa.BigInteger(), nullable=False),
        sa.Column("next_look", sa.BigInteger(), nullable=False, comment="machine's clock"),
        sa.Column("looked", sa.BigInteger(), nullable=False, comment="last known; machine's clock"),
        sa.Column("state", sa.String(), nullable=False, comment="good or fallen"),
        sa.Column("because", sa.String(), nullable=False, comment="why it is fallen"),
        sa.Column("doubt", sa.String(), nullable=False, comment="why it could not be known last"),
        sa.Column("doubts", sa.Integer(), nullable=False, comment="looks in a row with a doubt"),
        sa.Column("turns", sa.Integer(), nullable=False, comment="how often it fell or came back"),
        sa.PrimaryKeyConstraint("learner", "id", name=op.f("pk_outside_badges")),
        comment="badges from elsewhere: what their issuers said last",
    )
    op.create_index("ix_outside_badges_next_look", "outside_badges", ["next_look"])


def downgrade() -> None:
    """Take it away; what has counted stays in the events."""
    op.drop_index("ix_outside_badges_next_look", "outside_badges")
    op.drop_table("outside_badges")
