"""The tables of the audit log: what was noted, and waits to be chained."""

from typing import Final

from sqlalchemy import JSON, BigInteger, Column, Integer, Table, Text

from palvelurinki.adapters.sql.tables import metadata
from palvelurinki.adapters.sql.types import UtcDateTime

NOTE_COLUMNS: Final = ("at", "actor", "organisation", "act", "about", "why", "details")

audit_pending = Table(
    "audit_pending",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("organisation", Text),
    Column("act", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("details", JSON, nullable=False),
    sqlite_autoincrement=True,
)
