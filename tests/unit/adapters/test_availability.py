"""Why a database cannot be had: what waiting mends, what it does not, and that no password is told."""

import socket

import asyncpg
import pytest
from sqlalchemy.exc import ArgumentError

from palvelurinki.adapters.sql.availability import place, unavailability
from palvelurinki.adapters.sql.schema import NewerSchema
from palvelurinki.domain.errors import Conflict


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "Connection refused"),
        FileNotFoundError(2, "No such file or directory"),
        socket.gaierror(-2, "Name or service not known"),
        TimeoutError(),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.TooManyConnectionsError("sorry, too many clients already"),
        asyncpg.ReadOnlySQLTransactionError("cannot execute UPDATE in a read-only transaction"),
        asyncpg.LockNotAvailableError("canceling statement due to lock timeout"),
        Conflict("another transaction was first"),
    ],
    ids=repr,
)
def test_what_comes_and_goes_is_waited_for(error: Exception) -> None:
    found = unavailability(error)
    assert found
    assert found.passing
    assert found.why
    assert "\n" not in found.why


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InvalidPasswordError('password authentication failed for user "x"'),
        asyncpg.InvalidAuthorizationSpecificationError('role "x" does not exist'),
        asyncpg.InvalidCatalogNameError('database "x" does not exist'),
        asyncpg.InsufficientPrivilegeError("permission denied for schema public"),
        NewerSchema("the schema is newer than this program"),
        ArgumentError("could not parse postgresql://joe:hush@"),
    ],
    ids=repr,
)
def test_what_was_told_to_us_is_not(error: Exception) -> None:
    found = unavailability(error)
    assert found
    assert not found.passing
    assert "hush" not in found.why


def test_a_fault_of_ours_is_none_of_the_databases() -> None:
    assert unavailability(ValueError("no such thing")) is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql+asyncpg://joe:hush@db.example:5433/pal", "pal at db.example:5433"),
        ("postgresql://joe:hush@/pal?host=/run/postgresql", "pal at /run/postgresql"),
        ("sqlite+aiosqlite:////var/lib/pal.db", "/var/lib/pal.db"),
    ],
)
def test_where_it_is_without_who_asks(url: str, told: str) -> None:
    assert place(url) == told
