"""Which commands of whom were done, with what answer."""

from sqlalchemy import bindparam, select

from palvelurinki.adapters.sql import tables as t
from palvelurinki.adapters.sql.statements import Prepared
from palvelurinki.adapters.sql.unit import Unit

_ANSWER = select(t.operation.c.answer).where(
    t.operation.c.principal == bindparam("principal"), t.operation.c.operation == bindparam("operation")
)
_RECORD = Prepared(lambda wording: wording.insert(t.operation).values(done_at=wording.now))


class SqlOperations:
    """The port `Operations`."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def answer(self, principal: str, operation: str) -> dict[str, str] | None:
        """The answer that was given, if the operation was done."""
        found: dict[str, str] | None = await self._unit.value(_ANSWER, {"principal": principal, "operation": operation})
        return found

    async def record(self, principal: str, operation: str, answer: dict[str, str]) -> None:
        """The operation is done. Raises Conflict when another transaction has just done it."""
        await self._unit.change(_RECORD, {"principal": principal, "operation": operation, "answer": answer})
