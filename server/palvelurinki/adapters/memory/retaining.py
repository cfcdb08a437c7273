"""What is past its time, in memory."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from palvelurinki.adapters.memory.table import Table
from palvelurinki.adapters.memory.tables import TurnRow
from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.audit import in_words
from palvelurinki.domain.contact import ContactState
from palvelurinki.domain.retention import Kept

# No ring's: theirs are slugs.
_TURN = "purge:daily"


class MemoryRetaining:
    """The port `Retaining`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def take_turn(self, not_since: timedelta) -> bool:
        """Whether it is the caller's turn to purge: nobody has begun to within `not_since`."""
        now = self._unit.now()
        before = self._unit.tables.turns.get(_TURN)
        if before is not None and before.begun_at > now - not_since:
            return False
        self._unit.tables.turns.put(_TURN, TurnRow(now))
        return True

    async def over(self, kind: Kept, before: datetime) -> int:
        """How many things of the kind were over by `before`."""
        return sum(1 for _ in self._over(kind, before))

    async def remove(self, kind: Kept, before: datetime, most: int) -> int:
        """Remove at most `most` of these, with all that belongs to them."""
        over = list(islice(self._over(kind, before), most))
        table = self._of(kind)[0]
        for key in over:
            table.remove(key)
        if kind is Kept.CONTACTS:
            self._remove_with(set(over))
        return len(over)

    def _of(self, kind: Kept) -> "tuple[Table[Any, Any], Callable[[Any], bool]]":
        tables = self._unit.tables
        match kind:
            case Kept.CONTACTS:
                return tables.contacts, lambda row: row.state is ContactState.ENDED
            case Kept.EXPLANATIONS:
                return tables.grounds, lambda _row: True
            case Kept.ESTIMATES:
                return tables.predictions, lambda _row: True
            case Kept.SERVICE_EVENTS:
                return tables.service_events, lambda _row: True
            case Kept.AUDIT:
                return tables.audit, lambda _row: True

    def _over(self, kind: Kept, before: datetime) -> Iterable[Any]:
        table, may_go = self._of(kind)
        time = _TIMES[kind]
        limit: Any = in_words(before) if kind is Kept.AUDIT else before
        return (key for key, row in table.rows.items() if may_go(row) and getattr(row, time) < limit)

    def _remove_with(self, contacts: set[Any]) -> None:
        tables = self._unit.tables
        offers = [key for key, row in tables.offers.rows.items() if row.contact in contacts]
        calls = [key for key, row in tables.calls.rows.items() if row.contact in contacts]
        gone: tuple[tuple[Table[Any, Any], Iterable[Any]], ...] = (
            (tables.grounds, offers),
            (tables.offers, offers),
            (tables.calls, calls),
            (tables.estimates, contacts),
            (tables.predictions, contacts),
        )
        for table, keys in gone:
            for key in keys:
                table.remove(key)


_TIMES = {
    Kept.CONTACTS: "ended_at",
    Kept.EXPLANATIONS: "at",
    Kept.ESTIMATES: "made_at",
    Kept.SERVICE_EVENTS: "ended_at",
    Kept.AUDIT: "at",
}
