"""The revision that is in force is marked: whoever rests on it can lock the row as it stands.

A program of before does not mark what it applies. Until a new one does, requests find the newest revision unmarked and
take the slower way, by the advisory lock that programs of before take too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("configuration", sa.Column("in_force", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE configuration SET in_force = true WHERE revision = (SELECT max(revision) FROM configuration)")
    in_force = sa.text("in_force")
    op.create_index(
        "configuration_in_force",
        "configuration",
        ["in_force"],
        unique=True,
        postgresql_where=in_force,
        sqlite_where=in_force,
    )


def downgrade() -> None:
    op.drop_index("configuration_in_force", "configuration")
    op.drop_column("configuration", "in_force")
