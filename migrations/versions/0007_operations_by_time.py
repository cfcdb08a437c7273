"""Operations are found by when they were done, to be removed in batches."""

from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("operation_done", "operation", ["done_at"])


def downgrade() -> None:
    op.drop_index("operation_done", table_name="operation")
