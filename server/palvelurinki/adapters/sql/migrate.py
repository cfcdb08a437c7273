"""Brings a database's schema up to date, or takes it back. The steps are in `migrations/`."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry

from palvelurinki.adapters.sql.engine import make_engine
from palvelurinki.adapters.sql.schema import NewerSchema, migrations

# Any number will do, as long as nothing else in the database takes an advisory lock by it.
_ADVISORY_LOCK = 7_042_015
_IN_MEMORY = ":memory:"


def configuration() -> Config:
    """Alembic's configuration, without a database."""
    config = Config()
    config.set_main_option("script_location", str(migrations()))
    config.set_main_option("path_separator", "os")
    return config


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema at `url` up to `revision`, in one transaction.

    Several nodes may do so at once: one does the work while the others wait for it. Raises NewerSchema.
    """
    try:
        await _run(url, lambda config: command.upgrade(config, revision))
    except CommandError as error:
        # Alembic knows one such error here: the schema is at a step that it cannot find.
        raise NewerSchema("the schema is newer than this program") from error


async def downgrade(url: str, revision: str) -> None:
    """Take the schema back to `revision`; "base" leaves nothing."""
    await _run(url, lambda config: command.downgrade(config, revision))


async def _run(url: str, step: Callable[[Config], None]) -> None:
    def in_transaction(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            # Alembic is slow between its statements, and nobody is served meanwhile anyway.
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        config = configuration()
        config.attributes["connection"] = connection
        step(config)
        if connection.dialect.name == "sqlite":
            _check_references(connection)

    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        await asyncio.to_thread(_open_once, engine.url.database or _IN_MEMORY)
        event.listen(engine.sync_engine, "connect", _let_tables_be_rebuilt)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(in_transaction)
    finally:
        await engine.dispose()


def _open_once(file: str) -> None:
    # A new file is its owner's alone, whatever the umask; SQLite gives those beside it (-wal, -shm) the same mode. When
    # none can be made SQLite says so below, in its own words.
    if file != _IN_MEMORY:
        with suppress(OSError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    # A file that cannot be opened is refused here. aiosqlite would leave the thread of such a connection to itself, and
    # what that thread tells last may come to an event loop that is closed.
    sqlite3.connect(file).close()


def _let_tables_be_rebuilt(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # SQLite changes a table by making it anew, and refuses to drop one that others refer to. Its documentation
    # ("ALTER TABLE", 7) says to leave foreign keys unenforced meanwhile and to check them at the end. Within a
    # transaction the pragma would do nothing.
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _check_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        message = f"the migration left rows that refer to nothing: {broken[:5]}"
        raise IntegrityError(message, None, ValueError(message))
