"""The first schema: contacts, offers, calls and seats; staff and sessions; the record; configuration; sign-ins."""

import sqlalchemy as sa
from alembic import op

from palvelurinki.adapters.sql.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

LIVE_CONTACT = sa.text("state != 'ended'")
QUEUED_CONTACT = sa.text("state IN ('held', 'offered', 'waiting')")
OPEN_OFFER = sa.text("state = 'open'")
LIVE_SEAT = sa.text("state != 'left'")
PRESENT = sa.text("lost_at IS NULL")


def upgrade() -> None:
    _contacts()
    _calls()
    _staff_and_sessions()
    _deadlines_operations_events()
    _record()
    _configuration_and_credentials()


def downgrade() -> None:
    for table in (
        "sign_in",
        "ticket",
        "configuration",
        "service_event",
        "outbox",
        "operation",
        "deadline",
        "node",
        "connection",
        "presence",
        "engagement",
        "seat",
        "call",
        "offer",
        "contact",
    ):
        op.drop_table(table)


def _contacts() -> None:
    op.create_table(
        "contact",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("terminal", sa.Text, nullable=False),
        sa.Column("point", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("ring", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("passed_by", sa.JSON, nullable=False),
        sa.Column("quiet_until", UtcDateTime),
        sa.Column("outcome", sa.Text),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("offers", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="contact_pkey"),
        sa.CheckConstraint("state IN ('waiting', 'held', 'offered', 'in_call', 'ended')", name=op.f("contact_state")),
        sa.CheckConstraint(
            "outcome IN ('served', 'call_failed', 'customer_left', 'terminal_lost')",
            name=op.f("contact_outcome"),
        ),
        sa.CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name=op.f("contact_ended_with_outcome")),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("contact_ended_at_a_time")),
    )
    _index("contact_live_terminal", "contact", ["terminal"], unique=True, where=LIVE_CONTACT)
    _index("contact_queued", "contact", ["ring", "requested_at", "id"], where=QUEUED_CONTACT)
    _index("contact_latest_of_terminal", "contact", ["terminal", "requested_at", "id"])

    op.create_table(
        "offer",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="offer_pkey"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="offer_contact_fkey"),
        sa.UniqueConstraint("contact", "number", name="offer_contact_number"),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'withdrawn')", name=op.f("offer_state")
        ),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f("offer_closed_at_a_time")),
    )
    _index("offer_open_contact", "offer", ["contact"], unique=True, where=OPEN_OFFER)
    _index("offer_open_staff", "offer", ["staff"], unique=True, where=OPEN_OFFER)
    _index("offer_latest_of_staff", "offer", ["staff", "opened_at", "id"])


def _calls() -> None:
    op.create_table(
        "call",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("connected_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("id", name="call_pkey"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="call_contact_fkey"),
        sa.UniqueConstraint("contact", name="call_contact"),
        sa.CheckConstraint("state IN ('opening', 'connected', 'ended')", name=op.f("call_state")),
        sa.CheckConstraint("outcome IN ('served', 'interrupted', 'not_connected')", name=op.f("call_outcome")),
        sa.CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name=op.f("call_ended_with_outcome")),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("call_ended_at_a_time")),
    )

    op.create_table(
        "seat",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("media", sa.Boolean, nullable=False),
        sa.Column("terminal", sa.Text),
        sa.Column("staff", sa.Text),
        sa.PrimaryKeyConstraint("id", name="seat_pkey"),
        sa.ForeignKeyConstraint(["call"], ["call.id"], name="seat_call_fkey"),
        sa.UniqueConstraint("call", "place", name="seat_call_place"),
        sa.CheckConstraint(
            "kind IN ('terminal', 'expert', 'advisor', 'interpreter', 'second_expert', 'observer')",
            name=op.f("seat_kind"),
        ),
        sa.CheckConstraint("state IN ('joining', 'joined', 'away', 'left')", name=op.f("seat_state")),
        sa.CheckConstraint("(terminal IS NULL) <> (staff IS NULL)", name=op.f("seat_one_occupant")),
    )
    _index("seat_live_staff", "seat", ["staff"], unique=True, where=LIVE_SEAT)
    _index("seat_live_terminal", "seat", ["terminal"], unique=True, where=LIVE_SEAT)
    _index("seat_of_staff", "seat", ["staff"])


