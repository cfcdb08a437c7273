"""What is no longer needed."""

from datetime import datetime

from sqlalchemy import delete

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.unit import Unit


class SqlHousekeeping:
    """The port `Housekeeping`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def purge(self, before: datetime, explained_before: datetime | None = None) -> int:
        """Remove operations, outbox entries, credentials and nodes that were over by `before`; returns how many rows.

        With them go the explanations of choices made before `explained_before`, when it is given.
        """
        removed = 0
        for column in (
            t.operation.c.done_at,
            t.outbox.c.at,
            t.ticket.c.expires_at,
            t.sign_in.c.expires_at,
            t.node.c.beat_at,
        ):
            removed += await self._unit.change(delete(column.table).where(column < before))
        if explained_before is not None:
            removed += await self._unit.change(delete(t.explanation).where(t.explanation.c.made_at < explained_before))
        return removed
