"""What falls due when."""

from collections.abc import Collection, Mapping
from datetime import datetime

from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.effects import DeadlineKind
from palvelurinki.ports import Deadline


class MemoryDeadlines:
    """The port `Deadlines`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def set(self, deadline: Deadline) -> None:
        """Set or replace the deadline of this kind and subject."""
        self._unit.tables.deadlines.put((deadline.kind, deadline.subject), deadline)

    async def clear(self, kind: DeadlineKind, subject: str) -> None:
        """Remove it, if it is there."""
        self._unit.tables.deadlines.remove((kind, subject))

    async def take_due(self) -> Deadline | None:
        """The deadline that fell due longest ago, removed in this transaction."""
        now = self._unit.now()
        due = (row for row in self._unit.tables.deadlines.values() if row.due <= now)
        first = min(due, key=lambda row: (row.due, row.kind, row.subject), default=None)
        if first is not None:
            self._unit.tables.deadlines.remove((first.kind, first.subject))
        return first

    async def due_of(self, kind: DeadlineKind, subjects: Collection[str]) -> Mapping[str, datetime]:
        """When those of these subjects fall due that have a deadline of the kind."""
        found = ((subject, self._unit.tables.deadlines.get((kind, subject))) for subject in subjects)
        return {subject: deadline.due for subject, deadline in found if deadline is not None}

    async def next_due(self) -> datetime | None:
        """When the next one falls due."""
        return min((row.due for row in self._unit.tables.deadlines.values()), default=None)
