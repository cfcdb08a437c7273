"""The service situation: whether a contact's terminal can call, what the point knows besides, and handoff notes.

The record learns of which visit a call was, how long it was prepared, and what is known only afterwards.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OUTCOME_BEFORE = "outcome IN ('served', 'call_failed', 'customer_left', 'terminal_lost', 'ring_closed')"
OUTCOME_AFTER = OUTCOME_BEFORE.replace(")", ", 'technical_failure')")
KIND_BEFORE = (
    "kind IN ('offer_expiry', 'contact_retry', 'closing', 'wrap_up', 'occupant_grace', 'presence_grace', "
    "'connection_lost', 'sign_in_end')"
)
KIND_AFTER = KIND_BEFORE.replace(")", ", 'line_proof')")
RESOLUTION = "resolution IN ('settled', 'started', 'advice_given', 'documents_missing', 'wrong_service', 'unfinished')"
KNOWN_AFTERWARDS = ("resolution", "follow_ups", "expert_after_s", "advisor_after_s", "satisfaction")


def upgrade() -> None:
    # Whoever waits already has been rung for before.
    op.add_column("contact", sa.Column("line", sa.Text, nullable=False, server_default="proven"))
    op.add_column("contact", sa.Column("situation", sa.JSON))
    with op.batch_alter_table("contact") as batch:
        batch.alter_column("line", existing_type=sa.Text, existing_nullable=False, server_default=None)
        batch.create_check_constraint(op.f("contact_line"), "line IN ('unproven', 'proven', 'failed')")
    _replace_check("contact", "contact_outcome", OUTCOME_AFTER)
    _replace_check("deadline", "deadline_kind", KIND_AFTER)
    op.create_table(
        "handoff",
        sa.Column("contact", sa.Text, nullable=False),
        *(sa.Column(part, sa.Text, nullable=False) for part in ("what", "tried", "wanted")),
        sa.PrimaryKeyConstraint("contact", name="handoff_pkey"),
    )
    op.add_column("service_event", sa.Column("visit", sa.Text))
    op.add_column("service_event", sa.Column("prepared_s", sa.Integer, nullable=False, server_default="0"))
    op.add_column("service_event", sa.Column("resolution", sa.Text))
    op.add_column("service_event", sa.Column("follow_ups", sa.JSON))
    for column in ("expert_after_s", "advisor_after_s", "satisfaction"):
        op.add_column("service_event", sa.Column(column, sa.Integer))
    with op.batch_alter_table("service_event") as batch:
        batch.alter_column("prepared_s", existing_type=sa.Integer, existing_nullable=False, server_default=None)
        batch.create_check_constraint(op.f("service_event_resolution"), RESOLUTION)
        batch.create_check_constraint(op.f("service_event_satisfaction"), "satisfaction BETWEEN 1 AND 5")


def downgrade() -> None:
    with op.batch_alter_table("service_event") as batch:
        for check in ("service_event_resolution", "service_event_satisfaction"):
            batch.drop_constraint(op.f(check), type_="check")
        for column in ("visit", "prepared_s", *KNOWN_AFTERWARDS):
            batch.drop_column(column)
    op.drop_table("handoff")
    op.execute("DELETE FROM deadline WHERE kind = 'line_proof'")
    _replace_check("deadline", "deadline_kind", KIND_BEFORE)
    op.execute("UPDATE contact SET outcome = 'customer_left' WHERE outcome = 'technical_failure'")
    with op.batch_alter_table("contact") as batch:
        batch.drop_constraint(op.f("contact_line"), type_="check")
        for column in ("line", "situation"):
            batch.drop_column(column)
    _replace_check("contact", "contact_outcome", OUTCOME_BEFORE)


def _replace_check(table: str, name: str, said: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), said)
