"""Resume tokens stand with the connection, so that any node can take a session over: the newest and the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TOKENS = ("token", "token_before")


def upgrade() -> None:
    for name in TOKENS:
        op.add_column("connection", sa.Column(name, sa.Text))
        op.create_index(f"connection_{name}", "connection", [name], unique=True)
    # A socket is named by its token; those of before have one that nobody has.
    op.execute("UPDATE connection SET token = 'none:' || principal")


def downgrade() -> None:
    for name in reversed(TOKENS):
        op.drop_index(f"connection_{name}", "connection")
        op.drop_column("connection", name)
