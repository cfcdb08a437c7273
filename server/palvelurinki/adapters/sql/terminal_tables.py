"""The tables of terminal enrolment: keys, requests for approval, and what was used so that it is not used again."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from palvelurinki.adapters.sql.tables import metadata, one_of, word
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.domain.enrolment import KeyState

# A key that was bound to a terminal; one that is pending is an `enrolment`. A thumbprint is never used twice.
terminal_key = Table(
    "terminal_key",
    metadata,
    Column("thumbprint", Text, primary_key=True),
    Column("x", Text, nullable=False),
    Column("y", Text, nullable=False),
    Column("terminal", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("enrolled_at", UtcDateTime, nullable=False),
    Column("enrolled_by", Text, nullable=False),
    Column("bound_at", UtcDateTime, nullable=False),
    # The highest counter seen, and when its assertion was made.
    Column("count", BigInteger, nullable=False),
    Column("made_at", UtcDateTime),
    Column("used_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    one_of("state", KeyState),
)
_active = terminal_key.c.state == word(KeyState.ACTIVE)
_retiring = terminal_key.c.state == word(KeyState.RETIRING)
Index("terminal_key_active", terminal_key.c.terminal, unique=True, postgresql_where=_active, sqlite_where=_active)
Index("terminal_key_retiring", terminal_key.c.terminal, unique=True, postgresql_where=_retiring, sqlite_where=_retiring)
retired = terminal_key.c.state == word(KeyState.RETIRED)
Index("terminal_key_retired", terminal_key.c.ended_at, postgresql_where=retired, sqlite_where=retired)
Index("terminal_key_of_terminal", terminal_key.c.terminal, terminal_key.c.bound_at)

enrolment = Table(
    "enrolment",
    metadata,
    Column("thumbprint", Text, primary_key=True),
    Column("x", Text, nullable=False),
    Column("y", Text, nullable=False),
    # Its digest.
    Column("code", Text, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)
Index("enrolment_code", enrolment.c.code, unique=True)
Index("enrolment_expires", enrolment.c.expires_at)

# Tokens that were used, until they could be no longer; those of proofs have no counter.
key_use = Table(
    "key_use",
    metadata,
    Column("thumbprint", Text, primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("kept_until", UtcDateTime, nullable=False),
)
Index("key_use_kept", key_use.c.kept_until)
