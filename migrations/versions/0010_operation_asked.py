"""An operation says which command it was, so that its id is not taken for another one's."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("operation", sa.Column("asked", sa.Text()))


def downgrade() -> None:
    op.drop_column("operation", "asked")
