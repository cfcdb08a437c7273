"""Revisions of the configuration."""

from sqlalchemy import desc, func, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.driver import Lock
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.errors import Conflict
from palvelurinki.ports import ConfigurationRevision

_LATEST = select(t.configuration).order_by(desc(t.configuration.c.revision)).limit(1)
_LATEST_NUMBER = select(func.max(t.configuration.c.revision))
_ADD = Prepared(lambda wording: wording.insert(t.configuration).values(applied_at=wording.now))


class SqlConfigurations:
    """The port `Configurations`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def latest(self) -> ConfigurationRevision | None:
        """The one in force."""
        row = await self._unit.row(_LATEST)
        return None if row is None else ConfigurationRevision(**dict(row))

    async def hold(self, *, alone: bool = False) -> None:
        """No other revision comes into force before this transaction's end. The first thing that is done in one."""
        await self._unit.hold(Lock.ALONE if alone else Lock.SHARED)

    async def latest_number(self) -> int:
        """Its number; 0 when there is none."""
        if self._unit.revision is not None:
            return self._unit.revision
        number: int | None = await self._unit.value(_LATEST_NUMBER)
        return number or 0

    async def add(self, document: str, applied_by: str, expected: int) -> int:
        """A new revision after `expected`; returns its number. Raises Conflict when another came between."""
        if await self.latest_number() != expected:
            raise Conflict("the configuration has moved on", expected=expected)
        revision = expected + 1
        # Two transactions may get this far together: the key then refuses the later one.
        self._unit.put(_ADD, {"revision": revision, "document": document, "applied_by": applied_by})
        return revision
