"""Which commands of whom were done, with what answer."""

from sqlalchemy import select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.unit import Unit


class SqlOperations:
    """The port `Operations`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def answer(self, principal: str, operation: str) -> dict[str, str] | None:
        """The answer that was given, if the operation was done."""
        found: dict[str, str] | None = await self._unit.value(
            select(t.operation.c.answer).where(
                t.operation.c.principal == principal, t.operation.c.operation == operation
            )
        )
        return found

    async def record(self, principal: str, operation: str, answer: dict[str, str]) -> None:
        """The operation is done. Raises Conflict when another transaction has just done it."""
        await self._unit.change(
            self._unit.insert(t.operation).values(
                principal=principal, operation=operation, answer=answer, done_at=self._unit.now_to_write()
            )
        )
