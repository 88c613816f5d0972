"""Log-ins from an LMS that were used, so that none is good twice."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "log_ins",
        sa.Column("nonce", KEY, nullable=False),
        sa.Column(
            "until",
            sa.BigInteger(),
            nullable=False,
            comment="when a token with it is too old anyway",
        ),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_log_ins")),
        comment="log-ins from an LMS that were used: each is good once",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_log_ins_until", "log_ins", ["until"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("log_ins")
