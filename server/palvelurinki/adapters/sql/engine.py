"""SQLAlchemy's engines, by which migrations alone run.

All else is executed by the drivers themselves (`postgresql`, `sqlite`): see docs/decisions/0011.
"""

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from palvelurinki.adapters.sql.connecting import LOCK_WAIT_S, POSTGRESQL_SETTINGS, prepare_sqlite, with_driver

# Nobody waits for what a migration holds but other nodes that start, and a start may be slow.
MIGRATING = {"idle_in_transaction_session_timeout": "60s"}


def make_engine(url: str) -> AsyncEngine:
    """An engine for `postgresql://…` or `sqlite:///path`, with or without the driver's name.

    Raises ValueError for any other database.
    """
    parsed = with_driver(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_async_engine(parsed, connect_args={"timeout": LOCK_WAIT_S})
        event.listen(engine.sync_engine, "connect", lambda connection, _entry: prepare_sqlite(connection))
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine
    return create_async_engine(
        parsed,
        isolation_level="READ COMMITTED",
        connect_args={"timeout": 5, "server_settings": POSTGRESQL_SETTINGS | MIGRATING},
    )
