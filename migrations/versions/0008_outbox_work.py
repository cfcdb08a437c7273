"""Entries of the outbox name the transaction that wrote them, so that its own node need not look again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("work", sa.Text()))


def downgrade() -> None:
    op.drop_column("outbox", "work")
