"""The service ring: offers that ring at several experts, head starts, wrap-up, closing, explanations.

An offer's person and reason become its first ringing. Going back, an offer keeps one of its ringings: the accepted one,
or else one that still rings, or else the first.
"""

import sqlalchemy as sa
from alembic import op

from palvelurinki.adapters.sql.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN_OFFER = sa.text("state = 'open'")
STILL_RINGING = sa.text("state = 'ringing'")
ACCEPTED_RINGING = sa.text("state = 'accepted'")

OUTCOME_BEFORE = "outcome IN ('served', 'call_failed', 'customer_left', 'terminal_lost')"
OUTCOME_AFTER = "outcome IN ('served', 'call_failed', 'customer_left', 'terminal_lost', 'ring_closed')"
REASON_BEFORE = "reason IN ('arrived', 'missed', 'break', 'lunch', 'other_work', 'meeting')"
KIND_BEFORE = "kind IN ('offer_expiry', 'contact_retry', 'occupant_grace', 'presence_grace', 'connection_lost')"
KIND_AFTER = (
    "kind IN ('offer_expiry', 'contact_retry', 'closing', 'wrap_up', 'occupant_grace', 'presence_grace', "
    "'connection_lost')"
)


def upgrade() -> None:
    _contact_up()
    _offer_up()
    _explanation_up()
    with op.batch_alter_table("presence") as batch:
        batch.drop_constraint(op.f("presence_reason"), type_="check")
        for column in ("wrap_up_since", "wrap_up_until", "wrap_up_most"):
            batch.add_column(sa.Column(column, UtcDateTime))
    _replace_check("deadline", "deadline_kind", KIND_AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM deadline WHERE kind IN ('closing', 'wrap_up')")
    _replace_check("deadline", "deadline_kind", KIND_BEFORE)
    # A reason of a provider's own list is other work to whoever does not know the list.
    op.execute(f"UPDATE presence SET reason = 'other_work' WHERE NOT ({REASON_BEFORE})")  # noqa: S608  # a constant
    with op.batch_alter_table("presence") as batch:
        for column in ("wrap_up_since", "wrap_up_until", "wrap_up_most"):
            batch.drop_column(column)
        batch.create_check_constraint(op.f("presence_reason"), REASON_BEFORE)
    op.drop_table("explanation")
    _offer_down()
    op.execute("UPDATE contact SET outcome = 'customer_left' WHERE outcome = 'ring_closed'")
    with op.batch_alter_table("contact") as batch:
        for column in ("unit", "head_start_s", "missed_by", "recused"):
            batch.drop_column(column)
    _replace_check("contact", "contact_outcome", OUTCOME_BEFORE)


def _contact_up() -> None:
    op.add_column("contact", sa.Column("unit", sa.Text))
    op.add_column("contact", sa.Column("head_start_s", sa.Integer))
    for column in ("missed_by", "recused"):
        op.add_column("contact", sa.Column(column, sa.JSON))
    op.execute("UPDATE contact SET head_start_s = 0, missed_by = '[]', recused = '[]'")
    with op.batch_alter_table("contact") as batch:
        batch.alter_column("head_start_s", existing_type=sa.Integer, nullable=False)
        for column in ("missed_by", "recused"):
            batch.alter_column(column, existing_type=sa.JSON, nullable=False)
    _replace_check("contact", "contact_outcome", OUTCOME_AFTER)


def _offer_up() -> None:
    op.create_table(
        "ringing",
        sa.Column("offer", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("offer", "place", name="ringing_pkey"),
        sa.ForeignKeyConstraint(["offer"], ["offer.id"], name="ringing_offer_fkey"),
        sa.UniqueConstraint("offer", "staff", name="ringing_offer_staff"),
        sa.CheckConstraint(
            "state IN ('ringing', 'accepted', 'declined', 'missed', 'withdrawn')", name=op.f("ringing_state")
        ),
        sa.CheckConstraint("(state = 'ringing') = (closed_at IS NULL)", name=op.f("ringing_closed_at_a_time")),
    )
    op.execute(
        "INSERT INTO ringing (offer, place, staff, state, opened_at, closed_at, reason)"
        " SELECT id, 0, staff, CASE state WHEN 'open' THEN 'ringing' WHEN 'expired' THEN 'missed' ELSE state END,"
        " opened_at, closed_at, reason FROM offer"
    )
    _index("ringing_live_staff", "ringing", ["staff"], unique=True, where=STILL_RINGING)
    _index("ringing_latest_of_staff", "ringing", ["staff", "opened_at", "offer"])
    _index("ringing_accepted_by_staff", "ringing", ["staff", "closed_at"], where=ACCEPTED_RINGING)

    op.drop_index("offer_open_staff", "offer")
    op.drop_index("offer_latest_of_staff", "offer")
    op.add_column("offer", sa.Column("ring", sa.Text))
    op.execute("UPDATE offer SET ring = (SELECT contact.ring FROM contact WHERE contact.id = offer.contact)")

    with op.batch_alter_table("offer") as batch:
        batch.alter_column("ring", existing_type=sa.Text, nullable=False)
        batch.drop_column("staff")
        batch.drop_column("reason")
    _index("offer_latest_of_ring", "offer", ["ring", "opened_at", "id"])


def _offer_down() -> None:
    op.add_column("offer", sa.Column("staff", sa.Text))
    op.add_column("offer", sa.Column("reason", sa.Text))
    kept = (
        "FROM ringing WHERE ringing.offer = offer.id"
        " ORDER BY CASE ringing.state WHEN 'accepted' THEN 0 WHEN 'ringing' THEN 1 ELSE 2 END, ringing.place LIMIT 1"
    )
    op.execute(f"UPDATE offer SET staff = (SELECT ringing.staff {kept}), reason = (SELECT ringing.reason {kept})")  # noqa: S608  # constants
    # It rings at one person from now on; the others come free.
    op.execute(
        "DELETE FROM engagement WHERE EXISTS (SELECT 1 FROM offer WHERE offer.contact = engagement.contact"
        " AND offer.state = 'open' AND offer.staff <> engagement.staff)"
    )
    op.drop_table("ringing")
    op.drop_index("offer_latest_of_ring", "offer")

    with op.batch_alter_table("offer") as batch:
        batch.alter_column("staff", existing_type=sa.Text, nullable=False)
        batch.drop_column("ring")
    _index("offer_open_staff", "offer", ["staff"], unique=True, where=OPEN_OFFER)
    _index("offer_latest_of_staff", "offer", ["staff", "opened_at", "id"])


def _explanation_up() -> None:
    op.create_table(
        "explanation",
        sa.Column("offer", sa.Text, nullable=False),
        sa.Column("grounds", sa.JSON, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("offer", name="explanation_pkey"),
        sa.ForeignKeyConstraint(["offer"], ["offer.id"], name="explanation_offer_fkey"),
    )
    _index("explanation_made", "explanation", ["made_at"])


def _replace_check(table: str, name: str, said: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(name), type_="check")
        batch.create_check_constraint(op.f(name), said)


def _index(
    name: str, table: str, columns: list[str], *, unique: bool = False, where: sa.TextClause | None = None
) -> None:
    op.create_index(name, table, columns, unique=unique, postgresql_where=where, sqlite_where=where)
