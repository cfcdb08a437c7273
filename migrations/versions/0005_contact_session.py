"""To which session of its terminal a contact belongs: those that are under way belong to the one that speaks now."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("session", sa.Text))
    op.execute(
        "UPDATE contact SET session ="
        " (SELECT connection.session FROM connection WHERE connection.principal = 'terminal:' || contact.terminal)"
        " WHERE state <> 'ended'"
    )


def downgrade() -> None:
    op.drop_column("contact", "session")
