"""How the database is, over a connection of its own."""

from datetime import timedelta

from sqlalchemy import func, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.drivers import make_driver
from palvelurinki.adapters.sql.types import DatabaseNow, UtcDateTime
from palvelurinki.adapters.sql.unit import Unit

MOST_OVERDUE = select(
    DatabaseNow().label("now"),
    select(func.min(t.deadline.c.due, type_=UtcDateTime())).scalar_subquery().label("due"),
)


class SqlProbe:
    """The port `Probe`. It must not be asked again before it has answered: it has one connection."""

    def __init__(self, url: str) -> None:
        self._driver = make_driver(url)

    async def lag_s(self) -> float:
        """How long the most overdue deadline has been due, in seconds; 0 when none is."""
        async with self._driver.looking() as session:
            row = (await Unit(session, self._driver.dialect, None, writes=False).rows(MOST_OVERDUE))[0]
        return 0.0 if row["due"] is None else max((row["now"] - row["due"]) / timedelta(seconds=1), 0.0)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._driver.close()
