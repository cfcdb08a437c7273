"""The tables. `migrations/` builds the same; a contract test holds the two together on both engines.

What code must not get wrong alone is held here (I1, I4): partial unique indexes let a terminal have one live contact,
a contact one open offer, a person one that rings at them, a person and a terminal one live seat; the key of
`engagement` lets a person hold one contact; a call leaves one service event. Things of the configuration (terminals,
staff, rings) have no tables: they are referred to by their slugs, without foreign keys.
"""

from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
)

from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.domain.call import CallOutcome, CallState, SeatKind, SeatState
from palvelurinki.domain.contact import QUEUED_STATES, ContactOutcome, ContactState
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.domain.offer import OfferState, RingingState
from palvelurinki.domain.presence import PresenceState
from palvelurinki.domain.situation import Line

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s",
    }
)


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """The column holds a value of the enumeration, or null."""
    values = ", ".join(f"'{each}'" for each in kind)
    return CheckConstraint(f"{column} IN ({values})", name=column)


def word(value: StrEnum) -> ColumnElement[str]:
    """The value written out, not bound: a planner sees that a query falls within a partial index."""
    return literal_column(f"'{value}'", Text())


contact = Table(
    "contact",
    metadata,
    Column("id", Text, primary_key=True),
    Column("terminal", Text, nullable=False),
    Column("point", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("ring", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    # Since when it is at its terminal: later than requested when it was moved there.
    Column("placed_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("unit", Text),
    Column("head_start_s", Integer, nullable=False),
    Column("passed_by", JSON, nullable=False),
    Column("missed_by", JSON, nullable=False),
    Column("recused", JSON, nullable=False),
    Column("quiet_until", UtcDateTime),
    Column("outcome", Text),
    Column("ended_at", UtcDateTime),
    # The terminal's session to which it belongs.
    Column("session", Text),
    # Whether that terminal can call.
    Column("line", Text, nullable=False),
    # What else the service point knows (`domain.situation`); null: nothing.
    Column("situation", JSON),
    # How many offers it has had, which is the number of the latest.
    Column("offers", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    one_of("state", ContactState),
    one_of("outcome", ContactOutcome),
    one_of("line", Line),
    CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name="ended_with_outcome"),
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_a_time"),
)

live_contact = contact.c.state != word(ContactState.ENDED)
waiting_contact = contact.c.state == word(ContactState.WAITING)
queued_contact = contact.c.state.in_([word(state) for state in sorted(QUEUED_STATES)])

Index(
    "contact_live_terminal",
    contact.c.terminal,
    unique=True,
    postgresql_where=live_contact,
    sqlite_where=live_contact,
)
Index(
    "contact_queued",
    contact.c.ring,
    contact.c.requested_at,
    contact.c.id,
    postgresql_where=queued_contact,
    sqlite_where=queued_contact,
)
Index("contact_latest_of_terminal", contact.c.terminal, contact.c.placed_at, contact.c.id)

offer = Table(
    "offer",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact", ForeignKey("contact.id"), nullable=False),
    # Counts a contact's offers from 1.
    Column("number", Integer, nullable=False),
    # The contact's, copied: the newest offers of a ring are found by an index.
    Column("ring", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    UniqueConstraint("contact", "number", name="offer_contact_number"),
    one_of("state", OfferState),
    CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at_a_time"),
)

open_offer = offer.c.state == word(OfferState.OPEN)

Index("offer_open_contact", offer.c.contact, unique=True, postgresql_where=open_offer, sqlite_where=open_offer)
Index("offer_latest_of_ring", offer.c.ring, offer.c.opened_at, offer.c.id)

# An offer at each of its experts.
ringing = Table(
    "ringing",
    metadata,
    Column("offer", ForeignKey("offer.id"), primary_key=True),
    # The order in which the ring puts its experts, from 0.
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("staff", Text, nullable=False),
    Column("state", Text, nullable=False),
    # The offer's, copied: the newest ringing of a person is found by an index.
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("reason", Text),
    UniqueConstraint("offer", "staff", name="ringing_offer_staff"),
    one_of("state", RingingState),
    CheckConstraint("(state = 'ringing') = (closed_at IS NULL)", name="closed_at_a_time"),
)

still_ringing = ringing.c.state == word(RingingState.RINGING)
accepted_ringing = ringing.c.state == word(RingingState.ACCEPTED)

Index("ringing_live_staff", ringing.c.staff, unique=True, postgresql_where=still_ringing, sqlite_where=still_ringing)
Index("ringing_latest_of_staff", ringing.c.staff, ringing.c.opened_at, ringing.c.offer)
Index(
    "ringing_accepted_by_staff",
    ringing.c.staff,
    ringing.c.closed_at,
    postgresql_where=accepted_ringing,
    sqlite_where=accepted_ringing,
)

# Why an offer was made as it was (`domain.routing.Grounds`); cleared away after some time, unlike the offer.
explanation = Table(
    "explanation",
    metadata,
    Column("offer", ForeignKey("offer.id"), primary_key=True),
    Column("grounds", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
)
Index("explanation_made", explanation.c.made_at)

call = Table(
    "call",
    metadata,
    Column("id", Text, primary_key=True),
    Column("contact", ForeignKey("contact.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("connected_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("outcome", Text),
    UniqueConstraint("contact", name="call_contact"),
    one_of("state", CallState),
    one_of("outcome", CallOutcome),
    CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name="ended_with_outcome"),
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_at_a_time"),
)

seat = Table(
    "seat",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call", ForeignKey("call.id"), nullable=False),
    # The order in which a call's seats were given, from 0.
    Column("place", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("media", Boolean, nullable=False),
    Column("terminal", Text),
    Column("staff", Text),
    UniqueConstraint("call", "place", name="seat_call_place"),
    one_of("kind", SeatKind),
    one_of("state", SeatState),
    CheckConstraint("(terminal IS NULL) <> (staff IS NULL)", name="one_occupant"),
)

live_seat = seat.c.state != word(SeatState.LEFT)

Index("seat_live_staff", seat.c.staff, unique=True, postgresql_where=live_seat, sqlite_where=live_seat)
Index("seat_live_terminal", seat.c.terminal, unique=True, postgresql_where=live_seat, sqlite_where=live_seat)
Index("seat_of_staff", seat.c.staff)

# Who holds which contact (I1): by an offer that rings at them or a call. The key is the claim.
engagement = Table(
    "engagement",
    metadata,
    Column("staff", Text, primary_key=True),
    Column("contact", ForeignKey("contact.id"), nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("staff", Text, primary_key=True),
    Column("state", Text, nullable=False),
    # A word of the server's own, or a reason of the provider's list: what that says is not for the database to judge.
    Column("reason", Text),
    Column("since", UtcDateTime),
    Column("idle_since", UtcDateTime),
    Column("misses", Integer, nullable=False),
    Column("wrap_up_since", UtcDateTime),
    Column("wrap_up_until", UtcDateTime),
    Column("wrap_up_most", UtcDateTime),
    Column("version", Integer, nullable=False),
    one_of("state", PresenceState),
    CheckConstraint("state <> 'ready' OR idle_since IS NOT NULL", name="ready_since"),
)

# The newest session of each principal ("terminal:ID", "staff:ID"). `node` needs no row in its table: a node that has
# never beaten counts as dead. The tokens are digests: `token` names the present attachment of a socket, and either one
# resumes the session.
connection = Table(
    "connection",
    metadata,
    Column("principal", Text, primary_key=True),
    Column("session", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("lost_at", UtcDateTime),
    Column("token", Text),
    Column("token_before", Text),
    # The digest of the sign-in with which it ends; a terminal's outlives its sign-ins.
    Column("sign_in", Text),
)
Index("connection_token", connection.c.token, unique=True)
Index("connection_token_before", connection.c.token_before, unique=True)
Index(
    "connection_present_by_node",
    connection.c.node,
    postgresql_where=connection.c.lost_at.is_(None),
    sqlite_where=connection.c.lost_at.is_(None),
)

node = Table(
    "node",
    metadata,
    Column("id", Text, primary_key=True),
    Column("beat_at", UtcDateTime, nullable=False),
)

deadline = Table(
    "deadline",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("due", UtcDateTime, nullable=False),
    one_of("kind", DeadlineKind),
)
Index("deadline_due", deadline.c.due, deadline.c.kind, deadline.c.subject)

operation = Table(
    "operation",
    metadata,
    Column("principal", Text, primary_key=True),
    Column("operation", Text, primary_key=True),
    Column("answer", JSON, nullable=False),
    Column("done_at", UtcDateTime, nullable=False),
    # Which command it was; a program of before did not say.
    Column("asked", Text),
)
Index("operation_done", operation.c.done_at)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    # Which transaction wrote it: on PostgreSQL ids are given before the commit, so they do not tell what is new.
    Column("xid", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("contact", Text),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("work", Text),
    # An id is never used again, not even after the newest row was removed.
    sqlite_autoincrement=True,
)
Index("outbox_xid", outbox.c.xid, outbox.c.id)

# What those who wait are told; the row of a contact that waits no longer goes with the next estimate of its pool.
estimate = Table(
    "estimate",
    metadata,
    Column("contact", Text, ForeignKey("contact.id"), primary_key=True),
    Column("ring", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("p50_s", Float),
    Column("p80_s", Float),
    Column("cannot", Text),
    Column("chance_before_closing", Float, nullable=False),
    Column("grew", Text),
    Column("grew_count", Integer),
    Column("baseline", JSON),
)
Index("estimate_of_ring", estimate.c.ring)

estimate_turn = Table(
    "estimate_turn",
    metadata,
    Column("pool", Text, primary_key=True),
    Column("begun_at", UtcDateTime, nullable=False),
)

# What each contact was foretold at first; what came is read from the contact itself.
prediction = Table(
    "prediction",
    metadata,
    Column("contact", Text, ForeignKey("contact.id"), primary_key=True),
    Column("ring", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    *(Column(name, Float) for name in ("p50_s", "p80_s", "ql_s", "les_s", "hol_s")),
)
Index("prediction_made", prediction.c.made_at, prediction.c.contact)

configuration = Table(
    "configuration",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("document", Text, nullable=False),
    Column("applied_at", UtcDateTime, nullable=False),
    Column("applied_by", Text, nullable=False),
    # Of the newest revision alone: whoever rests on it locks that row as it stands.
    Column("in_force", Boolean, nullable=False, server_default=false()),
)
Index(
    "configuration_in_force",
    configuration.c.in_force,
    unique=True,
    postgresql_where=configuration.c.in_force,
    sqlite_where=configuration.c.in_force,
)
