"""The handoff notes: each is there only while its contact is open (I8)."""

from sqlalchemy import Column, Table, Text

from palvelurinki.adapters.sql.tables import metadata

# `contact` is also that of a matter that is to be taken up later, which is no contact yet: so it refers to none.
handoff = Table(
    "handoff",
    metadata,
    Column("contact", Text, primary_key=True),
    *(Column(part, Text, nullable=False) for part in ("what", "tried", "wanted")),
)
