"""Sign-ins that end by themselves, with what an issuer has granted; tickets and sockets that belong to one.

Whoever was signed in signs in again, and so does whoever goes back: a program of before knows nothing of an end that
comes earlier, or of roles that are fewer.
"""

import sqlalchemy as sa
from alembic import op

from palvelurinki.adapters.sql.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KIND_BEFORE = (
    "kind IN ('offer_expiry', 'contact_retry', 'closing', 'wrap_up', 'occupant_grace', 'presence_grace', "
    "'connection_lost')"
)
KIND_AFTER = KIND_BEFORE.replace(")", ", 'sign_in_end')")


def upgrade() -> None:
    op.drop_table("ticket")
    op.drop_table("sign_in")
    op.create_table(
        "sign_in",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("roles", sa.JSON),
        sa.Column("issuer", sa.Text),
        sa.PrimaryKeyConstraint("digest", name="sign_in_pkey"),
    )
    op.create_index("sign_in_of_principal", "sign_in", ["principal"])
    op.create_table(
        "ticket",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("sign_in", sa.Text, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="ticket_pkey"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("state", name="sign_in_attempt_pkey"),
    )
    op.add_column("connection", sa.Column("sign_in", sa.Text))
    _replace_kinds(KIND_AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM deadline WHERE kind = 'sign_in_end'")
    _replace_kinds(KIND_BEFORE)
    op.drop_column("connection", "sign_in")
    op.drop_table("sign_in_attempt")
    for table in ("ticket", "sign_in"):
        op.drop_table(table)
        op.create_table(
            table,
            sa.Column("digest", sa.Text, nullable=False),
            sa.Column("principal", sa.Text, nullable=False),
            sa.Column("expires_at", UtcDateTime, nullable=False),
            sa.PrimaryKeyConstraint("digest", name=f"{table}_pkey"),
        )


def _replace_kinds(said: str) -> None:
    with op.batch_alter_table("deadline") as batch:
        batch.drop_constraint(op.f("deadline_kind"), type_="check")
        batch.create_check_constraint(op.f("deadline_kind"), said)
