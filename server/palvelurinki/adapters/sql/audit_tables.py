"""The tables of the audit log: what was noted and waits to be chained, the chain, and its two ends; and who purges.

The database itself keeps the chain's rows: triggers of its migration refuse to change one, and to remove one that does
not lie before the start.
"""

from sqlalchemy import JSON, BigInteger, Column, Integer, Table, Text

from palvelurinki.adapters.sql.tables import metadata, one_of
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.domain.audit import MarkName

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

# What a row says is text, `at` and `details` too: it is sealed as it stands, and whatever has been made of it can be
# read again, and told.
audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("organisation", Text),
    Column("act", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

# Whoever chains locks the row of the head.
audit_mark = Table(
    "audit_mark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("seal", Text, nullable=False),
    one_of("name", MarkName),
)

# When somebody last began to remove what is past its time.
purge_turn = Table(
    "purge_turn",
    metadata,
    Column("name", Text, primary_key=True),
    Column("begun_at", UtcDateTime, nullable=False),
)
