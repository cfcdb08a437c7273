"""The record's table."""

from sqlalchemy import JSON, CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint

from palvelurinki.adapters.sql.tables import metadata, one_of
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.domain.call import CallOutcome
from palvelurinki.domain.directory import TerminalKind
from palvelurinki.domain.situation import Resolution

# The record outlives contacts, calls and every revision of the configuration, so it refers to none of them.
service_event = Table(
    "service_event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("ring", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("point", Text, nullable=False),
    Column("terminal", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("municipality_code", Text),
    Column("staff_pseudonym", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("connected_at", UtcDateTime),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("configuration_revision", Integer, nullable=False),
    # Of several contacts of one customer, one after the other.
    Column("visit", Text),
    Column("prepared_s", Integer, nullable=False),
    # What is known only after the call.
    Column("resolution", Text),
    Column("follow_ups", JSON),
    Column("expert_after_s", Integer),
    Column("advisor_after_s", Integer),
    Column("satisfaction", Integer),
    UniqueConstraint("call", name="service_event_call"),
    one_of("channel", TerminalKind),
    one_of("outcome", CallOutcome),
    one_of("resolution", Resolution),
    CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"),
)
Index("service_event_ended", service_event.c.ended_at, service_event.c.id)
Index("service_event_of_provider", service_event.c.provider, service_event.c.ended_at, service_event.c.id)
Index("service_event_of_host", service_event.c.host, service_event.c.ended_at, service_event.c.id)
Index("service_event_of_ring", service_event.c.ring, service_event.c.ended_at, service_event.c.id)
