"""What is no longer needed, and who is no longer there.

Of each kind the oldest go first, so many at once that no transaction lasts long. Operations, which are
many, are found by an index on their time; outbox entries by their ids, which grow with it. Tickets, sign-ins and
nodes are few: most tickets are removed as they are used.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Column, ColumnElement, Delete, bindparam, delete, select, tuple_, update

from palvelurinki.adapters.sql import sign_in_tables, terminal_tables
from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.types import UtcDateTime
from palvelurinki.adapters.sql.unit import Unit

_before = bindparam("before", type_=UtcDateTime())
_most: BindParameter[int] = bindparam("most")


def _oldest(over_at: Column[datetime], *which: ColumnElement[bool]) -> Delete:
    key = tuple(over_at.table.primary_key)
    oldest = select(*key).where(over_at < _before, *which).order_by(over_at).limit(_most)
    return delete(over_at.table).where((key[0] if len(key) == 1 else tuple_(*key)).in_(oldest))


_first_entries = select(t.outbox.c.id, t.outbox.c.at).order_by(t.outbox.c.id).limit(_most).subquery("first_entries")
_ENTRIES: Final = delete(t.outbox).where(
    t.outbox.c.id.in_(select(_first_entries.c.id).where(_first_entries.c.at < _before))
)
_OPERATIONS: Final = _oldest(t.operation.c.done_at)
_TICKETS: Final = _oldest(sign_in_tables.ticket.c.expires_at)
_SIGN_INS: Final = _oldest(sign_in_tables.sign_in.c.expires_at)
_ATTEMPTS: Final = _oldest(sign_in_tables.sign_in_attempt.c.expires_at)
_NODES: Final = _oldest(t.node.c.beat_at)
_ENROLMENTS: Final = _oldest(terminal_tables.enrolment.c.expires_at)
_RETIRED_KEYS: Final = _oldest(terminal_tables.terminal_key.c.ended_at, terminal_tables.retired)
_DECLARE_DEAD: Final = update(t.node).where(t.node.c.id == bindparam("gone"))


class SqlHousekeeping:
    """The port `Housekeeping`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def purge(self, before: datetime, most: int = 1000) -> int:
        """Remove operations, outbox entries, credentials and nodes that were over by `before`; returns how many."""
        values: dict[str, Any] = {"before": before, "most": most}
        removed = 0
        for statement in (_OPERATIONS, _ENTRIES, _TICKETS, _SIGN_INS, _ATTEMPTS, _NODES, _ENROLMENTS, _RETIRED_KEYS):
            removed += await self._unit.change(statement, values)
        return removed

    async def declare_dead(self, node: str, last_beat: datetime) -> None:
        """The node is leaving, or has left: it counts as having shown life at `last_beat` for the last time."""
        await self._unit.change(_DECLARE_DEAD, {"gone": node, "beat_at": last_beat})
