"""Terminals' keys, the requests to approve one, and the tokens that were used."""

from collections.abc import Collection, Sequence
from datetime import datetime

from palvelurinki.adapters.memory.tables import UseRow, conflict
from palvelurinki.adapters.memory.unit import Unit
from palvelurinki.domain.directory import TerminalId
from palvelurinki.domain.enrolment import EnrolmentRequest, KeyState, TerminalKey, Use


class MemoryTerminalKeys:
    """The port `TerminalKeys`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def hold(self, terminal: TerminalId) -> None:
        """Transactions come one after the other here."""

    async def get(self, thumbprint: str) -> TerminalKey | None:
        """The key, whatever its state."""
        return self._unit.tables.terminal_keys.get(thumbprint)

    async def of(self, terminals: Collection[TerminalId]) -> Sequence[TerminalKey]:
        """The keys of these terminals that are not retired, those that were bound last first."""
        asked = set(terminals)
        found = [
            key
            for key in self._unit.tables.terminal_keys.values()
            if key.terminal in asked and key.state is not KeyState.RETIRED
        ]
        found.sort(key=lambda key: key.key.thumbprint)
        return sorted(found, key=lambda key: key.bound_at, reverse=True)

    async def add(self, key: TerminalKey) -> None:
        """A key is a terminal's from now on. Raises Conflict when it, or another one of the same state, is already."""
        self._unit.tables.terminal_keys.add(key.key.thumbprint, key, conflict())

    async def save(self, key: TerminalKey) -> None:
        """What became of a key that was `get`. Raises Conflict when another one of the terminal has that state."""
        self._unit.tables.terminal_keys.put(key.key.thumbprint, key)

    async def add_use(self, thumbprint: str, identifier: str, use: Use, kept_until: datetime) -> bool:
        """A token was used. False, and nothing is written, when it was before."""
        table = self._unit.tables.key_uses
        if table.get((thumbprint, identifier)) is not None:
            return False
        now = self._unit.now()
        for key in [key for key, row in table.rows.items() if row.kept_until < now]:
            table.remove(key)
        table.add((thumbprint, identifier), UseRow(use, kept_until))
        return True

    async def uses(self, thumbprint: str) -> Sequence[Use]:
        """The uses that are still kept and have a counter, in no order."""
        rows = self._unit.tables.key_uses.rows.items()
        return [row.use for (of, _), row in rows if of == thumbprint and row.use.count > 0]


class MemoryEnrolments:
    """The port `Enrolments`."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, request: EnrolmentRequest, most: int) -> None:
        """A key asks; an earlier request of the same key is forgotten. Of more than `most` the oldest gives way."""
        table = self._unit.tables.enrolments
        table.remove(request.key.thumbprint)
        table.add(request.key.thumbprint, request)
        newest = sorted(table.values(), key=lambda each: each.expires_at, reverse=True)
        for each in newest[most:]:
            table.remove(each.key.thumbprint)

    async def find(self, code: str) -> EnrolmentRequest | None:
        """Whose code this is, unless it has run out."""
        now = self._unit.now()
        found = (each for each in self._unit.tables.enrolments.values() if each.code == code and each.expires_at > now)
        return next(found, None)

    async def take(self, code: str, thumbprint: str) -> EnrolmentRequest | None:
        """The same, if it is this key's; the code is used up."""
        found = await self.find(code)
        if found is None or found.key.thumbprint != thumbprint:
            return None
        return self._unit.tables.enrolments.remove(thumbprint)
