"""How Alembic reaches the database.

The server and the tests hand over a connection that is already in a transaction
(`palvelurinki.adapters.sql.migrate`); there is no other way in, so every upgrade takes the same lock.
"""

from alembic import context
from sqlalchemy import Connection

from palvelurinki.adapters.sql.tables import metadata


def run() -> None:
    """Run the steps on the connection that was handed over. Raises KeyError when none was."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # Also on SQLite, whose schema changes are transactional once its driver is kept from committing before them.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
