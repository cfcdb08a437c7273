"""A contact may move to another terminal: the one that came there last is the terminal's newest."""

import sqlalchemy as sa
from alembic import op

from palvelurinki.adapters.sql.types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEX = "contact_latest_of_terminal"


def upgrade() -> None:
    op.drop_index(INDEX, "contact")
    op.add_column("contact", sa.Column("placed_at", UtcDateTime))
    op.execute("UPDATE contact SET placed_at = requested_at")
    with op.batch_alter_table("contact") as batch:
        batch.alter_column("placed_at", existing_type=UtcDateTime, nullable=False)
    op.create_index(INDEX, "contact", ["terminal", "placed_at", "id"])


def downgrade() -> None:
    op.drop_index(INDEX, "contact")
    with op.batch_alter_table("contact") as batch:
        batch.drop_column("placed_at")
    op.create_index(INDEX, "contact", ["terminal", "requested_at", "id"])
