"""Engines: how connections to the two databases are opened and how their transactions begin."""

import sqlite3
from contextlib import suppress
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

# How long a statement waits for somebody else's lock before the use case is run again.
LOCK_WAIT_S = 5

_POSTGRESQL_SETTINGS = {
    "application_name": "palvelurinki",
    # Short statements only: compiling them costs more than it saves.
    "jit": "off",
    "lock_timeout": f"{LOCK_WAIT_S}s",
    # A node that stops in the middle of a transaction must not hold its locks past what is due (I3): others sweep, and
    # find within two seconds what waits for them. The second is for a node that is cut off: while a statement is being
    # prepared the session does not count as idle, but what was sent to the node is never acknowledged.
    "idle_in_transaction_session_timeout": "1s",
    "tcp_user_timeout": "1500",
}

_BEGIN = "palvelurinki_begin"

# So many connections may open one new SQLite file in the same moment.
_JOURNAL_ATTEMPTS = 20


def make_engine(url: str) -> AsyncEngine:
    """An engine for `postgresql://…` or `sqlite:///path`, with or without the driver's name.

    Raises ValueError for any other database.
    """
    parsed = with_driver(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_async_engine(parsed, connect_args={"timeout": LOCK_WAIT_S})
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        event.listen(engine.sync_engine, "invalidate", _roll_back_sqlite)
        return engine
    engine = create_async_engine(
        parsed,
        isolation_level="READ COMMITTED",
        pool_size=10,
        max_overflow=10,
        pool_timeout=LOCK_WAIT_S,
        connect_args={
            "timeout": 5,
            "command_timeout": 15,
            "server_settings": _POSTGRESQL_SETTINGS,
            "prepared_statement_cache_size": 300,
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def with_driver(url: str) -> URL:
    """The URL with the asynchronous driver that is installed here."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return parsed.set(drivername="sqlite+aiosqlite")
        case "postgresql":
            return parsed.set(drivername="postgresql+asyncpg")
        case other:
            raise ValueError(f"no database of the kind {other!r} is supported")


def for_writing(engine: AsyncEngine) -> AsyncEngine:
    """The same pool; on SQLite a transaction takes the write lock as it begins.

    A transaction that reads first and asks for the lock later may find that it read what has changed since.
    """
    return engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})


def for_reading(engine: AsyncEngine) -> AsyncEngine:
    """The same pool; a transaction sees one state of the database throughout, and cannot write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_BEGIN: "BEGIN"})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # Python's sqlite3 would begin transactions of its own accord, and only before writes. SQLAlchemy's documentation
    # ("Enabling Non-Legacy SQLite Transactional Modes") says how to take that over.
    connection.isolation_level = None
    try:
        _set_up(connection.cursor())
    except BaseException:
        # SQLAlchemy forgets a connection that its listener refuses; its thread would wait for ever.
        connection.close()
        raise


def _set_up(cursor: DBAPICursor) -> None:
    _write_ahead(cursor)
    # FULL: with NORMAL a commit in WAL mode may be lost when the power goes.
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    # Only the first connection to a new file changes its mode. When several do so at once, each holds what the others
    # need, and SQLite refuses them without waiting, since none could ever go on. Beginning a transaction does wait,
    # as long as a lock may be waited for, and by then one of them has changed it.
    for attempt in range(1, _JOURNAL_ATTEMPTS + 1):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if attempt == _JOURNAL_ATTEMPTS:
                raise
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _roll_back_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _error: BaseException | None) -> None:
    # When a task is cancelled in a transaction, SQLAlchemy closes the connection. SQLite then waits with its rollback
    # until the last cursor is gone, which the traceback of the cancellation keeps: until a garbage collection nobody
    # could write. A connection that is closed already has nothing to roll back.
    with suppress(sqlite3.Error):
        connection.rollback()


def _refuse_closed(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    # asyncpg hears of a server that went away before the next statement does; the pool then opens a fresh
    # connection. It costs no round trip, as a ping would.
    driver: Any = connection.driver_connection
    if driver.is_closed():
        raise DisconnectionError("the server has closed this connection")
