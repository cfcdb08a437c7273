"""What somebody can do to the audit log who has the database, its owner's rights too, and not the server's secret."""

from sqlalchemy import Connection, text

from tests.contract.schema import on_database

TRIGGERS = {
    "postgresql": ("audit_kept ON audit", "audit_not_emptied ON audit"),
    "sqlite": ("audit_kept", "audit_not_emptied"),
}

# PostgreSQL's trigger depends on the table.
DROP = {"sqlite": "DROP TABLE audit", "postgresql": "DROP TABLE audit CASCADE"}


async def execute(url: str, statement: str, **values: object) -> None:
    """Carry out one statement."""

    def run(connection: Connection) -> None:
        connection.execute(text(statement), values)

    await on_database(url, run)


async def unguard(url: str) -> None:
    """Take away what keeps the database from changing rows, as its owner can."""
    for trigger in TRIGGERS["postgresql" if url.startswith("postgresql") else "sqlite"]:
        await execute(url, f"DROP TRIGGER {trigger}")
