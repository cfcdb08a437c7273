"""How the database is, over a connection of its own."""

from datetime import timedelta

from sqlalchemy import func, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.engine import for_reading, make_engine
from palvelurinki.adapters.sql.types import DatabaseNow, UtcDateTime

MOST_OVERDUE = select(
    DatabaseNow().label("now"),
    select(func.min(t.deadline.c.due, type_=UtcDateTime())).scalar_subquery().label("due"),
)


class SqlProbe:
    """The port `Probe`. It must not be asked again before it has answered: it has one connection."""

    def __init__(self, url: str) -> None:
        self._engine = for_reading(make_engine(url))

    async def lag_s(self) -> float:
        """How long the most overdue deadline has been due, in seconds; 0 when none is."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(MOST_OVERDUE)).one()
        return 0.0 if row.due is None else max((row.now - row.due) / timedelta(seconds=1), 0.0)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._engine.dispose()
