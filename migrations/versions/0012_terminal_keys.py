"""Terminals' keys, requests to approve one, and the tokens that were used."""

import sqlalchemy as sa
from alembic import op

from palvelurinki.adapters.sql.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "terminal_key",
        sa.Column("thumbprint", sa.Text, nullable=False),
        sa.Column("x", sa.Text, nullable=False),
        sa.Column("y", sa.Text, nullable=False),
        sa.Column("terminal", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("enrolled_at", UtcDateTime, nullable=False),
        sa.Column("enrolled_by", sa.Text, nullable=False),
        sa.Column("bound_at", UtcDateTime, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("made_at", UtcDateTime),
        sa.Column("used_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("thumbprint", name="terminal_key_pkey"),
        sa.CheckConstraint(
            "state IN ('pending', 'active', 'retiring', 'retired', 'revoked', 'quarantined')",
            name="state",
        ),
    )
    for state in ("active", "retiring"):
        where = sa.text(f"state = '{state}'")
        op.create_index(
            f"terminal_key_{state}",
            "terminal_key",
            ["terminal"],
            unique=True,
            postgresql_where=where,
            sqlite_where=where,
        )
    retired = sa.text("state = 'retired'")
    op.create_index(
        "terminal_key_retired", "terminal_key", ["ended_at"], postgresql_where=retired, sqlite_where=retired
    )
    op.create_index("terminal_key_of_terminal", "terminal_key", ["terminal", "bound_at"])
    op.create_table(
        "enrolment",
        sa.Column("thumbprint", sa.Text, nullable=False),
        sa.Column("x", sa.Text, nullable=False),
        sa.Column("y", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("thumbprint", name="enrolment_pkey"),
    )
    op.create_index("enrolment_code", "enrolment", ["code"], unique=True)
    op.create_index("enrolment_expires", "enrolment", ["expires_at"])
    op.create_table(
        "key_use",
        sa.Column("thumbprint", sa.Text, nullable=False),
        sa.Column("identifier", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("kept_until", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("thumbprint", "identifier", name="key_use_pkey"),
    )
    op.create_index("key_use_kept", "key_use", ["kept_until"])


def downgrade() -> None:
    op.drop_table("key_use")
    op.drop_table("enrolment")
    op.drop_table("terminal_key")
