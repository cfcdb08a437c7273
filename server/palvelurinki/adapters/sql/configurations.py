"""Revisions of the configuration."""

from sqlalchemy import bindparam, desc, func, select, update

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.driver import Lock
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Unit
from palvelurinki.domain.errors import Conflict
from palvelurinki.ports import ConfigurationRevision

_of_revision = (
    t.configuration.c.revision,
    t.configuration.c.document,
    t.configuration.c.applied_at,
    t.configuration.c.applied_by,
)
_LATEST = select(*_of_revision).order_by(desc(t.configuration.c.revision)).limit(1)
_LATEST_NUMBER = select(func.max(t.configuration.c.revision))
_ADD = Prepared(lambda wording: wording.insert(t.configuration).values(applied_at=wording.now, in_force=True))
_RETIRE = update(t.configuration).where(t.configuration.c.in_force).values(in_force=False)
# Whoever replaces it waits for those who hold it so, and they find it in force no more once it has been replaced.
_IN_FORCE_HELD = (
    select(t.configuration.c.revision)
    .where(t.configuration.c.revision == bindparam("seen"), t.configuration.c.in_force)
    .with_for_update(read=True)
)
_IN_FORCE_LOCKED = select(t.configuration.c.revision).where(t.configuration.c.in_force).with_for_update()


class SqlConfigurations:
    """The port `Configurations`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        # In a transaction that assumes, which will ask whether it still is in force.
        self._held = False

    async def latest(self) -> ConfigurationRevision | None:
        """The one in force."""
        row = await self._unit.row(_LATEST)
        return None if row is None else ConfigurationRevision(**dict(row))

    async def hold(self, *, alone: bool = False) -> None:
        """No other revision comes into force before this transaction's end. The first thing that is done in one."""
        if self._unit.assumes and not alone:
            self._held = True
            self._unit.before_end(self._assume_in_force)
            return
        await self._unit.hold(Lock.ALONE if alone else Lock.SHARED)
        if alone and self._unit.locks:
            await self._unit.rows(_IN_FORCE_LOCKED)

    async def is_in_force(self, revision: int) -> bool:
        """Whether this is it. A transaction that assumes, and holds it, takes it for so."""
        if self._held and self._unit.revision is None:
            self._unit.revision = revision
        return revision == await self.latest_number()

    async def keep_in_force(self, revision: int) -> bool:
        """Whether this is it; then no other one comes into force before this transaction's end. At any time in one."""
        if not self._unit.assumes:
            return await self._unit.row(_IN_FORCE_HELD, {"seen": revision}) is not None
        self._unit.assume(_IN_FORCE_HELD, {"seen": revision})
        return revision == await self.latest_number()

    async def latest_number(self) -> int:
        """Its number; 0 when there is none."""
        if self._unit.revision is not None:
            return self._unit.revision
        number: int | None = await self._unit.value(_LATEST_NUMBER)
        if self._unit.assumes:
            # What rests on it is not to find another one at a second look, nor at its end.
            self._unit.revision = number or 0
        return number or 0

    async def add(self, document: str, applied_by: str, expected: int) -> int:
        """A new revision after `expected`; returns its number. Raises Conflict when another came between."""
        if await self.latest_number() != expected:
            raise Conflict("the configuration has moved on", expected=expected)
        revision = expected + 1
        self._unit.put(_RETIRE, {}, row="in force")
        # Two transactions may get this far together: the key then refuses the later one.
        self._unit.put(_ADD, {"revision": revision, "document": document, "applied_by": applied_by})
        return revision

    def _assume_in_force(self) -> None:
        # Nothing rests on a configuration that was not looked at.
        if self._unit.revision is not None:
            self._unit.assume(_IN_FORCE_HELD, {"seen": self._unit.revision})
