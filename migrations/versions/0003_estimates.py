"""Estimates of waiting: the newest of each contact, whose turn it is to make them, and what was foretold at first."""

import sqlalchemy as sa
from alembic import op

from palvelurinki.adapters.sql.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "estimate",
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("ring", sa.Text, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("p50_s", sa.Float),
        sa.Column("p80_s", sa.Float),
        sa.Column("cannot", sa.Text),
        sa.Column("chance_before_closing", sa.Float, nullable=False),
        sa.Column("grew", sa.Text),
        sa.Column("grew_count", sa.Integer),
        sa.Column("baseline", sa.JSON),
        sa.PrimaryKeyConstraint("contact", name="estimate_pkey"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="estimate_contact_fkey"),
    )
    op.create_index("estimate_of_ring", "estimate", ["ring"])
    op.create_table(
        "estimate_turn",
        sa.Column("pool", sa.Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("pool", name="estimate_turn_pkey"),
    )
    op.create_table(
        "prediction",
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("ring", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        *(sa.Column(name, sa.Float) for name in ("p50_s", "p80_s", "ql_s", "les_s", "hol_s")),
        sa.PrimaryKeyConstraint("contact", name="prediction_pkey"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="prediction_contact_fkey"),
    )
    op.create_index("prediction_made", "prediction", ["made_at", "contact"])
    op.create_index("service_event_of_ring", "service_event", ["ring", "ended_at", "id"])


def downgrade() -> None:
    op.drop_index("service_event_of_ring", "service_event")
    for table in ("prediction", "estimate_turn", "estimate"):
        op.drop_table(table)