def _staff_and_sessions() -> None:
    op.create_table(
        "engagement",
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("staff", name="engagement_pkey"),
        sa.ForeignKeyConstraint(["contact"], ["contact.id"], name="engagement_contact_fkey"),
    )

    op.create_table(
        "presence",
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("since", UtcDateTime),
        sa.Column("idle_since", UtcDateTime),
        sa.Column("misses", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("staff", name="presence_pkey"),
        sa.CheckConstraint("state IN ('offline', 'paused', 'ready')", name=op.f("presence_state")),
        sa.CheckConstraint(
            "reason IN ('arrived', 'missed', 'break', 'lunch', 'other_work', 'meeting')",
            name=op.f("presence_reason"),
        ),
        sa.CheckConstraint("state <> 'ready' OR idle_since IS NOT NULL", name=op.f("presence_ready_since")),
    )

    op.create_table(
        "connection",
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("session", sa.Text, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("lost_at", UtcDateTime),
        sa.PrimaryKeyConstraint("principal", name="connection_pkey"),
    )
    _index("connection_present_by_node", "connection", ["node"], where=PRESENT)

    op.create_table(
        "node",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("beat_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="node_pkey"),
    )


def _deadlines_operations_events() -> None:
    op.create_table(
        "deadline",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("due", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name="deadline_pkey"),
        sa.CheckConstraint(
            "kind IN ('offer_expiry', 'contact_retry', 'occupant_grace', 'presence_grace', 'connection_lost')",
            name=op.f("deadline_kind"),
        ),
    )
    _index("deadline_due", "deadline", ["due", "kind", "subject"])

    op.create_table(
        "operation",
        sa.Column("principal", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("principal", "operation", name="operation_pkey"),
    )

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), autoincrement=True, nullable=False),
        sa.Column("xid", sa.BigInteger, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("contact", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
        sqlite_autoincrement=True,
    )
    _index("outbox_xid", "outbox", ["xid", "id"])


def _record() -> None:
    op.create_table(
        "service_event",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("call", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("ring", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("point", sa.Text, nullable=False),
        sa.Column("terminal", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("municipality_code", sa.Text),
        sa.Column("staff_pseudonym", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("offered_at", UtcDateTime, nullable=False),
        sa.Column("accepted_at", UtcDateTime, nullable=False),
        sa.Column("connected_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("configuration_revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="service_event_pkey"),
        sa.UniqueConstraint("call", name="service_event_call"),
        sa.CheckConstraint("channel IN ('kiosk', 'desk', 'private_room')", name=op.f("service_event_channel")),
        sa.CheckConstraint("outcome IN ('served', 'interrupted', 'not_connected')", name=op.f("service_event_outcome")),
    )
    _index("service_event_ended", "service_event", ["ended_at", "id"])
    _index("service_event_of_provider", "service_event", ["provider", "ended_at", "id"])
    _index("service_event_of_host", "service_event", ["host", "ended_at", "id"])


def _configuration_and_credentials() -> None:
    op.create_table(
        "configuration",
        sa.Column("revision", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("applied_at", UtcDateTime, nullable=False),
        sa.Column("applied_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("revision", name="configuration_pkey"),
    )
    for name in ("ticket", "sign_in"):
        op.create_table(
            name,
            sa.Column("digest", sa.Text, nullable=False),
            sa.Column("principal", sa.Text, nullable=False),
            sa.Column("expires_at", UtcDateTime, nullable=False),
            sa.PrimaryKeyConstraint("digest", name=f"{name}_pkey"),
        )


def _index(
    name: str, table: str, columns: list[str], *, unique: bool = False, where: sa.TextClause | None = None
) -> None:
    op.create_index(name, table, columns, unique=unique, postgresql_where=where, sqlite_where=where)
