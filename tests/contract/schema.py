"""What a database says of its own schema."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, inspect

from palvelurinki.adapters.sql.engine import make_engine


async def on_database(url: str, look: Callable[[Connection], Any]) -> Any:  # noqa: ANN401  # whatever `look` returns
    """What `look` finds in the database, in a transaction that is committed."""
    engine = make_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def tables_of(connection: Connection) -> set[str]:
    """The names of its tables, without Alembic's."""
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def described(connection: Connection) -> dict[str, Any]:
    """All that the database says of each table, constraints and partial indexes too."""
    inspector = inspect(connection)
    return {
        table: _plain(
            {
                "columns": inspector.get_columns(table),
                "primary key": inspector.get_pk_constraint(table),
                "foreign keys": inspector.get_foreign_keys(table),
                "unique": inspector.get_unique_constraints(table),
                "checks": inspector.get_check_constraints(table),
                "indexes": inspector.get_indexes(table),
            }
        )
        for table in sorted(tables_of(connection))
    }


def _plain(described: object) -> object:
    """The same as text, in an order that does not depend on when things were created."""
    if isinstance(described, dict):
        return {key: _plain(value) for key, value in described.items()}
    if isinstance(described, list):
        return sorted((_plain(item) for item in described), key=str)
    return str(described)
