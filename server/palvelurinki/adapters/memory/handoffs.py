"""Handoff notes in memory."""

from collections.abc import Collection, Mapping

from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.contact import ContactState
from palvelurinki.domain.situation import Handoff


class MemoryHandoffs:
    """The port `Handoffs`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def keep(self, contact: str, note: Handoff) -> None:
        """The note of the contact; it takes the place of the one that there was."""
        self._unit.tables.handoffs.put(contact, note)

    async def of(self, contacts: Collection[str]) -> Mapping[str, Handoff]:
        """The notes of these; who has none is absent."""
        found = ((each, self._unit.tables.handoffs.get(each)) for each in contacts)
        return {each: note for each, note in found if note is not None}

    async def drop(self, contacts: Collection[str]) -> None:
        """Destroy the notes of these; that there is none is no error."""
        for each in contacts:
            self._unit.tables.handoffs.remove(each)

    async def drop_orphans(self) -> int:
        """Destroy those whose contact has ended, and is not to come either; returns how many there were."""
        tables = self._unit.tables
        live = [each for each in tables.contacts.values() if each.state is not ContactState.ENDED]
        open_ones = {str(each.id) for each in live} | {
            next_.contact for each in live for next_ in each.situation.further
        }
        orphans = tables.handoffs.rows.keys() - open_ones
        for each in orphans:
            tables.handoffs.remove(each)
        return len(orphans)
