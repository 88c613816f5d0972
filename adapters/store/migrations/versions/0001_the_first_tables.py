"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "attempts",
        sa.Column("source", KEY, nullable=False),
        sa.Column("item", KEY, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "item", name=op.f("pk_attempts")),
        comment="events and timers in whose hands a worker died",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "awards",
        sa.Column("learner", KEY, nullable=False),
        sa.Column("credential", KEY, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "evidence", sa.LargeBinary(), nullable=False, comment="ids of events, MessagePack"
        ),
        sa.Column("expires", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("learner", "credential", "number", name=op.f("pk_awards")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.create_index("ix_awards_credential", ["credential", "learner"], unique=False)

    op.create_table(
        "decisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("learner", KEY, nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=False),
        sa.Column("firing", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("verdict", sa.LargeBinary(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_learner", ["learner"], unique=False)

    op.create_table(
        "events",
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("learner", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column(
            "more", sa.LargeBinary(), nullable=True, comment="what few events have: see eventrow.py"
        ),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sa.UniqueConstraint("source", "id", name=op.f("uq_events_source_id")),
        comment="append-only: the truth from which records can be folded again",
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_learner", ["learner"], unique=False)

    op.create_table(
        "job_run",
        sa.Column("job", KEY, nullable=False),
        sa.Column("slot", KEY, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
        comment="who took which turn of a scheduled job",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("learner", KEY, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), server_default="", nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("retry_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "settled",
            sa.BigInteger(),
            nullable=True,
            comment="when it came to its end, on the machine's clock",
        ),
        sa.Column("bad_address", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_learner", ["learner"], unique=False)
        batch_op.create_index(
            "ix_outbox_queued",
            ["priority", "not_before", "id"],
            unique=False,
            sqlite_where=sa.text("status = 'queued'"),
            postgresql_where=sa.text("status = 'queued'"),
        )
        batch_op.create_index("ix_outbox_status", ["status", "id"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("item", KEY, nullable=False, comment="the sender's id, or a fingerprint"),
        sa.Column("digest", KEY, nullable=False, comment="of the bytes: the same is kept once"),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("source", "digest", name=op.f("uq_quarantine_source_digest")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index("ix_quarantine_state", ["state", "id"], unique=False)

    op.create_table(
        "records",
        sa.Column("learner", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "needs",
            sa.String(),
            nullable=False,
            comment="what the fold keeps: Plan.needs_fingerprint",
        ),
        sa.Column(
            "asked", sa.String(), nullable=False, comment="the ruleset that asked all levels"
        ),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("learner", name=op.f("pk_records")),
        comment="one row a learner: the fold of her events and what was decided",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rule_live",
        sa.Column("rule", KEY, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_rule_live")),
        comment="from when a rule acts: the first moment at which it was live",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rulesets",
        sa.Column("fingerprint", KEY, nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(), nullable=False, comment="JSON: packs with their versions"),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_rulesets")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings",
        sa.Column("name", KEY, nullable=False),
        sa.Column("value", sa.String(), nullable=False, comment="JSON"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff",
        sa.Column("course", KEY, nullable=False, comment="the LMS's name"),
        sa.Column("role", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", KEY, nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("course", "role", "person", name=op.f("pk_staff")),
        comment="who has which role: an index over people's own records",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timers",
        sa.Column("learner", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("learner", "key", name=op.f("pk_timers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.create_index("ix_timers_due", ["due", "learner", "key"], unique=False)


def downgrade() -> None:
    """Drop all tables."""
    with op.batch_alter_table("timers", schema=None) as batch_op:
        batch_op.drop_index("ix_timers_due")

    op.drop_table("timers")
    op.drop_table("staff")
    op.drop_table("settings")
    op.drop_table("rulesets")
    op.drop_table("rule_live")
    op.drop_table("records")
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index("ix_quarantine_state")

    op.drop_table("quarantine")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_status")
        batch_op.drop_index(
            "ix_outbox_queued",
            sqlite_where=sa.text("status = 'queued'"),
            postgresql_where=sa.text("status = 'queued'"),
        )
        batch_op.drop_index("ix_outbox_learner")

    op.drop_table("outbox")
    op.drop_table("job_run")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_learner")

    op.drop_table("events")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_learner")

    op.drop_table("decisions")
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.drop_index("ix_awards_credential")

    op.drop_table("awards")
    op.drop_table("attempts")
