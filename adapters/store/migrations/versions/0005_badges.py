"""Awards as signed credentials: keys, what was awarded, and the badges themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.String(collation="C").with_variant(sa.String(), "sqlite")


def upgrade() -> None:
    """Add the tables; they fill when there is a key to sign with."""
    op.create_table(
        "signing_keys",
        sa.Column("id", KEY, nullable=False, comment="its name in the DID document"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("jwk", sa.String(), nullable=False, comment="JSON: the public part"),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="PKCS#8, encrypted; empty if elsewhere",
        ),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("retired", sa.BigInteger()),
        sa.Column("compromised", sa.BigInteger()),
        sa.Column("because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        comment="the keys that credentials are signed with",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "achievements",
        sa.Column("id", KEY, nullable=False, comment="its address"),
        sa.Column("credential", KEY, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False, comment="JSON; it never changes"),
        sa.Column("image", sa.LargeBinary(), comment="the author's PNG or SVG, if any"),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_achievements")),
        comment="what was awarded, as the rules said it then",
    )
    op.create_index("ix_achievements_credential", "achievements", ["credential"])
    op.create_table(
        "badges",
        sa.Column("id", KEY, nullable=False, comment="its address"),
        sa.Column("learner", KEY, nullable=False),
        sa.Column("credential", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="of the award"),
        sa.Column("achievement", KEY, nullable=False),
        sa.Column(
            "list",
            sa.Integer(),
            comment="of its place in the status lists; NULL without a server",
        ),
        sa.Column("place", sa.Integer()),
        sa.Column("document", sa.LargeBinary(), nullable=False, comment="JSON, signed"),
        sa.Column("key", KEY, nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger()),
        sa.Column("published", sa.BigInteger()),
        sa.Column("suspended", sa.BigInteger()),
        sa.Column("because", sa.String(), nullable=False, comment="why it is suspended"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_badges")),
        sa.UniqueConstraint(
            "learner", "credential", "number", name=op.f("uq_badges_learner_credential_number")
        ),
        sa.UniqueConstraint("list", "place", name=op.f("uq_badges_list_place")),
        comment="awards as signed credentials",
    )


def downgrade() -> None:
    """Take them away; what was signed stays in learners' hands, without a status."""
    op.drop_table("badges")
    op.drop_index("ix_achievements_credential", "achievements")
    op.drop_table("achievements")
    op.drop_table("signing_keys")
