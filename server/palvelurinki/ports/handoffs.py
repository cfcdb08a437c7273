"""The handoff notes."""

from collections.abc import Collection, Mapping
from typing import Protocol

from palvelurinki.domain.situation import Handoff


class Handoffs(Protocol):
    """Notes of contacts that are open, and of matters that are to be taken up next, by the contact's id (I8)."""

    async def keep(self, contact: str, note: Handoff) -> None:
        """The note of the contact; it takes the place of the one that there was."""

    async def of(self, contacts: Collection[str]) -> Mapping[str, Handoff]:
        """The notes of these; who has none is absent."""

    async def drop(self, contacts: Collection[str]) -> None:
        """Destroy the notes of these; that there is none is no error."""

    async def drop_orphans(self) -> int:
        """Destroy those whose contact has ended, and is not to come either; returns how many there were.

        There is none unless something else than this server has written to the database.
        """
