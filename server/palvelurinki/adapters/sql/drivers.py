"""Which driver speaks to the database of a URL."""

from palvelurinki.adapters.sql.connecting import with_driver
from palvelurinki.adapters.sql.driver import Driver
from palvelurinki.adapters.sql.postgresql import PostgresqlDriver
from palvelurinki.adapters.sql.sqlite import SqliteDriver


def make_driver(url: str, node: str | None = None, connections: int | None = None) -> Driver:
    """The driver for `postgresql://…` or `sqlite:///path`, with or without its name. Raises ValueError for others.

    `node` is whose sessions they are, when they are a node's; of PostgreSQL's there are at most `connections`,
    CONNECTIONS when not said.
    """
    parsed = with_driver(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDriver(parsed)
    return PostgresqlDriver(parsed, node=node, connections=connections)
