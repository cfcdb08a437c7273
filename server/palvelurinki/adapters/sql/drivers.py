"""Which driver speaks to the database of a URL."""

from palvelurinki.adapters.sql.driver import Driver
from palvelurinki.adapters.sql.engine import with_driver
from palvelurinki.adapters.sql.postgresql import PostgresqlDriver
from palvelurinki.adapters.sql.sqlite import SqliteDriver


def make_driver(url: str, node: str | None = None) -> Driver:
    """The driver for `postgresql://…` or `sqlite:///path`, with or without its name. Raises ValueError for others.

    `node` is whose sessions they are, when they are a node's.
    """
    parsed = with_driver(url)
    return SqliteDriver(parsed) if parsed.get_backend_name() == "sqlite" else PostgresqlDriver(parsed, node=node)
