"""How connections to the two databases are set up."""

import sqlite3

from sqlalchemy import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

# How long a statement waits for somebody else's lock before the use case is run again.
LOCK_WAIT_S = 5

# What a session in PostgreSQL is called; a node's is called by the node's name too.
APPLICATION = "palvelurinki"

POSTGRESQL_SETTINGS = {
    "application_name": APPLICATION,
    # Short statements only: compiling them costs more than it saves.
    "jit": "off",
    "lock_timeout": f"{LOCK_WAIT_S}s",
    # A node that stops in the middle of a transaction must not hold its locks past what is due (I3): others sweep, and
    # find within two seconds what waits for them. The second is for a node that is cut off: while a statement is being
    # prepared the session does not count as idle, but what was sent to the node is never acknowledged. One that stands
    # still with a statement in preparation acknowledges all the same: others end its session (`connections.fence`).
    "idle_in_transaction_session_timeout": "1s",
    "tcp_user_timeout": "1500",
}

# So many connections may open one new SQLite file in the same moment.
_JOURNAL_ATTEMPTS = 20


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


def prepare_sqlite(connection: DBAPIConnection | sqlite3.Connection) -> None:
    """Set up a connection that has just been opened."""
    # Python's sqlite3 would begin transactions of its own accord, and only before writes. SQLAlchemy's documentation
    # ("Enabling Non-Legacy SQLite Transactional Modes") says how to take that over.
    connection.isolation_level = None
    try:
        _set_up(connection.cursor())
    except BaseException:
        # SQLAlchemy forgets a connection that its listener refuses; its thread would wait for ever.
        connection.close()
        raise


def _set_up(cursor: DBAPICursor | sqlite3.Cursor) -> None:
    _write_ahead(cursor)
    # FULL: with NORMAL a commit in WAL mode may be lost when the power goes.
    # What is deleted is overwritten: a handoff note does not lie on in the file (I8).
    for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: DBAPICursor | sqlite3.Cursor) -> None:
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
