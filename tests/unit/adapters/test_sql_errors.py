"""What a database's refusal means, told by constraint and code."""

import sqlite3
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.schema import CreateTable

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.compiled import DIALECTS
from palvelurinki.adapters.sql.errors import broken_on_sqlite, meaning_of, translated
from palvelurinki.domain.errors import Conflict, PalvelurinkiError, StaffBusy, TerminalBusy

UNIQUE = "SQLITE_CONSTRAINT_UNIQUE"
PRIMARY_KEY = "SQLITE_CONSTRAINT_PRIMARYKEY"


@pytest.mark.parametrize(
    ("name", "columns", "constraint"),
    [
        (UNIQUE, "contact.terminal", "contact_live_terminal"),
        (UNIQUE, "offer.contact", "offer_open_contact"),
        (UNIQUE, "offer.contact, offer.number", "offer_contact_number"),
        (UNIQUE, "ringing.staff", "ringing_live_staff"),
        (UNIQUE, "call.contact", "call_contact"),
        (UNIQUE, "seat.staff", "seat_live_staff"),
        (UNIQUE, "seat.terminal", "seat_live_terminal"),
        (UNIQUE, "service_event.call", "service_event_call"),
        (PRIMARY_KEY, "engagement.staff", "engagement_pkey"),
        (PRIMARY_KEY, "operation.principal, operation.operation", "operation_pkey"),
        (PRIMARY_KEY, "configuration.revision", "configuration_pkey"),
    ],
)
def test_constraint_is_known_by_its_columns(name: str, columns: str, constraint: str) -> None:
    assert broken_on_sqlite(name, f"UNIQUE constraint failed: {columns}") == constraint


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (PRIMARY_KEY, "UNIQUE constraint failed: contact.id"),
        (UNIQUE, "UNIQUE constraint failed: seat.call, seat.place"),
        ("SQLITE_CONSTRAINT_CHECK", "CHECK constraint failed: contact_state"),
        ("SQLITE_CONSTRAINT_FOREIGNKEY", "FOREIGN KEY constraint failed"),
        # The columns alone say nothing when it was not uniqueness that broke.
        ("SQLITE_CONSTRAINT_NOTNULL", "NOT NULL constraint failed: engagement.staff"),
    ],
)
def test_constraint_that_is_a_fault_means_nothing_to_callers(name: str, message: str) -> None:
    assert broken_on_sqlite(name, message) is None


def test_columns_are_those_of_the_tables() -> None:
    """Each unique constraint or index that the map knows exists, on just those columns."""
    declared = {
        constraint.name: ", ".join(f"{table.name}.{column.name}" for column in constraint.columns)
        for table in t.metadata.tables.values()
        for constraint in (*table.indexes, *table.constraints)
        if isinstance(constraint, Index | UniqueConstraint)
    }
    # The primary keys have their names from the convention, which is applied when they are created.
    declared |= {
        f"{table.name}_pkey": ", ".join(f"{table.name}.{column.name}" for column in table.primary_key)
        for table in t.metadata.tables.values()
    }
    for columns in (
        "contact.terminal",
        "offer.contact",
        "offer.contact, offer.number",
        "ringing.staff",
        "call.contact",
        "seat.staff",
        "seat.terminal",
        "engagement.staff",
        "operation.principal, operation.operation",
        "service_event.call",
        "configuration.revision",
    ):
        name = broken_on_sqlite(UNIQUE, f"UNIQUE constraint failed: {columns}")
        assert name is not None
        assert declared[name] == columns


# ---- The errors themselves, from a real SQLite -----------------------------------------------------------------


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for table in t.metadata.sorted_tables:
        connection.execute(str(CreateTable(table).compile(dialect=DIALECTS["sqlite"])))
    yield connection
    connection.close()


def test_refusal_is_raised_in_place_of_the_databases_error(database: sqlite3.Connection) -> None:
    claim = "INSERT INTO engagement (staff, contact) VALUES ('anna', 'c1')"
    database.execute(claim)
    with pytest.raises(StaffBusy) as caught, translated():
        database.execute(claim)
    assert isinstance(caught.value.__cause__, sqlite3.IntegrityError)


def test_fault_stays_the_databases_error(database: sqlite3.Connection) -> None:
    database.execute("INSERT INTO presence (staff, state, misses, version) VALUES ('anna', 'paused', 0, 1)")
    with pytest.raises(sqlite3.IntegrityError), translated():
        database.execute("UPDATE presence SET state = 'asleep'")


# ---- PostgreSQL's, which carry the constraint's name -----------------------------------------------------------


class FromPostgresql(asyncpg.PostgresError):  # type: ignore[misc]  # asyncpg has no types
    """What asyncpg raises, as far as it is looked at."""

    def __init__(self, sqlstate: str, constraint_name: str | None = None) -> None:
        super().__init__("words that nobody reads")
        self.sqlstate = sqlstate
        self.constraint_name = constraint_name


@pytest.mark.parametrize(
    ("raised", "meaning"),
    [
        (FromPostgresql("23505", "contact_live_terminal"), TerminalBusy),
        (FromPostgresql("23505", "ringing_live_staff"), StaffBusy),
        (FromPostgresql("23505", "offer_open_contact"), Conflict),
        (FromPostgresql("23505", "engagement_pkey"), StaffBusy),
        (FromPostgresql("23505", "service_event_call"), Conflict),
        (FromPostgresql("40001"), Conflict),
        (FromPostgresql("40P01"), Conflict),
        (FromPostgresql("55P03"), Conflict),
    ],
)
def test_postgresqls_errors_are_known_by_constraint_and_state(
    raised: Exception, meaning: type[PalvelurinkiError]
) -> None:
    with pytest.raises(meaning), translated():
        raise raised


@pytest.mark.parametrize(
    "raised",
    [
        FromPostgresql("23505", "contact_pkey"),
        FromPostgresql("23503", "offer_contact_fkey"),
        FromPostgresql("57014"),
        sqlite3.OperationalError("disk I/O error"),
    ],
)
def test_other_errors_mean_nothing_to_callers(raised: Exception) -> None:
    assert meaning_of(raised) is None


@pytest.mark.parametrize("name", ["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"])
def test_database_that_is_busy_is_a_conflict(name: str) -> None:
    raised = sqlite3.OperationalError("database is locked")
    raised.sqlite_errorname = name
    assert isinstance(meaning_of(raised), Conflict)
