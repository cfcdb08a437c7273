"""The tables of who is signed in. What is secret is kept as a digest."""

from sqlalchemy import JSON, Column, Index, Table, Text

from palvelurinki.adapters.sql.tables import metadata
from palvelurinki.adapters.sql.types import UtcDateTime

sign_in = Table(
    "sign_in",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("principal", Text, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    # When it ends unless it is used before, and when it ends whatever is done.
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    # The roles that an issuer has granted; null: those of the configuration.
    Column("roles", JSON(none_as_null=True)),
    Column("issuer", Text),
)
Index("sign_in_of_principal", sign_in.c.principal)

# For one hello of the browser that is signed in so.
ticket = Table(
    "ticket",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("sign_in", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

# Browsers that are at an issuer.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("state", Text, primary_key=True),
    Column("browser", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
